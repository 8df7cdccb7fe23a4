"""Every address of the platform, from the URL configuration itself, and what somebody needs to open it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib import admin
from django.urls import URLPattern, get_resolver

from vocplatform.lib.adminpages import ReadOnlyPage

PUBLIC = "open to everybody"
LOGGED_IN = "for whoever is logged in"
NOBODY = "for systems with a key"

PAGES = {
    "": LOGGED_IN,
    "login/": PUBLIC,
    "logout/": PUBLIC,
    "password/": LOGGED_IN,
    "password/forgotten/": PUBLIC,
    "password/forgotten/sent/": PUBLIC,
    "password/new/<uidb64>/<token>/": PUBLIC,
    "password/new/done/": PUBLIC,
    "healthz": PUBLIC,
    "readyz": PUBLIC,
    "metrics": PUBLIC,
    "c/<str:code>/qr.svg": PUBLIC,
    "c/<str:code>/qr.png": PUBLIC,
    "c/<str:code>/": PUBLIC,
    "c/<str:code>": PUBLIC,
    "c/<str:code>/thanks/": PUBLIC,
    "s/<str:token>/": PUBLIC,
    "s/<str:token>": PUBLIC,
    "s/<str:token>/thanks/": PUBLIC,
    "u/<str:token>/": PUBLIC,
    "u/<str:token>": PUBLIC,
    "f/<str:token>/": PUBLIC,
    "f/<str:token>": PUBLIC,
    "s/<str:token>/call/": PUBLIC,
    "c/<str:code>/poster.pdf": "surveys.view_collectionlink",
    "surveys/preview/": "surveys.view_survey",
    "surveys/<int:pk>/preview/": "surveys.view_survey",
    "surveys/versions/<int:pk>/preview/": "surveys.view_survey",
    "dashboard/": "feedback.view_response",
    "dashboard/figures.csv": "feedback.view_response",
    "measures/": "feedback.view_response",
    "measures/metrics.csv": "feedback.view_response",
    "measures/compare/": "feedback.view_response",
    "measures/questions/": "feedback.view_response",
    "measures/questions/options.csv": "feedback.view_response",
    "measures/alerts/": "feedback.view_response",
    "measures/alerts/<int:pk>/": "feedback.view_response",
    "measures/alerts/<int:pk>/<slug:act>/": "feedback.work_investigation",
    "measures/changes/": "feedback.view_response",
    "measures/changes/add/": "feedback.add_loggedchange",
    "measures/<slug:key>/": "feedback.view_response",
    "measures/<slug:key>/events/": "feedback.view_response",
    "journeys/": "feedback.view_response",
    "journeys/<slug:slug>/": "feedback.view_response",
    "dashboard/report.pdf": "feedback.view_response",
    "figures/": "feedback.view_response",
    "figures/keep/": "feedback.add_keptfigure",
    "figures/<slug:code>/": "feedback.view_response",
    "figures/<slug:code>/figure.csv": "feedback.view_response",
    "views/": "feedback.view_response",
    "views/new/": "feedback.add_savedview",
    "views/<slug:code>/": "feedback.view_response",
    "views/<slug:code>/change/": "feedback.add_savedview",
    "views/<slug:code>/remove/": "feedback.add_savedview",
    "shares/": "feedback.add_sharelink",
    "shares/new/": "feedback.add_sharelink",
    "shares/<int:pk>/": "feedback.add_sharelink",
    "shares/<int:pk>/revoke/": "feedback.add_sharelink",
    "shared/<str:token>/": PUBLIC,
    "wall/": "feedback.view_response",
    "exports/": "feedback.view_response",
    "exports/new/": "feedback.export_response",
    "exports/<slug:code>/": "feedback.view_response",
    "exports/<slug:code>/file/": "feedback.view_response",
    "exports/<slug:code>/remove/": "feedback.view_response",
    "digests/": "feedback.view_response",
    "digests/new/": "feedback.view_response",
    "digests/<int:pk>/": "feedback.view_response",
    "digests/<int:pk>/preview/": "feedback.view_response",
    "digests/<int:pk>/switch/": "feedback.view_response",
    "responses/": "feedback.view_response",
    "responses/export.csv": "feedback.export_response",
    "responses/<int:pk>/": "feedback.view_response",
    "reading/": "feedback.view_reading",
    "reading/sample/": "feedback.add_correction",
    "reading/label/": "feedback.add_correction",
    "comments/<int:pk>/": "feedback.view_reading",
    "comments/<int:pk>/label/": "feedback.add_correction",
    "comments/<int:pk>/take-back/": "feedback.add_correction",
    "themes/": "feedback.view_response",
    "themes/begin/": "feedback.add_theme",
    "themes/suggestions/": "feedback.view_themesuggestion",
    "themes/suggestions/look/": "feedback.change_themesuggestion",
    "themes/suggestions/<int:pk>/<slug:verb>/": "feedback.change_themesuggestion",
    "themes/about/<slug:slug>/": "feedback.view_response",
    "inbox/": "loop.work_case",
    "inbox/counts/": "loop.work_case",
    "inbox/bulk/": "loop.work_case",
    "inbox/undo/": "loop.work_case",
    "inbox/views/new/": "loop.work_case",
    "inbox/views/<slug:code>/change/": "loop.work_case",
    "inbox/views/<slug:code>/remove/": "loop.work_case",
    "cases/<slug:code>/": "loop.work_case",
    "cases/<slug:code>/seen/": "loop.work_case",
    "cases/<slug:code>/<slug:key>/": "loop.work_case",
    "playbooks/": "loop.view_playbook",
    "playbooks/<int:pk>/": "loop.view_playbook",
    "playbooks/<int:pk>/start/": "loop.run_playbook",
    "playbooks/<int:pk>/stop/": "loop.run_playbook",
    "playbooks/<int:pk>/copy/": "loop.add_playbook",
    "initiatives/": "loop.view_initiative",
    "initiatives/matrix/": "loop.view_initiative",
    "initiatives/new/": "loop.add_initiative",
    "initiatives/<int:pk>/": "loop.view_initiative",
    "initiatives/<int:pk>/change/": "loop.change_initiative",
    "initiatives/<int:pk>/register/": "loop.register_initiative",
    "initiatives/<int:pk>/drop/": "loop.register_initiative",
    "initiatives/<int:pk>/lesson/": "loop.change_initiative",
    "initiatives/lessons/": "loop.view_initiative",
    "initiatives/<int:pk>/news/": "loop.change_announcement",
    "initiatives/<int:pk>/news/send/": "loop.send_news",
    "n/<str:token>/": PUBLIC,
    "n/<str:token>": PUBLIC,
    "loops/": "loop.view_initiative",
    "loops/new/": "loop.change_initiative",
    "loops/<int:pk>/change/": "loop.change_initiative",
    "objectives/": "loop.view_objective",
    "objectives/new/": "loop.add_objective",
    "objectives/<int:pk>/": "loop.view_objective",
    "objectives/<int:pk>/change/": "loop.change_objective",
    "programme/": "loop.view_objective",
    "programme/return/": "loop.view_objective",
    "programme/channels/": "loop.view_objective",
    "programme/channels.csv": "loop.view_objective",
    "programme/steps/<slug:key>/": "loop.change_programmestep",
    "promoters/": "loop.view_favour",
    "promoters/quotes/": "loop.view_favour",
    "promoters/ask/<slug:kind>/": "loop.ask_favour",
    "praise/": "loop.view_praise",
    "praise/seen/": "loop.view_praise",
    "q/<str:token>/": PUBLIC,
    "q/<str:token>": PUBLIC,
    "r/<slug:code>/": PUBLIC,
    "r/<slug:code>": PUBLIC,
    "effect/": "feedback.view_response",
    "effect/causes/": "feedback.view_response",
    "effect/fairness/": "feedback.view_response",
    "effect/staffing/": "loop.view_all_cases",
    "drivers/": "feedback.view_response",
    "drivers/<int:pk>/": "feedback.view_response",
    "segments/": "feedback.view_response",
    "customers/": "surveys.view_customer",
    "customers/at-risk/": "surveys.view_customer",
    "customers/first-100-days/": "surveys.view_customer",
    "customers/<int:pk>/": "surveys.view_customer",
}
PAGES |= {
    f"v1/{kind}": NOBODY
    for kind in ("batch", "track", "identify", "page", "group", "alias", "screen", "b", "t", "i", "p", "g", "a", "s")
}
API = {
    "openapi.json": PUBLIC,
    "docs/": PUBLIC,
    "events": NOBODY,
    "mail-reports/": PUBLIC,
    "customers": "surveys.view_customer",
    "customers/<external_id>": "surveys.view_customer",
    "customers/<external_id>/consent": "surveys.view_customer",
    "customers/<external_id>/opt-out": "surveys.change_customer",
    "surveys": "surveys.view_survey",
    "surveys/<slug>": "surveys.view_survey",
    "metrics": "feedback.view_response",
    "themes": "feedback.view_response",
    "questions": "feedback.view_response",
    "responses": "feedback.view_response",
    "responses/<pk>": "feedback.view_response",
    "effect": "feedback.view_response",
    "channels": "loop.view_objective",
    "inbound/mail": "loop.add_message",
    "cases": "loop.view_case",
    "cases/<code>": "loop.view_case",
    "cases/<code>/external": "loop.work_case",
}
ADMIN = {
    "surveys_survey_from_template": "surveys.add_survey",
    "surveys_survey_begin": "surveys.add_survey",
    "surveys_survey_duplicate": "surveys.add_survey",
    "surveys_survey_publish": "surveys.publish_survey",
    "surveys_survey_close": "surveys.publish_survey",
    "surveys_survey_reopen": "surveys.publish_survey",
    "surveys_survey_test": "surveys.publish_survey",
    "surveys_survey_roll_back": "surveys.publish_survey",
    "surveys_survey_restore": "surveys.change_survey",
    "surveys_survey_live": "surveys.change_survey",
    "surveys_survey_versions": "surveys.view_survey",
    "surveys_survey_paths": "surveys.view_survey",
    "surveys_survey_power": "surveys.view_survey",
    "surveys_survey_autosave": "surveys.change_survey",
    "surveys_survey_discarded": "surveys.change_survey",
    "surveys_survey_bring_back": "surveys.change_survey",
    "surveys_survey_languages": "surveys.change_survey",
    "surveys_survey_language_add": "surveys.change_survey",
    "surveys_survey_language": "surveys.change_survey",
    "surveys_survey_language_drop": "surveys.change_survey",
    "surveys_survey_language_import": "surveys.change_survey",
    "surveys_survey_language_export": "surveys.change_survey",
    "surveys_journey_from_template": "surveys.add_journey",
    "surveys_journey_begin": "surveys.add_journey",
    "surveys_journey_pack": "surveys.change_journey",
    "surveys_journey_future": "surveys.change_journey",
    "surveys_customer_erase": "surveys.delete_customer",
    "surveys_touchpointevent_replay": "surveys.change_touchpointevent",
    "feedback_response_replay": "feedback.change_response",
    "surveys_invitation_withdraw": "surveys.change_invitation",
    "surveys_delivery_retry": "surveys.change_invitation",
    "surveys_apikey_revoke": "surveys.change_apikey",
    "surveys_triggerrule_try": "surveys.change_triggerrule",
    "loop_webhookendpoint_rotate": "loop.change_webhookendpoint",
    "loop_webhookendpoint_test": "loop.change_webhookendpoint",
    "loop_webhookcall_repeat": "loop.change_webhookcall",
    "loop_triagerule_rehearse": "loop.view_triagerule",
    "loop_triagerule_open_now": "loop.change_triagerule",
    "feedback_theme_from_pack": "feedback.add_theme",
    "feedback_theme_load": "feedback.add_theme",
    "feedback_theme_try": "feedback.change_theme",
    "auth_user_password_change": "auth.change_user",
}
FURNITURE = {"index", "search", "login", "logout", "password_change", "password_change_done", "autocomplete", "jsi18n"}
FURNITURE |= {"view_on_site", "app_list"}
# What not even the admin role does in the admin, because a service, a mail or the loop does it.
CLOSED = {
    "surveys.customer": {"delete"},
    "surveys.suppression": {"add", "delete"},
    "surveys.apikey": {"delete"},
    "surveys.survey": {"delete"},
    "auth.group": {"delete"},
    "feedback.churndefinition": {"add", "delete"},
    "feedback.metricdefinition": {"add", "delete"},
}
# Open, and yet they answer "not found": no such token, template or object is named here.
NAMES_NOTHING = {
    "f/<str:token>/",
    "f/<str:token>",
    "n/<str:token>/",
    "n/<str:token>",
    "q/<str:token>/",
    "q/<str:token>",
    "r/<slug:code>/",
    "r/<slug:code>",
    "promoters/ask/<slug:kind>/",
    "s/<str:token>/call/",
    "admin/r/<path:content_type_id>/<path:object_id>/",
    "admin/<app_label>/",
    "admin/<url>",
    "admin/login/",
    "admin/surveys/survey/from-template/",
    "admin/surveys/journey/from-template/",
    "admin/feedback/theme/pack/",
    "themes/suggestions/<int:pk>/<slug:verb>/",
    "themes/about/<slug:slug>/",
    "admin/surveys/survey/<int:object_id>/languages/<slug:locale>/",
    "admin/surveys/survey/<int:object_id>/languages/<slug:locale>/drop/",
    "admin/surveys/survey/<int:object_id>/languages/<slug:locale>/import/",
    "admin/surveys/survey/<int:object_id>/languages/<slug:locale>/texts.csv",
    "admin/surveys/journey/<int:object_id>/pack/",
    "s/<str:token>/",
    "s/<str:token>",
    "s/<str:token>/thanks/",
    "u/<str:token>/",
    "u/<str:token>",
    # Views, files and mails belong to one person: somebody else's are not there.
    "figures/keep/",
    "figures/<slug:code>/",
    "figures/<slug:code>/figure.csv",
    "inbox/views/<slug:code>/change/",
    "inbox/views/<slug:code>/remove/",
    "views/<slug:code>/",
    "views/<slug:code>/change/",
    "views/<slug:code>/remove/",
    "shares/<int:pk>/",
    "shares/<int:pk>/revoke/",
    "exports/<slug:code>/",
    "exports/<slug:code>/file/",
    "exports/<slug:code>/remove/",
    "digests/<int:pk>/",
    "digests/<int:pk>/preview/",
    "digests/<int:pk>/switch/",
}
VERBS = {"changelist": "view", "history": "view", "change": "view", "add": "add", "delete": "delete"}


@dataclass(frozen=True)
class Door:
    route: str
    name: str
    needs: str

    @property
    def is_api(self) -> bool:
        return self.route.startswith("api/")


def routes(patterns=None, prefix: str = "", namespace: str = "") -> Iterator[tuple[str, str]]:
    for pattern in patterns if patterns is not None else get_resolver().url_patterns:
        route = prefix + plain(str(pattern.pattern))
        if isinstance(pattern, URLPattern):
            yield route, f"{namespace}{pattern.name or ''}"
        else:
            yield from routes(pattern.url_patterns, route, f"{pattern.namespace}:" if pattern.namespace else namespace)


def plain(pattern: str) -> str:
    """A regular expression of the API's router, written as the other routes are."""
    named = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", pattern)
    return (
        named.removeprefix("^").removesuffix("$").removesuffix("/?") if named != pattern or "^" in pattern else pattern
    )


