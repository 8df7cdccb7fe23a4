"""Each role against every page, admin page and API door, taken from the URL configuration itself."""

import re
from datetime import timedelta

import pytest
from axes.models import AccessAttempt, AccessLog
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import transaction
from django.test import Client
from django.utils import timezone

from feedback.models import (
    Alert,
    Answer,
    Benchmark,
    ChurnDefinition,
    Correction,
    DriverStudy,
    FactRule,
    Investigation,
    LoggedChange,
    MetricDefinition,
    Segment,
    Theme,
    ThemeMention,
    ThemeSuggestion,
)
from feedback.services.definitions import ensure_metric_defaults
from loop.models import (
    Announcement,
    AuthorityLimit,
    CannedReply,
    Deed,
    FeedbackLoop,
    Initiative,
    Objective,
    Placement,
    Playbook,
    ReceivedMail,
    Recovery,
    Tag,
    WebhookCall,
    WebhookEndpoint,
)
from loop.tests import plays
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
from vocplatform.models import Heartbeat
from vocplatform.roles import ROLES
from vocplatform.tests.doors import LOGGED_IN, NAMES_NOTHING, PUBLIC, Door, doors, key_of, need_of, routes

pytestmark = pytest.mark.django_db


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
    make_metrics(case.touchpoint, now)
    make_themes(answer, now)
    Heartbeat.objects.create(name="web", kind="web", beat_at=now)
    Segment.objects.create(name="Regulars", slug="regulars")
    ChurnDefinition.objects.create(pk=1)
    DriverStudy.objects.create(
        version=case.response.version,
        outcome="nps",
        drivers=["ease", "staff"],
        first_on=now.date(),
        last_on=now.date(),
        seed=1,
        formula_version=1,
        asked_at=now,
    )
    ContactPolicy.objects.create(name="Standard")
    book = plays.playbook()
    placement = Placement.objects.create(playbook=book, case=case, arm=book.arms.first(), turn=0, reason="Drawn.")
    Deed.objects.create(case=case, kind="call", arm=placement.arm)
    AuthorityLimit.objects.create(role=Group.objects.get_or_create(name="agent")[0], amount=10)
    make_changes(case.touchpoint, now)
    endpoint = WebhookEndpoint.objects.create(name="CRM", url="https://crm.example/", news=[])
    WebhookCall.objects.create(endpoint=endpoint, reference="msg_1", news="test", body="{}", due_at=now)
    ReceivedMail.objects.create(digest="x", outcome="unknown")
    Tag.objects.create(name="late")
    CannedReply.objects.get_or_create(name="Sorry", subject="Sorry", body="Sorry.")
    AccessAttempt.objects.create(username="x", attempt_time=now, failures_since_start=1)
    AccessLog.objects.create(username="x", attempt_time=now)


def make_changes(touchpoint, now) -> None:
    initiative = Initiative.objects.create(name="Faster", problem="Late.")
    Announcement.objects.create(initiative=initiative, subject="Faster", body="Done.")
    FeedbackLoop.objects.create(name="Late", touchpoint=touchpoint)
    days = {"starts_on": now.date(), "deadline_on": now.date() + timedelta(days=365)}
    Objective.objects.create(name="Stay", baseline=80, target=83, **days)


def make_themes(answer, now) -> None:
    Theme.objects.create(name="Parking", slug="parking")  # nobody spoke of it, so it may be deleted
    theme = Theme.objects.create(name="Waiting", slug="waiting")
    ThemeMention.objects.create(answer=answer, response=answer.response, theme=theme, taxonomy_version=1)
    on, counted = now.date(), {"mentions": 9, "comments": 90, "mentions_before": 1, "comments_before": 90}
    ThemeSuggestion.objects.create(phrase="parking", language="en", first_on=on, last_on=on, z=4, **counted)


def make_metrics(touchpoint, now) -> None:
    ensure_metric_defaults()
    on = now.date()
    metric = MetricDefinition.objects.get(key="nps")
    Benchmark.objects.create(metric=metric, value=40, source="Yearly report", published_on=on)
    FactRule.objects.create(touchpoint=touchpoint, kind="referral")
    LoggedChange.objects.create(on=on, text="New prices")
    alert = Alert.objects.create(
        reason="level", metric="nps", side="low", first_on=on, last_on=on, value=1, n=40, opened_at=now
    )
    Investigation.objects.create(alert=alert)


def address(door: Door, programme: dict[str, str]) -> str:
    """The route with real rows in it; in the admin the row of the page's own model, or any."""
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda match: value_of(match[1], door, programme), door.route)


ROWS_OF = {
    "comments/": Answer.objects.filter(kind="text"),
    "drivers/": DriverStudy.objects.all(),
    "measures/alerts/": Alert.objects.all(),
    "initiatives/": Initiative.objects.all(),
    "loops/": FeedbackLoop.objects.all(),
    "objectives/": Objective.objects.all(),
    "playbooks/": Playbook.objects.filter(name="Late parcels"),
}


def value_of(name: str, door: Door, programme: dict[str, str]) -> str:
    if door.route.startswith("admin/"):
        return admin_value(name, door, programme)
    if name == "pk":
        for part, row in (("versions", "version"), ("surveys", "surveys_survey"), ("customers", "surveys_customer")):
            if part in door.route:
                return programme[row]
        for start, rows_of_page in ROWS_OF.items():
            if door.route.startswith(start):
                return str(rows_of_page.order_by("pk").values_list("pk", flat=True)[0])
        return programme["feedback_response"]
    if name == "slug" and door.is_api:
        return programme["survey_slug"]
    if name == "code" and door.route.startswith("c/"):
        return programme["link_code"]
    if name == "key" and door.route.startswith("measures/"):
        return "fcr"
    if name == "key" and door.route.startswith("programme/"):
        return "vision"
    return programme.get(name, "note" if name in ("key", "act") else "unknown")


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
