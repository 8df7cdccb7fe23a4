"""What customers say about being written to: each statement is kept, the newest counts, a no always wins."""

from datetime import datetime

from django.db import transaction

from surveys.models import Consent, Customer, Suppression
from surveys.services.addresses import address_digest, lift_suppression, suppress


def record_consent(
    customer: Customer, channel: str, status: str, *, now: datetime, wording: str = "", source: str = ""
) -> Consent:
    return Consent.objects.create(
        customer=customer, channel=channel, status=status, wording=wording, source=source, recorded_at=now
    )


def latest_consents(customer_id: int) -> dict[str, str]:
    """The statement in force per channel."""
    rows = Consent.objects.filter(customer_id=customer_id).order_by("recorded_at", "pk")
    return dict(rows.values_list("channel", "status"))


@transaction.atomic
def opt_out(channel: str, address: str, *, now: datetime, source: str, everywhere: bool = False) -> None:
    """Stop writing to this address at once; `everywhere` takes every other address of the same customer along.

    Works for an address that nobody holds any more, and twice changes nothing more.
    """
    suppress(channel, address_digest(channel, address), reason=Suppression.Reason.OPT_OUT, now=now)
    customer = _holder(channel, address)
    if customer is None:
        return
    others = list(customer.addresses.all()) if everywhere else []
    for each in sorted({channel, *(other.channel for other in others)}):
        _withdraw(customer, each, now=now, source=source)
    for other in others:
        digest = address_digest(other.channel, other.address)
        suppress(other.channel, digest, reason=Suppression.Reason.OPT_OUT, now=now)


@transaction.atomic
def take_back_opt_out(channel: str, address: str, *, now: datetime, source: str) -> bool:
    """The customer changed her mind on the same page. A bounce, a complaint or an erasure is not hers to lift."""
    digest = address_digest(channel, address)
    opt_outs = Suppression.objects.in_force().filter(reason=Suppression.Reason.OPT_OUT)
    row = opt_outs.filter(channel=channel, address_digest=digest).first()
    if row is None:
        return False
    lift_suppression(row.pk, note=source, now=now)
    customer = _holder(channel, address)
    if customer:
        record_consent(customer, channel, Consent.Status.GRANTED, now=now, source=source)
    return True


def _holder(channel: str, address: str) -> Customer | None:
    return Customer.objects.filter(addresses__channel=channel, addresses__address=address).first()


def _withdraw(customer: Customer, channel: str, *, now: datetime, source: str) -> None:
    if latest_consents(customer.pk).get(channel) != Consent.Status.WITHDRAWN:
        record_consent(customer, channel, Consent.Status.WITHDRAWN, now=now, source=source)
