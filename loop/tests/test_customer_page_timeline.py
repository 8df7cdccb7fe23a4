from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from loop.models import Case, CaseEvent, Message
from loop.tests.rows import HOUR, NOON, case, customer, response, team, touchpoint
from loop.tests.staff import browser, staff
from loop.timeline import PAGE, timeline_of
from surveys.models import Consent, Decision, Delivery, Invitation
from surveys.tests import rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    return customer("C-1", name="Ana Ribeiro")


@pytest.fixture
def mia():
    return staff("manager", "mia")


def titles(who, reader, **more) -> list[str]:
    return [str(entry.title) for entry in timeline_of(who, reader=reader, **more)]


def a_whole_story(who) -> Case:
    """Happened, decided, invited, answered, opened, written: an hour apart each."""
    at = [NOON + timedelta(hours=hour) for hour in range(6)]
    where, asked = touchpoint(), rows.survey("delivery-nps")
    event = rows.event(where, who, occurred_at=at[0])
    rule = rows.rule(where, asked)
    Decision.objects.create(
        event=event, rule=rule, outcome="ask", reason="asked", sentence="All fits.", decided_at=at[1]
    )
    invitation = Invitation.objects.create(
        event=event,
        version=asked.live_version,
        customer=who,
        channel="email",
        due_at=at[2],
        expires_at=NOON + timedelta(30),
    )
    Delivery.objects.create(invitation=invitation, channel="email", status="sent", sent_at=at[2], created_at=at[2])
    opened = case(now=at[3], who=who, where=where, nps=0, comment="Never came", compound=-0.6)
    Message.objects.create(case=opened, subject="Sorry", body="We are sorry.", created_at=at[5])
    return opened


def test_everything_stands_in_one_order_with_the_newest_first(ana, mia):
    a_whole_story(ana)
    assert titles(ana, mia) == [
        "Mail to the customer",
        "Case opened",
        "Answered “delivery-nps”",
        "Invited to “delivery-nps”",
        "Decided to ask",
        "Delivery",
    ]


def test_a_score_of_0_stands_beside_its_answer(ana, mia):
    a_whole_story(ana)
    answered = next(entry for entry in timeline_of(ana, reader=mia) if entry.score)
    assert (answered.score.number, answered.text) == (0, "Never came")


def test_a_case_of_another_team_is_there_and_says_nothing_of_its_content(ana):
    opened = a_whole_story(ana)
    Case.objects.filter(pk=opened.pk).update(team=team("Billing"))
    CaseEvent.objects.filter(case=opened).update(note="secret of billing")
    reader = staff("agent", team=team("Care"))
    page = browser(reader).get(reverse("loop:customer", args=[ana.pk])).content.decode()
    assert "A case of another team was opened" in page
    assert not any(word in page for word in ("secret of billing", opened.code, "We are sorry."))


def test_what_a_customer_said_about_being_asked_is_in_the_timeline(ana, mia):
    Consent.objects.create(customer=ana, channel="email", status="withdrawn", source="letter", recorded_at=NOON)
    assert titles(ana, mia) == ["Does not want to be asked by e-mail"]


def test_other_customers_are_not_in_the_timeline(ana, mia):
    a_whole_story(customer("C-2"))
    assert titles(ana, mia) == []


def test_what_is_older_stands_on_the_next_page_and_nothing_is_missing_between(ana, mia):
    for number in range(PAGE + 5):
        response(who=ana, at=NOON + timedelta(minutes=number))
    first = timeline_of(ana, reader=mia)
    second = timeline_of(ana, reader=mia, before=first[-1].at)
    moments = [entry.at for entry in [*first, *second]]
    assert moments == [NOON + timedelta(minutes=number) for number in reversed(range(PAGE + 5))]


def test_things_that_happened_at_one_moment_are_not_lost_between_two_pages(ana, mia):
    at = [NOON + timedelta(minutes=number) for number in range(PAGE - 1)]
    for moment in (NOON - HOUR, *at):
        response(who=ana, at=moment)
    Consent.objects.create(customer=ana, channel="email", status="granted", source="form", recorded_at=NOON - HOUR)
    assert len(titles(ana, mia)) == PAGE + 1


def test_the_number_of_queries_does_not_grow_with_the_story(ana, mia, django_assert_max_num_queries):
    a_whole_story(ana)
    for number in range(8):
        response(who=ana, at=NOON + timedelta(minutes=number))
    with django_assert_max_num_queries(14):
        timeline_of(ana, reader=mia)


@pytest.mark.parametrize("before", ["x", "2026-13-45T00:00", "0", "'"])
def test_a_moment_that_makes_no_sense_shows_the_newest(ana, mia, before):
    assert browser(mia).get(reverse("loop:customer", args=[ana.pk]), {"before": before}).status_code == 200


@pytest.mark.parametrize("role", ["analyst", "agent", "manager"])
def test_people_who_work_with_customers_may_look(ana, role):
    assert browser(staff(role)).get(reverse("loop:customer", args=[ana.pk])).status_code == 200


def test_a_designer_may_not_look(ana):
    assert browser(staff("designer")).get(reverse("loop:customer", args=[ana.pk])).status_code == 403


def test_a_customer_who_does_not_exist_is_not_there(mia):
    assert browser(mia).get(reverse("loop:customer", args=[999_999])).status_code == 404


@pytest.mark.parametrize("text", ["ribeiro", "C-1", "c-1@example.org"])
def test_a_customer_is_found_by_name_number_and_address(ana, mia, text):
    customer("C-22", name="Tom")
    page = browser(mia).get(reverse("loop:customers"), {"q": text})
    assert [row.pk for row in page.context["page"]] == [ana.pk]


@pytest.mark.parametrize("text", ["%", "_", "\\"])
def test_signs_of_the_database_are_only_signs_in_a_search(ana, mia, text):
    assert not list(browser(mia).get(reverse("loop:customers"), {"q": text}).context["page"])


def test_an_erased_customer_is_not_in_the_list(ana, mia):
    type(ana).objects.filter(pk=ana.pk).update(erased_at=timezone.now())
    assert not list(browser(mia).get(reverse("loop:customers")).context["page"])
