"""Who recommends us, what they are worth, and whether those who say so really do: from rows, never multiplied up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Count, F

from feedback.metrics import NPS
from feedback.metrics.figure import Figure
from feedback.metrics.rates import rate
from feedback.models import Fact, FactKind
from loop.models import Favour
from loop.reports.effect import scores_of
from surveys.models import Customer
from vocplatform.lib import lookups  # noqa: F401  registers any_of
from vocplatform.lib.stats import Interval, share_difference_interval

RECENT = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Advocate:
    """`referrals` are events that say so, in half a year; a favour is None where it was never asked for."""

    customer: Customer
    score: float
    answered_at: datetime
    referrals: int
    quote: Favour | None
    referral: Favour | None


@dataclass(frozen=True)
class AdvocateReport:
    """`worth` is the yearly value of the promoters whose value is known, `worth_known` of them.

    `referring` and `others` are the shares of promoters and of everybody else with a score who referred somebody.
    """

    promoters: int
    worth: Decimal
    worth_known: int
    granted: Mapping[str, int]
    visits: int
    referring: Figure
    others: Figure
    difference: Interval | None

    @property
    def is_clear(self) -> bool:
        return self.difference is not None and self.difference.excludes_zero


def newest_scores(*, now: datetime) -> dict[int, tuple[float, datetime]]:
    """Customer -> newest NPS score of half a year and its time."""
    rows = scores_of(NPS.kind).filter(submitted_at__gt=now - RECENT, submitted_at__lte=now)
    newest: dict[int, tuple[float, datetime]] = {}
    for customer_id, number, at in rows.values_list("customer_id", "number", "submitted_at").iterator():
        newest[customer_id] = (number, at)
    return newest


def promoters(*, now: datetime) -> set[int]:
    """Customers whose newest answer is a 9 or a 10."""
    return {pk for pk, (score, _at) in newest_scores(now=now).items() if is_promoter(score)}


def is_promoter(score: float) -> bool:
    return score >= NPS.bands[-1].low


def advocate_report(*, now: datetime) -> AdvocateReport:
    newest = newest_scores(now=now)
    fond = {pk for pk, (score, _at) in newest.items() if is_promoter(score)}
    referred = set(_referrals(now)) & set(newest)
    hits, n = len(referred & fond), len(fond)
    other_hits, other_n = len(referred - fond), len(newest) - len(fond)
    valued = Customer.objects.filter(pk__any_of=sorted(fond), annual_value__isnull=False)
    values = list(valued.values_list("annual_value", flat=True))
    granted = Favour.objects.granted().order_by()
    difference = share_difference_interval(hits, n, other_hits, other_n)
    return AdvocateReport(
        promoters=n,
        worth=sum(values, Decimal(0)),
        worth_known=len(values),
        granted=dict(granted.values_list("kind").annotate(Count("pk"))),
        visits=sum(granted.values_list("visits", flat=True)),
        referring=rate(hits, n),
        others=rate(other_hits, other_n),
        difference=difference and difference.scaled(100),
    )


def advocates(customers: Sequence[Customer], *, now: datetime) -> list[Advocate]:
    """These customers with what is known of each, in the given order."""
    newest, referrals = newest_scores(now=now), _referrals(now)
    asked = {(favour.customer_id, favour.kind): favour for favour in Favour.objects.filter(customer__in=customers)}
    return [
        Advocate(
            each,
            *newest[each.pk],
            referrals=referrals.get(each.pk, 0),
            quote=asked.get((each.pk, Favour.Kind.QUOTE)),
            referral=asked.get((each.pk, Favour.Kind.REFERRAL)),
        )
        for each in customers
    ]


def promoters_by_worth(*, now: datetime):
    """The most valuable first; whose value nobody knows comes last."""
    rows = Customer.objects.present().filter(pk__any_of=sorted(promoters(now=now)))
    return rows.order_by(F("annual_value").desc(nulls_last=True), "pk")


def _referrals(now: datetime) -> dict[int, int]:
    said = Fact.objects.filter(kind=FactKind.REFERRAL, occurred_at__gt=now - RECENT, customer__isnull=False)
    return dict(said.order_by().values_list("customer").annotate(Count("pk")))
