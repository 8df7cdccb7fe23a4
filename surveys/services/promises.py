"""What outlives a backup: whom we promised to forget or not to write to, and that nobody is written to twice."""

from collections.abc import Mapping
from datetime import datetime

from surveys.models import Customer, CustomerAddress, Delivery, Invitation, Suppression, TouchpointEvent
from surveys.services.addresses import address_digest, suppress
from surveys.services.customers import identity_digest
from surveys.services.erasure import erase_customer

RESTORED = "Restored from a backup: it may have left since."


def promises() -> dict[str, list]:
    """Every erasure and suppression in force, by row and keyed digest; names nobody."""
    erased = Customer.objects.filter(erased_at__isnull=False).order_by("pk")
    never = Suppression.objects.in_force().filter(ends_at__isnull=True).order_by("pk")
    return {
        "erased": [list(row) for row in erased.values_list("pk", "erased_digest")],
        "suppressed": [list(row) for row in never.values_list("channel", "address_digest", "reason")],
    }


def keep_promises(made: Mapping[str, list], *, now: datetime) -> int:
    """Keep them in a database that was restored from before they were made; return how many people were erased again.

    A row is known by its key, since both databases grew from the same one, and by the digests of number and address.
    """
    for channel, digest, reason in made["suppressed"]:
        suppress(channel, digest, reason=reason, now=now)
    rows = {pk for pk, _ in made["erased"]}
    numbers = {digest for _, digest in made["erased"] if digest}
    addresses = {digest for _, digest, reason in made["suppressed"] if reason == Suppression.Reason.ERASED}
    present = Customer.objects.present()
    found = set(present.filter(pk__in=rows).values_list("pk", flat=True))
    known = present.filter(external_id__isnull=False).values_list("pk", "external_id")
    found |= {pk for pk, number in known.iterator() if numbers and identity_digest(number) in numbers}
    held = CustomerAddress.objects.values_list("customer_id", "channel", "address")
    found |= {pk for pk, *where in held.iterator() if addresses and address_digest(*where) in addresses}
    for pk in sorted(found):
        erase_customer(pk, now=now)
    return len(found)


def settle_restored(*, now: datetime) -> dict[str, int]:
    """Whatever was due when the backup was made has perhaps happened since: it is shown to staff, not done again."""
    waiting = Delivery.objects.filter(status__in=(Delivery.Status.QUEUED, Delivery.Status.SENDING), due_at__lte=now)
    unknown = {"status": Delivery.Status.UNKNOWN, "last_error": RESTORED, "leased_until": None, "updated_at": now}
    open_events = TouchpointEvent.objects.filter(handled_at__isnull=True, parked_at__isnull=True)
    reminders = Invitation.objects.filter(status=Invitation.Status.ISSUED, remind_at__lte=now)
    return {
        "deliveries": waiting.update(**unknown),
        "reminders": reminders.update(remind_at=None, updated_at=now),
        "events": open_events.update(parked_at=now, leased_until=None, last_error=RESTORED),
    }
