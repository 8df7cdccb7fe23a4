import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from loop.models import Case, Notice
from loop.services.cases import record_contact, resolve_case
from loop.services.history import NotAllowed, StaleEdit
from loop.services.incidents import link_incident
from loop.tests.rows import NOON, case, customer, resolution, team
from loop.tests.staff import browser, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def care():
    return team("Care")


@pytest.fixture
def ana(care):
    return staff("agent", "ana", team=care)


def opened(care, number: str, **fields) -> Case:
    row = case(who=customer(number))
    Case.objects.filter(pk=row.pk).update(team=care, **fields)
    row.refresh_from_db()
    return row


@pytest.fixture
def outage(care) -> Case:
    return opened(care, "C-1")


@pytest.fixture
def hit(care) -> Case:
    return opened(care, "C-2")


def put(row: Case, incident: Case | None, actor) -> Case:
    return link_incident(row.pk, incident=incident, actor=actor, now=NOON)


def test_a_case_is_put_under_its_incident_and_each_shows_the_other(outage, hit, ana):
    desk = browser(ana)
    said = {"incident": outage.code.lower(), "version": hit.version}
    desk.post(reverse("loop:act", args=[hit.code, "incident"]), said)
    assert outage.code in desk.get(hit.get_absolute_url()).content.decode()
    assert hit.code in desk.get(outage.get_absolute_url()).content.decode()


def test_the_inbox_finds_all_cases_of_an_incident_by_its_code(outage, hit, ana):
    put(hit, outage, ana)
    shown = browser(ana).get(reverse("loop:inbox"), {"view": "all", "q": outage.code})
    assert {row.case for row in shown.context["rows"]} == {outage, hit}


def test_a_case_is_taken_out_of_its_incident_again(outage, hit, ana):
    put(hit, outage, ana)
    assert put(hit, None, ana).incident is None


def test_a_case_cannot_be_its_own_incident(outage, ana):
    with pytest.raises(NotAllowed):
        put(outage, outage, ana)
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=outage.pk).update(incident=outage)


def test_incidents_have_one_level(outage, hit, ana, care):
    third = opened(care, "C-3")
    put(hit, outage, ana)
    with pytest.raises(NotAllowed):
        put(third, hit, ana)
    with pytest.raises(NotAllowed):
        put(outage, third, ana)


def test_an_agent_cannot_point_to_a_case_of_another_team(hit, ana):
    foreign = opened(team("Billing"), "C-9")
    said = {"incident": foreign.code, "version": hit.version}
    shown = browser(ana).post(reverse("loop:act", args=[hit.code, "incident"]), said)
    assert "There is no case with the code" in shown.content.decode()


def test_a_link_that_somebody_changed_meanwhile_is_not_written_over(outage, hit, ana, care):
    seen = hit.version
    put(hit, outage, ana)
    with pytest.raises(StaleEdit):
        link_incident(hit.pk, incident=None, version=seen, actor=ana, now=NOON)


def test_whoever_works_a_case_of_the_incident_hears_when_it_is_resolved(outage, hit, ana, care):
    ben = staff("agent", "ben", team=care)
    Case.objects.filter(pk=hit.pk).update(owner=ben, status=Case.Status.ASSIGNED)
    put(hit, outage, ana)
    record_contact(outage.pk, channel="phone", reached=True, actor=ana, now=NOON)
    resolve_case(outage.pk, **resolution(), actor=ana, now=NOON)
    assert [(notice.case, notice.recipient) for notice in Notice.objects.filter(kind="incident")] == [(hit, ben)]


def test_nobody_hears_of_an_incident_whose_case_is_closed(outage, hit, ana):
    Case.objects.filter(pk=hit.pk).update(status=Case.Status.DECLINED)
    put(hit, outage, ana)
    record_contact(outage.pk, channel="phone", reached=True, actor=ana, now=NOON)
    resolve_case(outage.pk, **resolution(), actor=ana, now=NOON)
    assert not Notice.objects.filter(kind="incident").exists()