def need_of(route: str, name: str) -> str | None:
    if route.startswith("api/v1/"):
        return API.get(route.removeprefix("api/v1/"))
    if not route.startswith("admin/"):
        return PAGES.get(route)
    return admin_need(name.removeprefix("admin:"))


def admin_need(name: str) -> str | None:
    if name in FURNITURE or name == "":
        return LOGGED_IN
    if name in ADMIN:
        return ADMIN[name]
    app_model, _, page = name.rpartition("_")
    found = [page_admin for model, page_admin in admin.site._registry.items() if key_of(model) == app_model]
    if not found or page not in VERBS:
        return None
    label, verb = found[0].model._meta.label_lower, VERBS[page]
    is_fixed = isinstance(found[0], ReadOnlyPage) and verb != "view"
    if is_fixed or verb in CLOSED.get(label, ()):
        return NOBODY
    app, model = label.split(".")
    return f"{app}.{verb}_{model}"


def key_of(model) -> str:
    return f"{model._meta.app_label}_{model._meta.model_name}"


def doors() -> list[Door]:
    """Every address but the one that would end the walk, and the one that answers nothing without arguments."""
    known = [Door(route, name, need_of(route, name) or "") for route, name in routes()]
    return [door for door in known if door.needs and not door.route.endswith(("logout/", "autocomplete/"))]
