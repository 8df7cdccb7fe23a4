import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from loop.inbox import VIEW_BY_KEY, cases_in
from loop.models import Case
from loop.services.desk import add_note, snooze_case
from loop.services.inbound import take_words
from loop.services.intake import triage_response
from loop.tests.rows import DAY, HOUR, NOON, case, customer, response, team, touchpoint
from loop.tests.staff import browser, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def care():
    return team("Care")


@pytest.fixture
def ana(care):
    return staff("agent", "ana", team=care)


@pytest.fixture
def row(care, ana) -> Case:
    opened = case(who=customer("C-1"), owner=ana)
    Case.objects.filter(pk=opened.pk).update(team=care)
    opened.refresh_from_db()
    return opened


@pytest.fixture
def asleep(row, ana) -> Case:
    return snooze_case(row.pk, until=NOON + 14 * DAY, awaits_reply=True, actor=ana, now=NOON)


def is_back(row: Case, *, at) -> bool:
    return row in cases_in(VIEW_BY_KEY["back"], row.owner, now=at)


def test_a_case_can_sleep_until_the_customer_replies(row, ana):
    browser(ana).post(reverse("loop:act", args=[row.code, "snooze"]), {"until": "reply", "version": row.version})
    row.refresh_from_db()
    assert row.awaits_reply
    assert "snoozed until the customer replies" in browser(ana).get(row.get_absolute_url()).content.decode()


def test_a_day_of_ones_own_is_no_waiting_for_a_reply(row, ana):
    said = {"until": "reply", "on": "2027-02-01", "version": row.version}
    browser(ana).post(reverse("loop:act", args=[row.code, "snooze"]), said)
    row.refresh_from_db()
    assert not row.awaits_reply


def test_the_customers_word_wakes_the_case_and_it_is_marked_as_back(asleep):
    take_words(asleep.pk, words="Any news?", subject="Re", channel="email", now=NOON + HOUR)
    asleep.refresh_from_db()
    assert (asleep.awaits_reply, asleep.snoozed_until) == (False, NOON + HOUR)
    assert is_back(asleep, at=NOON + HOUR)


def test_another_unhappy_answer_of_the_customer_wakes_the_case(asleep):
    again = response(nps=1, who=asleep.customer, where=touchpoint(), at=NOON + HOUR)
    triage_response(again.pk, now=NOON + HOUR)
    asleep.refresh_from_db()
    assert is_back(asleep, at=NOON + HOUR)


def test_without_a_reply_the_case_comes_back_on_the_last_day(asleep):
    assert not is_back(asleep, at=NOON + 13 * DAY)
    assert is_back(asleep, at=NOON + 14 * DAY)


def test_a_case_is_back_until_somebody_does_something_about_it(row, ana):
    snooze_case(row.pk, until=NOON + HOUR, actor=ana, now=NOON)
    assert is_back(row, at=NOON + 2 * HOUR)
    add_note(row.pk, text="Called the courier", actor=ana, now=NOON + 2 * HOUR)
    assert not is_back(row, at=NOON + 2 * HOUR)


def test_work_on_a_case_that_is_back_makes_nobodys_edit_stale(row, ana):
    slept = snooze_case(row.pk, until=NOON + HOUR, actor=ana, now=NOON)
    add_note(row.pk, text="Called the courier", actor=ana, now=NOON + 2 * HOUR)
    row.refresh_from_db()
    assert row.version == slept.version


def test_an_undone_snooze_puts_back_the_waiting_for_a_reply(asleep, ana):
    desk, picked = browser(ana), [f"{asleep.pk}:{asleep.version}"]
    desk.post(reverse("loop:inbox_bulk"), {"act": "snooze", "until": "3d", "case": picked})
    asleep.refresh_from_db()
    assert not asleep.awaits_reply
    Case.objects.filter(pk=asleep.pk).update(awaits_reply=False)
    desk.post(reverse("loop:inbox_undo"))
    asleep.refresh_from_db()
    assert asleep.awaits_reply


def test_a_case_that_is_awake_awaits_no_reply(row):
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=row.pk).update(awaits_reply=True, snoozed_until=None)
