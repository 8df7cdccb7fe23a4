"""Each role against every page, admin page and API door, taken from the URL configuration itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from axes.models import AccessAttempt, AccessLog
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from feedback.models import Correction
from loop.models import CannedReply, Recovery
from loop.tests import rows as loop_rows
from loop.tests.staff import browser, staff
from surveys.models import (
    AddressConflict,
    CollectionLink,
    ContactPolicy,
    Decision,
    ImportRun,
    RejectedEvent,
    Suppression,
    Team,
)
from surveys.services.api_keys import create_api_key
from surveys.services.invitations import issue_invitation
from surveys.services.surveys import create_from_template, publish_survey
from surveys.tests import rows
from surveys.triggers.occasion import Way
from vocplatform.lib.adminpages import ReadOnlyPage
from vocplatform.models import Heartbeat
from vocplatform.roles import ROLES

pytestmark = pytest.mark.django_db

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
    "surveys/preview/": "surveys.view_survey",
    "surveys/<int:pk>/preview/": "surveys.view_survey",
    "surveys/versions/<int:pk>/preview/": "surveys.view_survey",
    "dashboard/": "feedback.view_response",
    "dashboard/figures.csv": "feedback.view_response",
    "journeys/": "feedback.view_response",
    "journeys/<slug:slug>/": "feedback.view_response",
    "responses/": "feedback.view_response",
    "responses/export.csv": "feedback.export_response",
    "responses/<int:pk>/": "feedback.view_response",
    "inbox/": "loop.work_case",
    "inbox/counts/": "loop.work_case",
    "inbox/bulk/": "loop.work_case",
    "inbox/undo/": "loop.work_case",
    "cases/<slug:code>/": "loop.work_case",
    "cases/<slug:code>/seen/": "loop.work_case",
    "cases/<slug:code>/<slug:key>/": "loop.work_case",
    "customers/": "surveys.view_customer",
    "customers/<int:pk>/": "surveys.view_customer",
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
    "responses": "feedback.view_response",
    "responses/<pk>": "feedback.view_response",
    "cases": "loop.view_case",
    "cases/<code>": "loop.view_case",
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
    "surveys_journey_from_template": "surveys.add_journey",
    "surveys_journey_begin": "surveys.add_journey",
    "surveys_journey_pack": "surveys.change_journey",
    "surveys_journey_future": "surveys.change_journey",
    "surveys_customer_erase": "surveys.delete_customer",
    "surveys_touchpointevent_replay": "surveys.change_touchpointevent",
    "surveys_invitation_withdraw": "surveys.change_invitation",
    "surveys_apikey_revoke": "surveys.change_apikey",
    "surveys_triggerrule_try": "surveys.change_triggerrule",
    "loop_triagerule_rehearse": "loop.view_triagerule",
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
}
# Open, and yet they answer "not found": no such token, template or object is named here.
NAMES_NOTHING = {
    "admin/r/<path:content_type_id>/<path:object_id>/",
    "admin/<app_label>/",
    "admin/<url>",
    "admin/login/",
    "admin/surveys/survey/from-template/",
    "admin/surveys/journey/from-template/",
    "admin/surveys/journey/<int:object_id>/pack/",
    "s/<str:token>/",
    "s/<str:token>",
    "s/<str:token>/thanks/",
    "u/<str:token>/",
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


def test_every_address_says_in_this_file_who_may_open_it():
    assert [route for route, name in routes() if need_of(route, name) is None] == []


@pytest.fixture
def programme(settings) -> dict[str, str]:
    """One row of everything, so that a refusal is never mistaken for a missing page."""
    now = timezone.now()
    survey = create_from_template("nps", locale="en")
    version = publish_survey(survey.pk, actor=None, now=now)
    case = loop_rows.case(now=now)
    case.team = loop_rows.team("Everybody")
    case.save()
    touchpoint, customer = case.touchpoint, case.customer
    rule = rows.rule(touchpoint, survey)
    event = rows.event(touchpoint, customer)
    decision = Decision.objects.create(event=event, rule=rule, outcome="ask", reason="asked", sentence="Asked.")
    invitation = issue_invitation(version, Way("link"), due_at=now, customer=customer, event=event, rule=rule)
    link = CollectionLink.objects.create(name="Counter", touchpoint=touchpoint, survey=survey)
    key, _secret = create_api_key(rows.source(), name="shop", scopes=["events:write"])
    make_the_rest(customer, case, now)
    known = [decision, invitation, key, link, event, customer, survey, rule, touchpoint, case, case.response]
    return {
        **{key_of(type(row)): str(row.pk) for row in known},
        "version": str(version.pk),
        "slug": touchpoint.stage.journey.slug,
        "survey_slug": survey.slug,
        "code": case.code,
        "link_code": link.code,
        "external_id": customer.external_id,
        "journey": str(touchpoint.stage.journey_id),
    }


def make_the_rest(customer, case, now) -> None:
    Suppression.objects.create(channel="email", address_digest="x", reason="opt_out")
    RejectedEvent.objects.create(code="unknown", reason="?")
    AddressConflict.objects.create(customer=customer, holder=customer, channel="email", address="x@example.org")
    ImportRun.objects.create(kind="events", digest="x", file_name="x.csv")
    answer = loop_rows.response(comment="Late.", compound=-0.5).answers.get(kind="text")
    clerk = loop_rows.person("clerk", capacity=3)
    Correction.objects.create(answer=answer, label="negative", corrected_by=clerk)
    Recovery.objects.get_or_create(case=case)
    Heartbeat.objects.create(name="web", kind="web", beat_at=now)
    ContactPolicy.objects.create(name="Standard")
    CannedReply.objects.get_or_create(name="Sorry", subject="Sorry", body="Sorry.")
    AccessAttempt.objects.create(username="x", attempt_time=now, failures_since_start=1)
    AccessLog.objects.create(username="x", attempt_time=now)


def address(door: Door, programme: dict[str, str]) -> str:
    """The route with real rows in it; in the admin the row of the page's own model, or any."""
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda match: value_of(match[1], door, programme), door.route)


