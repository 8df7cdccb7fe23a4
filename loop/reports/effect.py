"""Did closing the loop help? Later scores of those we contacted, beside what happens when nobody does anything.

The headline is honest about those we never reached: confirmed cases of *all* unhappy answers. The comparison is an
association, not an experiment: whoever was contacted was not drawn by lot.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from feedback.models import Answer, Response
from loop.models import Case
from loop.reports.baseline import Comparison, Pair, compare
from loop.rules.facts import UNHAPPY_AT_MOST
from vocplatform.lib.stats import Interval, wilson_interval

Status = Case.Status
PAIRED_WITHIN = timedelta(days=180)
CONTACT_BANDS = (timedelta(days=1), timedelta(days=3), timedelta(days=7))


@dataclass(frozen=True)
class Headline:
    """How far each unhappy answer of the period got; every step is counted of all of them."""

    unhappy: int
    with_case: int
    contacted: int
    resolved: int
    confirmed: int

    @property
    def share(self) -> float | None:
        return self.confirmed / self.unhappy if self.unhappy else None

    @property
    def interval(self) -> Interval | None:
        return wilson_interval(self.confirmed, self.unhappy)


@dataclass(frozen=True)
class ContactBand:
    """`within` is the longest wait of this band; None: later than all others, or never (`is_never`).

    `comparison` sets those who waited so long against those whom nobody contacted, first score by first score.
    """

    within: timedelta | None
    n: int
    recovered: int
    is_never: bool = False
    comparison: Comparison | None = None

    @property
    def share(self) -> float | None:
        return self.recovered / self.n if self.n else None

    @property
    def interval(self) -> Interval | None:
        return wilson_interval(self.recovered, self.n)


@dataclass(frozen=True)
class EffectReport:
    """`unhappy_customers` gave a low score of this kind; `paired` of them answered again within PAIRED_WITHIN."""

    kind: str
    headline: Headline
    unhappy_customers: int
    paired: int
    comparison: Comparison
    by_contact: Sequence[ContactBand]


@dataclass(frozen=True)
class Low:
    """A customer's first unhappy answer of the period."""

    customer_id: int
    at: datetime
    number: float
    contacted_at: datetime | None


@dataclass(frozen=True)
class Repeat:
    low: Low
    later: float
    later_at: datetime

    @property
    def waited(self) -> timedelta | None:
        """Until first contact; None when nobody made contact before the customer answered again."""
        contacted_at = self.low.contacted_at
        if contacted_at is None or contacted_at >= self.later_at:
            return None
        return max(contacted_at - self.low.at, timedelta(0))


def effect_report(*, start: datetime, end: datetime, kind: str = "nps") -> EffectReport:
    """For answers given from `start` until before `end`."""
    lows = first_lows(start=start, end=end, kind=kind)
    repeats = list(repeats_of(lows, kind=kind))
    limit = UNHAPPY_AT_MOST[kind]
    return EffectReport(
        kind=kind,
        headline=headline(start=start, end=end),
        unhappy_customers=len(lows),
        paired=len(repeats),
        comparison=compare([_pair(repeat) for repeat in repeats], unhappy_at_most=limit),
        by_contact=_by_contact(repeats, limit),
    )


def headline(*, start: datetime, end: datetime) -> Headline:
    """Of any kind of score; an answer that joined an open case counts with that case."""
    case = Q(triage__case__isnull=False)
    counts = unhappy_responses(start=start, end=end).aggregate(
        unhappy=Count("pk"),
        with_case=Count("pk", filter=case),
        contacted=Count("pk", filter=case & Q(triage__case__contacted_at__isnull=False)),
        resolved=Count("pk", filter=Q(triage__case__status__in=[Status.RESOLVED, Status.CONFIRMED])),
        confirmed=Count("pk", filter=Q(triage__case__status=Status.CONFIRMED)),
    )
    return Headline(**counts)


def unhappy_responses(*, start: datetime, end: datetime) -> QuerySet[Response]:
    low = Q()
    for kind, limit in UNHAPPY_AT_MOST.items():
        low |= Q(kind=kind, number__lte=limit)
    low_answer = Answer.objects.filter(low, response=OuterRef("pk"))
    return Response.objects.counted().filter(Exists(low_answer), submitted_at__gte=start, submitted_at__lt=end)


def first_lows(*, start: datetime, end: datetime, kind: str) -> Mapping[int, Low]:
    """By customer. Only the first counts, so that nobody speaks twice."""
    rows = scores_of(kind).filter(submitted_at__gte=start, submitted_at__lt=end, number__lte=UNHAPPY_AT_MOST[kind])
    lows: dict[int, Low] = {}
    for customer_id, at, number, contacted_at in rows.values_list(
        "customer_id", "submitted_at", "number", "triage__case__contacted_at"
    ):
        lows.setdefault(customer_id, Low(customer_id, at, number, contacted_at))
    return lows


def repeats_of(lows: Mapping[int, Low], *, kind: str) -> Iterable[Repeat]:
    """Each customer's next answer of the same kind."""
    if not lows:
        return
    times = [low.at for low in lows.values()]
    low_answers = Answer.objects.filter(kind=kind, number__lte=UNHAPPY_AT_MOST[kind])
    low_customers = low_answers.filter(
        response__submitted_at__gte=min(times), response__submitted_at__lte=max(times)
    ).values("response__customer")
    later = scores_of(kind).filter(
        submitted_at__gt=min(times), submitted_at__lte=max(times) + PAIRED_WITHIN, customer__in=low_customers
    )
    seen: set[int] = set()
    for customer_id, at, number in later.values_list("customer_id", "submitted_at", "number").iterator():
        low = lows.get(customer_id)
        if low is not None and customer_id not in seen and low.at < at <= low.at + PAIRED_WITHIN:
            seen.add(customer_id)
            yield Repeat(low, number, at)


def scores_of(kind: str) -> QuerySet[Response]:
    """Counted responses of known customers with their lowest number of this kind, oldest first."""
    given = Response.objects.counted().filter(customer__isnull=False, answers__kind=kind, answers__number__isnull=False)
    return given.annotate(number=Min("answers__number")).order_by("submitted_at", "pk")


def _pair(repeat: Repeat) -> Pair:
    return Pair(repeat.low.number, repeat.later, repeat.waited is not None)


def _by_contact(repeats: Sequence[Repeat], limit: float) -> Sequence[ContactBand]:
    """What the wait for first contact goes with. Quick contact may also mean an easy case."""
    never = [r for r in repeats if r.waited is None]
    alone = [_pair(r) for r in never]
    bands, lower = [], timedelta(-1)
    for upper in (*CONTACT_BANDS, None):
        here = [
            r for r in repeats if r.waited is not None and lower < r.waited and (upper is None or r.waited <= upper)
        ]
        against = compare([*(_pair(r) for r in here), *alone], unhappy_at_most=limit)
        bands.append(ContactBand(upper, len(here), sum(r.later > limit for r in here), comparison=against))
        lower = upper or lower
    return [*bands, ContactBand(None, len(never), sum(r.later > limit for r in never), is_never=True)]
