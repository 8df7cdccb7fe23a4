"""Who of many customers may be written to now, and the first reason against each of the others."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max
from django.utils.translation import gettext as _

from loop.models import Favour, NewsLetter
from surveys.models import AddressChannel, Consent, Customer, CustomerAddress, Delivery, Suppression
from surveys.services.addresses import address_digest
from surveys.services.occasions import policy_in_force
from vocplatform.lib import lookups  # noqa: F401  registers any_of
from vocplatform.lib.outbox import Outgoing

EMAIL = AddressChannel.EMAIL
Status = Outgoing.Status
REACHED = (Status.QUEUED, Status.SENDING, Status.SENT, Status.UNKNOWN)


@dataclass(frozen=True)
class Audience:
    """`reached` are pairs of customer and address; `left_out` says how many for which reason."""

    reached: Sequence[tuple[int, str]]
    left_out: Mapping[str, int]

    @property
    def everybody(self) -> int:
        return len(self.reached) + sum(self.left_out.values())


def reach(customers: Sequence[int], *, now: datetime, needs_yes: bool = False) -> Audience:
    """Each with an address, or with the first reason against it. `needs_yes`: silence is no yes to a favour."""
    addresses, known = _addresses(customers), _present(customers)
    digests = {pk: address_digest(EMAIL, address) for pk, address in addresses.items()}
    never = Suppression.objects.in_force().filter(channel=EMAIL, address_digest__any_of=list(digests.values()))
    suppressed = set(never.values_list("address_digest", flat=True))
    consents = _consents(customers)
    policy, contacts = policy_in_force(), _contacts(customers, now=now)
    reached, left_out = [], Counter()
    for pk in customers:
        consent = consents.get(pk)
        if pk not in known:
            left_out[_("erased, or kept aside")] += 1
        elif pk not in addresses:
            left_out[_("no e-mail address")] += 1
        elif digests[pk] in suppressed or consent == Consent.Status.WITHDRAWN:
            left_out[_("does not want e-mail")] += 1
        elif (needs_yes or policy.email_needs_consent) and consent != Consent.Status.GRANTED:
            left_out[_("has not said yes to e-mail")] += 1
        elif _is_capped(contacts.get(pk, (0, None)), policy, now):
            left_out[_("was written to too often or just now")] += 1
        else:
            reached.append((pk, addresses[pk]))
    return Audience(reached, dict(left_out))


def _present(customers: Sequence[int]) -> set[int]:
    rows = Customer.objects.present().filter(pk__any_of=list(customers), is_holdout=False)
    return set(rows.values_list("pk", flat=True))


def _addresses(customers: Sequence[int]) -> dict[int, str]:
    """The address that `address_of` would choose, for many at once."""
    held = CustomerAddress.objects.filter(customer__any_of=list(customers), channel=EMAIL, bounced_at__isnull=True)
    return dict(held.order_by("is_primary", "-pk").values_list("customer_id", "address"))  # the last one stays


def _consents(customers: Sequence[int]) -> dict[int, str]:
    said = Consent.objects.filter(customer__any_of=list(customers), channel=EMAIL)
    return dict(said.order_by("recorded_at", "pk").values_list("customer_id", "status"))


def _contacts(customers: Sequence[int], *, now: datetime) -> dict[int, tuple[int, datetime]]:
    """Questions, news and favours that reached each within the days of the cap: how many, and when the last."""
    since = now - timedelta(days=policy_in_force().cap_days)
    asked = Delivery.objects.filter(
        kind=Delivery.Kind.INVITE,
        status__in=REACHED,
        due_at__gt=since,
        invitation__customer__any_of=list(customers),
        invitation__is_test=False,
    )
    told = NewsLetter.objects.filter(status__in=REACHED, due_at__gt=since, customer__any_of=list(customers))
    begged = Favour.objects.filter(status__in=REACHED, due_at__gt=since, customer__any_of=list(customers))
    found: dict[int, tuple[int, datetime]] = {}
    for who, rows in (("invitation__customer", asked), ("customer", told), ("customer", begged)):
        for pk, n, last in rows.order_by().values_list(who).annotate(Count("pk"), Max("due_at")):
            before, at = found.get(pk, (0, last))
            found[pk] = (before + n, max(at, last))
    return found


def _is_capped(contact: tuple[int, datetime | None], policy, now: datetime) -> bool:
    n, last = contact
    if policy.cap_count and n >= policy.cap_count:
        return True
    return last is not None and last > now - timedelta(days=policy.account_after_invitation_days)
