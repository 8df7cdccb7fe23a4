from datetime import timedelta

import pytest

from surveys import tasks
from surveys.models import Customer, Delivery, Invitation, TouchpointEvent
from surveys.services.customers import CustomerDetails
from surveys.services.erasure import erase_customer
from surveys.services.events import EventDetails, record_event
from surveys.services.invitations import invite_directly
from surveys.tests import rows
from surveys.tests.rows import NOON

pytestmark = pytest.mark.django_db
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def clock(time_machine):
    time_machine.move_to(NOON, tick=False)
    return time_machine


@pytest.fixture
def place():
    place = rows.touchpoint()
    rows.rule(place, rows.survey())
    return place


def test_one_nudge_carries_an_event_to_the_mail(clock, place, after_commit, mailoutbox):
    details = EventDetails("E-1", place, NOON, CustomerDetails(external_id="C-1", email="ana@example.org"))
    with after_commit():
        record_event(rows.source(), details, now=NOON)
    assert [mail.to for mail in mailoutbox] == [["ana@example.org"]]


def test_an_event_whose_nudge_was_lost_is_found_by_the_sweep(clock, place, mailoutbox):
    rows.event(place, rows.customer(), received_at=NOON - MINUTE)
    tasks.sweep_events()
    assert len(mailoutbox) == 1


def test_the_sweep_leaves_the_nudge_its_head_start(clock, place):
    rows.event(place, rows.customer())
    tasks.sweep_events()
    assert TouchpointEvent.objects.get().handled_at is None


def test_one_poisoned_event_keeps_no_other_from_its_mail(clock, place, mailoutbox, monkeypatch):
    poisoned = rows.event(place, rows.customer(), "E-bad", received_at=NOON - HOUR, attempts=5)
    rows.event(place, rows.customer("C-2", "ben@example.org"), "E-good", received_at=NOON - MINUTE)
    tasks.sweep_events()
    poisoned.refresh_from_db()
    assert (poisoned.parked_at, len(mailoutbox)) == (NOON, 1)


def test_a_delivery_waits_for_its_time_and_then_for_the_sweep(clock, mailoutbox):
    invite_directly(rows.survey(), rows.customer(), now=NOON, due_at=NOON + DAY)
    tasks.sweep_deliveries()
    assert mailoutbox == []
    clock.move_to(NOON + DAY)
    tasks.sweep_deliveries()
    tasks.sweep_deliveries()
    assert len(mailoutbox) == 1


def test_a_sender_who_died_is_found(clock):
    invite_directly(rows.survey(), rows.customer(), now=NOON)
    Delivery.objects.update(status="sending", leased_until=NOON - MINUTE, attempts=1)
    tasks.sweep_stuck_deliveries()
    assert Delivery.objects.get().status == "queued"


def test_the_reminder_leaves_with_the_next_sweeps(clock, place, mailoutbox):
    rows.event(place, rows.customer(), received_at=NOON - MINUTE)
    tasks.sweep_events()
    clock.move_to(NOON + 3 * DAY)
    for _tick in range(3):
        tasks.sweep_reminders()
        tasks.sweep_deliveries()
    assert [mail.subject for mail in mailoutbox] == ["How was your delivery?", "Reminder: How was your delivery?"]


def test_links_past_their_end_expire_and_what_waits_for_them_is_dropped(clock):
    invite_directly(rows.survey(), rows.customer(), now=NOON)
    clock.move_to(NOON + 31 * DAY)
    tasks.sweep_expired()
    assert (Invitation.objects.get().status, Delivery.objects.get().status) == ("expired", "dropped")


def test_what_a_restore_gave_back_is_forgotten_again(clock):
    ana = rows.customer()
    erase_customer(ana.pk, now=NOON)
    Customer.objects.filter(pk=ana.pk).update(name="Ana")
    tasks.sweep_erased()
    ana.refresh_from_db()
    assert ana.name == ""
