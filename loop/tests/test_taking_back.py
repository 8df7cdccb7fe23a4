import pytest
from django.urls import reverse

from loop.models import Case, Recovery
from loop.services.cases import confirm_case, record_contact, resolve_case
from loop.services.recovery import offer_recovery
from loop.tests.rows import NOON, case, customer, posted_resolution, resolution, team
from loop.tests.staff import browser, staff
from surveys.models import Delivery, Invitation

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    return staff("agent", "ana", team=team("Care"))


@pytest.fixture
def ready(ana) -> Case:
    row = case(who=customer("C-1"), owner=ana)
    return record_contact(row.pk, channel="phone", reached=True, actor=ana, now=NOON)


@pytest.fixture
def desk(ana, ready, time_machine):
    """Resolved from the list a moment ago."""
    time_machine.move_to(NOON)
    client, picked = browser(ana), [f"{ready.pk}:{ready.version}"]
    client.post(reverse("loop:inbox_bulk"), {"act": "close", "case": picked, **posted_resolution()})
    ready.refresh_from_db()
    assert ready.status == Case.Status.RESOLVED
    return client


def undo(desk, row: Case) -> Case:
    desk.post(reverse("loop:inbox_undo"))
    row.refresh_from_db()
    return row


def test_a_case_that_was_resolved_by_mistake_stands_as_before(desk, ready):
    row = undo(desk, ready)
    assert row.status == Case.Status.CONTACTED
    assert (row.cause, row.action, row.outcome, row.outcome_note) == (None, None, None, "")
    assert (row.resolved_at, row.closed_at, row.reopened_at, row.confirm_due_at) == (None, None, None, None)
    assert row.next_due_at == row.resolve_due_at


def test_the_question_whether_it_is_solved_does_not_leave(desk, ready):
    offer_recovery(ready.pk, now=NOON)
    undo(desk, ready)
    assert Invitation.objects.get(recoveries__isnull=True).status == Invitation.Status.WITHDRAWN
    assert not Delivery.objects.filter(status=Delivery.Status.QUEUED).exists()


def test_the_question_waits_for_as_long_as_the_mistake_can_be_undone(desk, ready):
    offer_recovery(ready.pk, now=NOON)
    assert not Delivery.objects.due(NOON).exists()


def test_a_case_resolved_again_after_a_mistake_is_asked_about(desk, ready, ana):
    offer_recovery(ready.pk, now=NOON)
    undo(desk, ready)
    resolve_case(ready.pk, **resolution(), actor=ana, now=NOON)
    offer_recovery(ready.pk, now=NOON)
    assert Recovery.objects.get().invitation.status == Invitation.Status.ISSUED


def test_what_the_customer_has_confirmed_is_not_taken_back(desk, ready):
    confirm_case(ready.pk, note="Solved", now=NOON)
    assert undo(desk, ready).status == Case.Status.CONFIRMED
