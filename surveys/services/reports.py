"""What becomes of a message after it left: delivered, bounced, complained about. Each report counts once."""

from datetime import datetime, timedelta

from django.db import transaction

from surveys.models import Delivery, DeliveryReport, Suppression
from surveys.services.addresses import address_digest, suppress
from surveys.services.consent import opt_out
from surveys.services.deliveries import condemn_address

Kind = DeliveryReport.Kind
SOFT_BOUNCES, SOFT_WITHIN, SOFT_REST = 3, timedelta(days=7), timedelta(days=30)
WEIGHT = [Kind.DEFERRED, Kind.DELIVERED, Kind.UNSUBSCRIBED, Kind.BOUNCED, Kind.COMPLAINED]


@transaction.atomic
def record_report(kind: str, *, report_id: str, message_id: str, now: datetime) -> DeliveryReport | None:
    """Take one report on a message of ours; None for a message that nobody knows or a report taken before.

    The address acted on is the one we wrote to, whatever the report says.
    """
    delivery = Delivery.objects.select_for_update().filter(message_id=message_id).first() if message_id else None
    if delivery is None:
        return None
    report, created = DeliveryReport.objects.get_or_create(
        report_id=report_id, defaults={"delivery": delivery, "kind": kind, "received_at": now}
    )
    if not created:
        return None
    _note_outcome(delivery, kind, now=now)
    if delivery.address:
        _follow(delivery, kind, now=now)
    return report


def _note_outcome(delivery: Delivery, kind: str, *, now: datetime) -> None:
    """Reports come in any order; the weightiest one is what became of it."""
    known = WEIGHT.index(delivery.outcome) if delivery.outcome in WEIGHT else -1
    if WEIGHT.index(kind) > known:
        Delivery.objects.filter(pk=delivery.pk).update(outcome=kind, outcome_at=now)


def _follow(delivery: Delivery, kind: str, *, now: datetime) -> None:
    channel, address = delivery.channel, delivery.address
    if kind == Kind.BOUNCED:
        condemn_address(channel, address, now=now)
    elif kind == Kind.COMPLAINED:
        condemn_address(channel, address, now=now, reason=Suppression.Reason.COMPLAINT)
    elif kind == Kind.UNSUBSCRIBED:
        opt_out(channel, address, now=now, source="mail provider")
    elif kind == Kind.DEFERRED and _soft_bounces(delivery, now=now) >= SOFT_BOUNCES:
        digest = address_digest(channel, address)
        suppress(channel, digest, reason=Suppression.Reason.BOUNCE, now=now, ends_at=now + SOFT_REST)


def _soft_bounces(delivery: Delivery, *, now: datetime) -> int:
    """Messages to this address that could not be delivered lately; one message counts once."""
    lately = DeliveryReport.objects.filter(kind=Kind.DEFERRED, received_at__gt=now - SOFT_WITHIN)
    here = lately.filter(delivery__channel=delivery.channel, delivery__address=delivery.address)
    return here.values("delivery").distinct().count()
