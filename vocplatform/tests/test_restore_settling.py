"""Yesterday's rows come back, and nobody is written to twice or remembered against her wish."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from loop.models import Message, Recovery
from loop.services import restoring
from loop.tests import rows as loop_rows
from surveys.models import Customer, Delivery, Invitation, Suppression, TouchpointEvent
from surveys.services.addresses import is_suppressed
from surveys.services.consent import opt_out
from surveys.services.deliveries import queue_reminders
from surveys.services.erasure import erase_customer
from surveys.services.promises import keep_promises, promises, settle_restored
from surveys.tests import rows

pytestmark = pytest.mark.django_db
NOW = timezone.now()
HOUR = timedelta(hours=1)
Status = Delivery.Status


def delivery(due_at, status=Status.QUEUED, **fields) -> Delivery:
    version = (Invitation.objects.first() or None) and Invitation.objects.first().version
    version = version or rows.survey().live_version
    invitation = Invitation.objects.create(
        version=version,
        customer=fields.pop("customer", None),
        channel="email",
        token_nonce=f"{Invitation.objects.count():032d}",
        token_digest=f"{Invitation.objects.count():064d}",
        due_at=NOW - HOUR,
        expires_at=NOW + 30 * 24 * HOUR,
        **fields,
    )
    return Delivery.objects.create(invitation=invitation, channel="email", due_at=due_at, status=status)


def test_what_was_due_when_the_backup_was_made_is_shown_and_not_sent_again():
    due, stuck = delivery(NOW - HOUR), delivery(NOW - HOUR, Status.SENDING)
    later = delivery(NOW + HOUR)
    assert settle_restored(now=NOW)["deliveries"] == 2
    statuses = [Delivery.objects.get(pk=row.pk).status for row in (due, stuck, later)]
    assert statuses == [Status.UNKNOWN, Status.UNKNOWN, Status.QUEUED]
    assert not Delivery.objects.due(NOW).exists()


def test_nobody_is_reminded_twice_and_later_reminders_stay():
    past, ahead = (delivery(NOW - HOUR, remind_at=NOW + moved).invitation for moved in (-HOUR, HOUR))
    Delivery.objects.update(status=Status.SENT, sent_at=NOW - HOUR)
    assert settle_restored(now=NOW)["reminders"] == 1
    assert queue_reminders(now=NOW) == 0
    past.refresh_from_db(), ahead.refresh_from_db()
    assert past.remind_at is None and ahead.remind_at == NOW + HOUR


def test_an_event_that_was_open_waits_for_staff():
    event = rows.event(rows.touchpoint(), None)
    assert settle_restored(now=NOW)["events"] == 1
    assert not TouchpointEvent.objects.open(NOW).exists()
    event.refresh_from_db()
    assert "Restored" in event.last_error


def test_no_letter_and_no_question_after_a_case_goes_out_twice():
    opened = loop_rows.case(now=NOW)
    Message.objects.create(case=opened, subject="s", body="b", address="c-1@example.org", due_at=NOW - HOUR)
    resolved = {"status": "resolved", "resolved_at": NOW - HOUR, "cause": loop_rows.leaf()}
    type(opened).objects.filter(pk=opened.pk).update(**resolved)
    restoring.settle_restored(now=NOW)
    assert Message.objects.get().status == Status.UNKNOWN
    assert Recovery.objects.get().resolution_at == NOW - HOUR  # asked for, so that no sweep asks again
    assert not Delivery.objects.filter(status=Status.QUEUED).exists()


def test_erasures_and_opt_outs_made_since_are_kept_in_a_database_that_knows_nothing_of_them():
    gone, silent = rows.customer("C-1", "ana@example.org"), rows.customer("C-2", "ben@example.org")
    third = rows.customer("C-3", "cem@example.org")
    before = (
        list(Customer.objects.values()),
        {row.address: row.customer_id for c in (gone, silent, third) for row in c.addresses.all()},
    )
    erase_customer(gone.pk, now=NOW)
    opt_out("email", "ben@example.org", now=NOW, source="link")
    made = json.loads(json.dumps(promises()))
    Suppression.objects.all().delete()
    for values in before[0]:  # yesterday's rows
        Customer.objects.filter(pk=values.pop("id")).update(**values)
    gone.addresses.create(channel="email", address="ana@example.org")
    assert keep_promises(made, now=NOW) == 1
    gone.refresh_from_db()
    assert gone.erased_at and gone.external_id is None and not gone.addresses.exists()
    assert is_suppressed("email", "ana@example.org") and is_suppressed("email", "ben@example.org")
    assert not is_suppressed("email", "cem@example.org") and Customer.objects.present().count() == 2


def test_the_promises_name_nobody():
    erase_customer(rows.customer("C-1", "ana@example.org").pk, now=NOW)
    opt_out("email", "ben@example.org", now=NOW, source="link")
    written = json.dumps(promises())
    assert "C-1" not in written and "@" not in written
