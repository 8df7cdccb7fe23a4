"""Customers come and change as their own systems tell us; nobody is merged and nobody erased comes back by itself."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q

from surveys.models import AddressChannel, AddressConflict, Customer, CustomerAddress, Suppression
from surveys.services.addresses import address_digest, normalise_address
from surveys.triggers.sampling import in_sample
from vocplatform.lib.text import storable, storable_json
from vocplatform.lib.tokens import keyed_digest

LOCALE = re.compile(r"(?=.{2,12}\Z)[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")


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


def upsert_customer(
    details: CustomerDetails, *, now: datetime, said_at: datetime | None = None
) -> tuple[Customer, bool]:
    """Find or make the customer and take over what is said; True when the customer is new.

    What was true earlier than what is known (`said_at`, else now) fills in what is missing and changes nothing.
    Raises BadAddress, NobodyNamed, or CustomerErased. An address that somebody else holds stays there and becomes an
    AddressConflict.
    """
    try:
        return _upsert(details, now=now, said_at=said_at or now)
    except IntegrityError:  # the same customer came through another door at the same moment; now she can be found
        return _upsert(details, now=now, said_at=said_at or now)


@transaction.atomic
def _upsert(details: CustomerDetails, *, now: datetime, said_at: datetime) -> tuple[Customer, bool]:
    addresses = dict(details.addresses())
    number = storable(details.external_id or "").strip()
    if not number and not addresses:
        raise NobodyNamed
    allowed = _without_erased(addresses)
    if not number and not allowed:
        raise CustomerErased
    held = _held(allowed)
    customer = _find(number, held)
    created = customer is None
    if customer is None:
        customer = Customer(external_id=number or None)
    changed = _take_over(customer, details, number, said_at=said_at)
    if created:
        customer.save()
        _keep_aside(customer)
    elif changed:
        customer.save(update_fields=[*changed, "updated_at"])
    for channel, address in allowed.items():
        _keep_address(customer, channel, address, held.get((channel, address)), is_first=created, now=now)
    return customer, created


def identity_digest(external_id: str) -> str:
    return keyed_digest("customer", external_id)


def add_address(customer: Customer, channel: str, address: str, *, now: datetime) -> CustomerAddress | None:
    """Make this the customer's first choice on its channel; None when it belongs to somebody else or was erased."""
    if not _without_erased({channel: address}):
        return None
    held = _held({channel: address}).get((channel, address))
    return _keep_address(customer, channel, address, held, is_first=False, now=now)


def _without_erased(addresses: Mapping[str, str]) -> dict[str, str]:
    """Addresses whose owner asked to be forgotten are not stored again, not even for somebody else."""
    digests = {address_digest(channel, address): channel for channel, address in addresses.items()}
    erased = Suppression.objects.filter(reason=Suppression.Reason.ERASED, address_digest__in=digests)
    gone = set(erased.values_list("address_digest", flat=True)) if digests else set()
    return {channel: addresses[channel] for digest, channel in digests.items() if digest not in gone}


def _held(addresses: Mapping[str, str]) -> dict[tuple[str, str], CustomerAddress]:
    rows = CustomerAddress.objects.filter(address__in=addresses.values()) if addresses else ()
    return {(row.channel, row.address): row for row in rows}


def _find(number: str, held: Mapping[tuple[str, str], CustomerAddress]) -> Customer | None:
    """By number; else by address, where the holder has no other number. Raises CustomerErased."""
    customers = Customer.objects.select_for_update()
    if number:
        known = customers.filter(Q(external_id=number) | Q(erased_digest=identity_digest(number))).first()
        if known and known.erased_at:
            raise CustomerErased
        if known:
            return known
    holders = customers.filter(pk__in={row.customer_id for row in held.values()}) if held else ()
    for holder in sorted(holders, key=lambda holder: holder.pk):
        if not number or holder.external_id is None:  # known by address alone until now: the number is simply new
            return holder
    return None


def _keep_aside(customer: Customer) -> None:
    if in_sample(customer.pk, "holdout", "", settings.HOLDOUT_PERCENT):
        customer.is_holdout = True
        customer.save(update_fields=["is_holdout"])


def _take_over(customer: Customer, details: CustomerDetails, number: str, *, said_at: datetime) -> list[str]:
    """Set what is said and return the columns that changed."""
    said = {column: _fitting(column, getattr(details, column)) for column in CustomerDetails.COLUMNS}
    if customer.known_at is not None and said_at < customer.known_at:
        said = {column: value for column, value in said.items() if getattr(customer, column) in (None, "")}
        said["attributes"] = _merged(details.attributes, customer.attributes)
    else:
        said["attributes"] = _merged(customer.attributes, details.attributes)
        if details.attributes or any(value is not None for value in said.values()):
            said["known_at"] = said_at
    said["external_id"] = number or None
    changed = [name for name, value in said.items() if value is not None and value != getattr(customer, name)]
    for name in changed:
        setattr(customer, name, said[name])
    return changed


def _keep_address(
    customer: Customer, channel: str, address: str, held: CustomerAddress | None, *, is_first: bool, now: datetime
) -> CustomerAddress | None:
    if held and held.customer_id != customer.pk:
        AddressConflict.objects.get_or_create(
            customer=customer,
            channel=channel,
            address=address,
            defaults={"holder_id": held.customer_id, "created_at": now},
        )
        return None
    if held and held.is_primary:
        return held
    if not is_first:
        customer.addresses.filter(channel=channel, is_primary=True).update(is_primary=False)
    if held is None:
        return CustomerAddress.objects.create(customer=customer, channel=channel, address=address)
    held.is_primary = True
    held.save(update_fields=["is_primary"])
    return held


def _fitting(column: str, value: object) -> object:
    """What both databases store: no signs that one of them refuses, no more of them than the column holds."""
    if not isinstance(value, str):
        return value
    return storable(value)[: Customer._meta.get_field(column).max_length]


def _merged(known: Mapping[str, object], said: Mapping[str, object]) -> dict[str, object]:
    """What is said replaces what was known under the same name; null takes the name away."""
    merged = {**known, **storable_json(said)}
    return {name: value for name, value in merged.items() if value is not None}
