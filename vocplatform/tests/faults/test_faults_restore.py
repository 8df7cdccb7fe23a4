"""Backup and restore as an operator does them, with the programs themselves."""

from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from surveys.models import Customer, Delivery, TouchpointEvent
from surveys.services.addresses import is_suppressed
from surveys.services.consent import opt_out
from surveys.services.erasure import erase_customer
from surveys.tests import rows
from vocplatform.tests.test_restore_settling import delivery

pytestmark = pytest.mark.faults


def test_after_a_restore_nobody_is_mailed_again_and_the_forgotten_stay_forgotten(make_platform):
    platform = make_platform(broker="embedded")
    now = timezone.now()
    gone, silent = rows.customer("C-1", "ana@example.org"), rows.customer("C-2", "ben@example.org")
    due = delivery(now - timedelta(hours=1), customer=silent)
    event = rows.event(rows.touchpoint(), silent)
    said = platform.manage("backup")
    folder = said.partition(":")[0]
    assert "is whole" in platform.manage("restore", folder, "--verify")

    Delivery.objects.filter(pk=due.pk).update(status="sent", sent_at=now)  # and it left
    TouchpointEvent.objects.filter(pk=event.pk).update(handled_at=now)
    erase_customer(gone.pk, now=now)
    opt_out("email", "ben@example.org", now=now, source="link")
    connections["default"].close()

    said = platform.manage("restore", folder, "--yes")
    assert "1 deliveries were due" in said and "1 people were erased again" in said
    platform.manage("sweep", "--once")
    due.refresh_from_db(), event.refresh_from_db()
    assert due.status == Delivery.Status.UNKNOWN and event.parked_at
    assert not list(platform.state_dir.glob("mail/*"))
    assert Customer.objects.get(pk=gone.pk).external_id is None and is_suppressed("email", "ben@example.org")
