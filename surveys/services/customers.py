"""Customers come and change as their own systems tell us; nobody is merged and nobody erased comes back by itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.db import IntegrityError, transaction

from surveys.models import AddressChannel, AddressConflict, Customer, CustomerAddress, Suppression
from surveys.services.addresses import address_digest, normalise_address
from surveys.triggers.sampling import in_sample
from vocplatform.lib.text import storable, storable_json
from vocplatform.lib.tokens import keyed_digest


class CustomerErased(Exception):
    """This person asked to be forgotten: no row is made or found for her again."""


class NobodyNamed(ValueError):
    """Neither a customer number nor an address was given."""


@dataclass(frozen=True)
class CustomerDetails:
    """What a sender says about a customer; None means that nothing is said and what we know stays."""

    external_id: str | None = None
    email: str | None = None
    phone: str | None = None
    name: str | None = None
    locale: str | None = None
    time_zone: str | None = None
    preferred_channel: str | None = None
    annual_value: Decimal | None = None
    account_owner: str | None = None
    attributes: Mapping[str, object] = field(default_factory=dict)

    COLUMNS = ("name", "locale", "time_zone", "preferred_channel", "annual_value", "account_owner")

    def addresses(self) -> Iterator[tuple[str, str]]:
        """Each address in its one spelling. Raises BadAddress."""
        for channel, text in ((AddressChannel.EMAIL, self.email), (AddressChannel.SMS, self.phone)):
            if text:
                yield channel, normalise_address(channel, text, locale=self.locale or "")


@transaction.atomic
def upsert_customer(details: CustomerDetails, *, now: datetime) -> tuple[Customer, bool]:
    """Find or make the customer and take over what is said; True when the customer is new.

    Raises BadAddress, NobodyNamed, or CustomerErased. An address that somebody else holds stays there and becomes an
    AddressConflict.
    """
    addresses = dict(details.addresses())
    number = storable(details.external_id or "").strip()
    if not number and not addresses:
        raise NobodyNamed
    _refuse_the_erased(number, addresses)
    customer, created = _find_or_create(number, addresses)
    _take_over(customer, details, now=now)
    for channel, address in addresses.items():
        add_address(customer, channel, address, now=now)
    return customer, created


def identity_digest(external_id: str) -> str:
    return keyed_digest("customer", external_id)


def add_address(customer: Customer, channel: str, address: str, *, now: datetime) -> CustomerAddress | None:
    """Make this the customer's first choice on its channel; None when it belongs to somebody else or was erased."""
    if _was_erased(channel, address):
        return None
    try:
        with transaction.atomic():
            held, created = CustomerAddress.objects.get_or_create(
                channel=channel, address=address, defaults={"customer": customer, "is_primary": True}
            )
    except IntegrityError:
        held, created = CustomerAddress.objects.get(channel=channel, address=address), False
    if held.customer_id != customer.pk:
        AddressConflict.objects.get_or_create(
            customer=customer,
            channel=channel,
            address=address,
            defaults={"holder_id": held.customer_id, "created_at": now},
        )
        return None
    if created or not held.is_primary:
        customer.addresses.filter(channel=channel).exclude(pk=held.pk).update(is_primary=False)
        CustomerAddress.objects.filter(pk=held.pk, is_primary=False).update(is_primary=True)
    return held


def _refuse_the_erased(external_id: str, addresses: Mapping[str, str]) -> None:
    if external_id and Customer.objects.filter(erased_digest=identity_digest(external_id)).exists():
        raise CustomerErased
    if not external_id and all(_was_erased(channel, address) for channel, address in addresses.items()):
        raise CustomerErased


def _was_erased(channel: str, address: str) -> bool:
    erased = Suppression.objects.filter(reason=Suppression.Reason.ERASED)
    return erased.filter(channel=channel, address_digest=address_digest(channel, address)).exists()


def _find_or_create(external_id: str, addresses: Mapping[str, str]) -> tuple[Customer, bool]:
    found = _find(external_id, addresses)
    if found:
        return found, False
    try:
        with transaction.atomic():
            return _create(external_id), True
    except IntegrityError:  # the same customer came through another door at the same moment
        return Customer.objects.select_for_update().get(external_id=external_id), False


def _find(external_id: str, addresses: Mapping[str, str]) -> Customer | None:
    present = Customer.objects.present().select_for_update(of=("self",))
    by_number = present.filter(external_id=external_id).first() if external_id else None
    if by_number:
        return by_number
    for channel, address in addresses.items():
        holder = present.filter(addresses__channel=channel, addresses__address=address).first()
        if holder and not external_id:
            return holder
        if holder and holder.external_id is None:  # known by address alone until now: the number is simply new
            holder.external_id = external_id
            holder.save(update_fields=["external_id", "updated_at"])
            return holder
    return None


def _create(external_id: str) -> Customer:
    customer = Customer.objects.create(external_id=external_id or None)
    if in_sample(customer.pk, "holdout", "", settings.HOLDOUT_PERCENT):
        customer.is_holdout = True
        customer.save(update_fields=["is_holdout"])
    return customer


def _take_over(customer: Customer, details: CustomerDetails, *, now: datetime) -> None:
    changed = []
    for column in CustomerDetails.COLUMNS:
        value = _fitting(column, getattr(details, column))
        if value is not None and value != getattr(customer, column):
            setattr(customer, column, value)
            changed.append(column)
    attributes = _merged(customer.attributes, details.attributes)
    if attributes != customer.attributes:
        customer.attributes = attributes
        changed.append("attributes")
    if changed:
        customer.save(update_fields=[*changed, "updated_at"])


def _fitting(column: str, value: object) -> object:
    """What both databases store: no signs that one of them refuses, no more of them than the column holds."""
    if not isinstance(value, str):
        return value
    return storable(value)[: Customer._meta.get_field(column).max_length]


def _merged(known: Mapping[str, object], said: Mapping[str, object]) -> dict[str, object]:
    """What is said replaces what was known under the same name; null takes the name away."""
    merged = {**known, **storable_json(said)}
    return {name: value for name, value in merged.items() if value is not None}
