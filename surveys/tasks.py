"""Doors for workers. A nudge does one row; a sweep finds the rows whose nudge was lost."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from surveys.models import Delivery, TouchpointEvent
from surveys.services import addresses, dates, deliveries, discards, erasure, events, invitations

GRACE = timedelta(seconds=10)  # the nudge's head start
BATCH = 500


@shared_task
def process_event(event_id: int) -> None:
    now = timezone.now()
    events.process_event(event_id, now=now)
    for pk in Delivery.objects.due(now).filter(invitation__event_id=event_id).values_list("pk", flat=True):
        send_delivery.delay(pk)


@shared_task
def send_delivery(delivery_id: int) -> None:
    deliveries.send_delivery(delivery_id, now=timezone.now())


@shared_task
def sweep_events() -> None:
    now = timezone.now()
    events.park_events(now=now)
    left = TouchpointEvent.objects.unhandled(before=now - GRACE) & TouchpointEvent.objects.open(now)
    for pk in left.values_list("pk", flat=True)[:BATCH]:
        process_event.delay(pk)


@shared_task
def sweep_dates() -> None:
    dates.call_by_dates(now=timezone.now())


@shared_task
def sweep_deliveries() -> None:
    for pk in Delivery.objects.due(timezone.now()).values_list("pk", flat=True)[:BATCH]:
        send_delivery.delay(pk)


@shared_task
def sweep_stuck_deliveries() -> None:
    now = timezone.now()
    deliveries.settle_stuck(now=now)
    deliveries.park_deliveries(now=now)


@shared_task
def sweep_reminders() -> None:
    deliveries.queue_reminders(now=timezone.now())


@shared_task
def sweep_expired() -> None:
    now = timezone.now()
    invitations.expire_invitations(now=now)
    deliveries.drop_closed(now=now)
    addresses.lift_ended(now=now)
    discards.forget_discarded(now=now)


@shared_task
def sweep_erased() -> None:
    """Give back to oblivion what an import or a restore brought back."""
    now = timezone.now()
    for pk in erasure.customers_with_traces().values_list("pk", flat=True).distinct()[:BATCH]:
        erasure.erase_customer(pk, now=now)
