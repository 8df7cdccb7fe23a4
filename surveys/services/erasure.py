"""Forget a person: what names her goes, what counts stays, and her addresses are never written to again."""

from datetime import datetime

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from surveys.hooks import customer_erased
from surveys.models import (
    AddressConflict,
    Customer,
    Delivery,
    Invitation,
    Suppression,
    TouchpointEvent,
)
from surveys.services.addresses import address_digest, suppress
from surveys.services.customers import identity_digest

EMPTY = {
    "external_id": None,
    "name": "",
    "locale": "",
    "time_zone": "",
    "preferred_channel": "",
    "attributes": {},
    "annual_value": None,
    "account_owner": "",
}


@transaction.atomic
def erase_customer(customer_id: int, *, now: datetime) -> Customer:
    """Empty the row and everything of this floor that names the person; the floors above follow the announcement.

    Erasing twice erases nothing more. The number and the addresses survive as keyed digests, so that a later event or
    import cannot bring them back.
    """
    customer = Customer.objects.select_for_update().get(pk=customer_id)
    _forget_addresses(customer, now=now)
    _stop_asking(customer, now=now)
    TouchpointEvent.objects.filter(customer=customer).update(attributes={}, fingerprint="")
    customer.consents.update(wording="", source="")
    _forget_edits(customer)
    if customer.external_id:
        customer.erased_digest = identity_digest(customer.external_id)
    for column, nothing in EMPTY.items():
        setattr(customer, column, nothing)
    customer.erased_at = customer.erased_at or now
    customer.save(update_fields=[*EMPTY, "erased_digest", "erased_at", "updated_at"])
    customer_erased.announce(customer.pk)
    return customer


def _forget_addresses(customer: Customer, *, now: datetime) -> None:
    for row in customer.addresses.all():
        digest = address_digest(row.channel, row.address)
        in_force = Suppression.objects.in_force().filter(channel=row.channel, address_digest=digest)
        if not in_force.update(reason=Suppression.Reason.ERASED):
            suppress(row.channel, digest, reason=Suppression.Reason.ERASED, now=now)
    customer.addresses.all().delete()
    AddressConflict.objects.filter(customer=customer).delete()
    AddressConflict.objects.filter(holder=customer).delete()


def _forget_edits(customer: Customer) -> None:
    """The admin's history quotes names and addresses; that somebody edited, and when, stays."""
    kind = ContentType.objects.get_for_model(Customer)
    edits = LogEntry.objects.filter(content_type=kind, object_id=str(customer.pk))
    edits.update(object_repr=f"#{customer.pk}", change_message="")


def _stop_asking(customer: Customer, *, now: datetime) -> None:
    invitations = Invitation.objects.filter(customer=customer)
    invitations.filter(status=Invitation.Status.ISSUED).update(
        status=Invitation.Status.WITHDRAWN, remind_at=None, updated_at=now
    )
    deliveries = Delivery.objects.filter(invitation__customer=customer)
    deliveries.filter(status=Delivery.Status.QUEUED).update(
        status=Delivery.Status.DROPPED, last_error="erased", updated_at=now
    )
    deliveries.update(address="")


def customers_with_traces():
    """Erased customers whom an import or a restore has given something back: what the sweep looks for."""
    erased = Customer.objects.filter(erased_at__isnull=False)
    return erased.filter(addresses__isnull=False) | erased.exclude(attributes={}) | erased.exclude(name="")
