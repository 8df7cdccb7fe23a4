"""Two customers claim one address: a person decides whose it is."""

from datetime import datetime

from django.db import transaction

from surveys.models import AddressConflict, CustomerAddress


@transaction.atomic
def settle_conflict(conflict_id: int, *, give_to_claimant: bool, now: datetime) -> bool:
    """Leave the address where it is or hand it over; False when it was settled before. Nobody is merged."""
    conflict = AddressConflict.objects.select_for_update().get(pk=conflict_id)
    if conflict.settled_at is not None:
        return False
    if give_to_claimant:
        _hand_over(conflict)
    conflict.settled_at = now
    conflict.save(update_fields=["settled_at"])
    return True


def _hand_over(conflict: AddressConflict) -> None:
    own = CustomerAddress.objects.filter(customer=conflict.customer, channel=conflict.channel, is_primary=True)
    own.update(is_primary=False)
    CustomerAddress.objects.update_or_create(
        channel=conflict.channel,
        address=conflict.address,
        defaults={"customer": conflict.customer, "is_primary": True},
    )
