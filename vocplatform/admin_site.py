"""The admin's looks and its ways, in the order of the loop: where, ask, whom, what happened, act, run."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


def _may(permission: str) -> Callable[[HttpRequest], bool]:
    return lambda request: request.user.has_perm(permission)


def _is_at(url_name: str) -> Callable[[HttpRequest], bool]:
    return lambda request: request.resolver_match.view_name == url_name


def _way(title: str | Promise, icon: str, model: str) -> dict[str, Any]:
    app, name = model.split(".")
    return {
        "title": title,
        "icon": icon,
        "link": reverse_lazy(f"admin:{app}_{name}_changelist"),
        "permission": _may(f"{app}.view_{name}"),
    }


def _page(title: str | Promise, icon: str, url_name: str) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": reverse_lazy(url_name), "active": _is_at(url_name)}


NAVIGATION = [
    {
        "title": "",
        "items": [
            _page(_("Overview"), "checklist", "admin:index"),
            _page(_("Workspace"), "arrow_back", "home"),
        ],
    },
    {
        "title": _("Where it happens"),
        "items": [
            _way(_("Journeys"), "route", "surveys.journey"),
            _way(_("Touchpoints"), "touch_app", "surveys.touchpoint"),
            _way(_("Teams"), "groups", "surveys.team"),
        ],
    },
    {
        "title": _("How we ask"),
        "items": [
            _way(_("Surveys"), "forum", "surveys.survey"),
            _way(_("Trigger rules"), "bolt", "surveys.triggerrule"),
            _way(_("Contact policy"), "hourglass_top", "surveys.contactpolicy"),
            _way(_("Links and QR codes"), "qr_code_2", "surveys.collectionlink"),
        ],
    },
    {
        "title": _("Whom we ask"),
        "items": [
            _way(_("Customers"), "person", "surveys.customer"),
            _way(_("Suppressed addresses"), "do_not_disturb_on", "surveys.suppression"),
            _way(_("Address conflicts"), "merge", "surveys.addressconflict"),
            _way(_("Segments and personas"), "diversity_3", "feedback.segment"),
            _way(_("Meaning of leaving"), "logout", "feedback.churndefinition"),
        ],
    },
    {
        "title": _("What happened"),
        "items": [
            _way(_("Events"), "history", "surveys.touchpointevent"),
            _way(_("Why (not) asked"), "fact_check", "surveys.decision"),
            _way(_("Invitations"), "outgoing_mail", "surveys.invitation"),
            _way(_("Deliveries"), "send", "surveys.delivery"),
            _way(_("Responses"), "reviews", "feedback.response"),
            _way(_("Themes"), "sell", "feedback.theme"),
            _way(_("Rejected events"), "error", "surveys.rejectedevent"),
        ],
    },
    {
        "title": _("How we act"),
        "items": [
            _way(_("Case rules"), "rule", "loop.triagerule"),
            _way(_("Service levels"), "timer", "loop.slapolicy"),
            _way(_("Business calendars"), "calendar_month", "loop.businesscalendar"),
            _way(_("Root causes"), "account_tree", "loop.cause"),
            _way(_("Actions"), "handyman", "loop.actiontaken"),
            _way(_("Outcomes"), "flag_circle", "loop.outcome"),
            _way(_("Canned replies"), "quick_phrases", "loop.cannedreply"),
            _way(_("Playbooks"), "science", "loop.playbook"),
            _way(_("Authority limits"), "payments", "loop.authoritylimit"),
            _way(_("Draws"), "casino", "loop.placement"),
            _way(_("Actions done"), "receipt_long", "loop.deed"),
            _way(_("Staff profiles"), "badge", "loop.staffprofile"),
            _way(_("Cases"), "inbox", "loop.case"),
        ],
    },
    {
        "title": _("The platform"),
        "items": [
            _way(_("Sources"), "input", "surveys.source"),
            _way(_("API keys"), "key", "surveys.apikey"),
            _way(_("Webhooks"), "webhook", "loop.webhookendpoint"),
            _way(_("Webhook calls"), "outbound", "loop.webhookcall"),
            _way(_("Received mail"), "inbox_customize", "loop.receivedmail"),
            _way(_("Imports"), "upload_file", "surveys.importrun"),
            _way(_("People"), "manage_accounts", "auth.user"),
            _way(_("Roles"), "shield_person", "auth.group"),
            _way(_("Heartbeats"), "monitor_heart", "vocplatform.heartbeat"),
        ],
    },
]

UNFOLD = {
    "SITE_TITLE": "vocplatform",
    "SITE_HEADER": "vocplatform",
    "SITE_SUBHEADER": _("Administration"),
    "SITE_SYMBOL": "forum",
    "SITE_URL": reverse_lazy("home"),
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("voc/mark.svg")}],
    "BORDER_RADIUS": "6px",
    "STYLES": [lambda request: static("voc/admin/admin.css")],
    "COLORS": {
        "primary": {
            "50": "#eaf5f4",
            "100": "#cfe9e6",
            "200": "#a2d5d0",
            "300": "#6fbdb6",
            "400": "#3fa39c",
            "500": "#2fa097",
            "600": "#0b6663",
            "700": "#095452",
            "800": "#0a4443",
            "900": "#0b3938",
            "950": "#041f1f",
        },
    },
    "SIDEBAR": {"show_search": True, "show_all_applications": False, "navigation": NAVIGATION},
    "DASHBOARD_CALLBACK": "vocplatform.admin_start.start_page",
}
