"""What customers say about being written to: each statement is kept, the newest counts, a no always wins."""

from datetime import datetime

from django.db import transaction

from surveys.models import Consent, Customer, CustomerAddress, Suppression
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


def opt_out(channel: str, address: str, *, now: datetime, source: str, everywhere: bool = False) -> None:
    """Stop writing to this address at once; `everywhere` takes every other address of the same customer along."""
    held = CustomerAddress.objects.filter(channel=channel, address=address).first()
    opt_out_by_digest(
        channel,
        address_digest(channel, address),
        customer_id=held.customer_id if held else None,
        now=now,
        source=source,
        everywhere=everywhere,
    )


@transaction.atomic
def opt_out_by_digest(
    channel: str, digest: str, *, customer_id: int | None, now: datetime, source: str, everywhere: bool = False
) -> None:
    """The same for somebody who knows only the digest, as an unsubscribe link does. Twice changes nothing more."""
    suppress(channel, digest, reason=Suppression.Reason.OPT_OUT, now=now)
    customer = Customer.objects.present().filter(pk=customer_id).first()
    if customer is None:
        return
    addresses = list(customer.addresses.all()) if everywhere else []
    for each in {channel, *(address.channel for address in addresses)}:
        _withdraw(customer, each, now=now, source=source)
    for address in addresses:
        other = address_digest(address.channel, address.address)
        suppress(address.channel, other, reason=Suppression.Reason.OPT_OUT, now=now)


def _withdraw(customer: Customer, channel: str, *, now: datetime, source: str) -> None:
    if latest_consents(customer.pk).get(channel) != Consent.Status.WITHDRAWN:
        record_consent(customer, channel, Consent.Status.WITHDRAWN, now=now, source=source)


@transaction.atomic
def take_back_opt_out(channel: str, digest: str, *, customer_id: int | None, now: datetime, source: str) -> bool:
    """The customer changed her mind on the same page. A bounce, a complaint or an erasure is not hers to lift."""
    opt_outs = Suppression.objects.in_force().filter(reason=Suppression.Reason.OPT_OUT)
    row = opt_outs.filter(channel=channel, address_digest=digest).first()
    if row is None:
        return False
    lift_suppression(row.pk, note=source, now=now)
    customer = Customer.objects.present().filter(pk=customer_id).first()
    if customer:
        record_consent(customer, channel, Consent.Status.GRANTED, now=now, source=source)
    return True