def value_of(name: str, door: Door, programme: dict[str, str]) -> str:
    if door.route.startswith("admin/"):
        return admin_value(name, door, programme)
    if name == "pk":
        for part, row in (("versions", "version"), ("surveys", "surveys_survey"), ("customers", "surveys_customer")):
            if part in door.route:
                return programme[row]
        return programme["feedback_response"]
    if name == "slug" and door.is_api:
        return programme["survey_slug"]
    if name == "code" and door.route.startswith("c/"):
        return programme["link_code"]
    return programme.get(name, "note" if name == "key" else "unknown")


def admin_value(name: str, door: Door, programme: dict[str, str]) -> str:
    if name == "version_id":
        return programme["version"]
    app_model = "_".join(door.route.split("/")[1:3])
    if app_model == "surveys_journey":
        return programme["journey"]
    if app_model in programme:
        return programme[app_model]
    models = {key_of(model): model for model in admin.site._registry}
    row = models[app_model].objects.order_by("pk").first() if app_model in models else None
    return str(row.pk) if row else "1"


def knock(client: Client, url: str) -> int:
    """GET, or POST where only that is answered; whatever it does is undone.

    The admin answers the history of a row that somebody must not see as if there were none: back to its first page.
    """
    with transaction.atomic():
        answer = client.get(url)
        if answer.status_code == 405:
            answer = client.post(url)
        transaction.set_rollback(True)
    return 404 if answer.status_code == 302 and answer.url == "/admin/" else answer.status_code


def is_refused(status: int) -> bool:
    return status in {401, 403, 404}


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_its_own_pages_and_no_other(role, programme):
    user = staff(role, team=Team.objects.get())
    user.is_staff = True
    user.save()
    client = browser(user)
    wrong = []
    for door in doors():
        status = knock(client, address(door, programme))
        may = door.needs in {PUBLIC, LOGGED_IN} or user.has_perm(door.needs)
        is_missing = status == 404 and door.route in NAMES_NOTHING
        if (is_refused(status) == may and not is_missing) or (status >= 500 and door.route != "readyz"):
            wrong.append((door.route, door.needs, status))
    assert wrong == []


def test_who_is_not_logged_in_is_sent_to_the_log_in_or_refused(programme, client):
    closed = [door for door in doors() if door.needs != PUBLIC]
    furniture = {"admin/login/", "admin/jsi18n/"}
    statuses = {door.route: knock(client, address(door, programme)) for door in closed if door.route not in furniture}
    assert {route for route, status in statuses.items() if status not in {301, 302, 401, 403}} == set()


def test_staff_without_a_role_see_no_data_in_the_admin(programme):
    user = staff("agent", "newcomer")
    user.groups.clear()
    user.is_staff = True
    user.save()
    client = browser(user)
    closed = [door for door in doors() if door.needs not in {PUBLIC, LOGGED_IN}]
    assert [door.route for door in closed if not is_refused(knock(client, address(door, programme)))] == []


def test_a_role_without_the_staff_flag_does_not_enter_the_admin(programme):
    client = browser(staff("admin"))
    assert client.get("/admin/surveys/survey/").status_code == 302


def test_the_surveys_designer_reaches_neither_people_nor_keys_nor_the_log(programme):
    user = staff("designer")
    user.is_staff = True
    user.save()
    client = browser(user)
    for page in ("auth/user/", "auth/group/", "surveys/apikey/", "surveys/customer/", "axes/accessattempt/"):
        assert client.get(f"/admin/{page}").status_code == 403
