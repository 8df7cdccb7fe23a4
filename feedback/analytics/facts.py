"""Facts of a period, sorted into what each formula over events needs. Read once for all metrics and all points."""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import Max, Min, Q, QuerySet
from django.utils import timezone

from feedback.analytics.filters import Filters
from feedback.metrics import operational
from feedback.metrics.figure import Figure
from feedback.metrics.operational import Custom
from feedback.metrics.survival import Watched
from feedback.models import Fact, FactKind
from vocplatform.lib.periods import Period

WATCHED_ON = timedelta(days=operational.SAVED_FOR_DAYS)
DAY = timedelta(days=1)
NEVER = math.inf


@dataclass(frozen=True, slots=True)
class Happened:
    kind: str
    customer: int | None
    at: datetime
    number: float | None
    yes: bool | None
    run: str


@dataclass(frozen=True, slots=True)
class Tenure:
    """From the first purchase to the cancellation that no purchase followed."""

    first_at: datetime
    left_at: datetime | None


class Facts:
    """What happened over a span of days, and for how long each customer has been one."""

    def __init__(self, happened: Sequence[Happened], tenures: dict[int, Tenure], *, now: datetime) -> None:
        self.by_kind: dict[str, list[Happened]] = defaultdict(list)
        for each in happened:
            self.by_kind[each.kind].append(each)
        self.tenures, self.now = tenures, now

    @classmethod
    def read(cls, filters: Filters, *periods: Period, now: datetime) -> "Facts":
        """In two queries; facts after the last day are read as far as they may end what began before."""
        zone = timezone.get_default_timezone()
        start = min(period.starts_at(zone) for period in periods)
        end = max(period.ends_at(zone) for period in periods)
        rows = Fact.objects.filter(filters.places_q("touchpoint__")).order_by("occurred_at", "pk")
        found = rows.filter(occurred_at__gte=start, occurred_at__lt=min(end + WATCHED_ON, now))
        happened = found.values_list("kind", "customer_id", "occurred_at", "number", "yes", "run")
        return cls([Happened(*row) for row in happened], read_tenures(rows, before=now), now=now)

    def during(self, period: Period) -> "FactsOfPeriod":
        return FactsOfPeriod(self, period)


def read_tenures(rows: QuerySet[Fact], *, before: datetime) -> dict[int, Tenure]:
    purchase, cancel = Q(kind=FactKind.PURCHASE), Q(kind=FactKind.CANCEL)
    grouped = (
        rows.filter(purchase | cancel, customer__isnull=False, occurred_at__lt=before)
        .order_by()
        .values_list("customer_id")
        .annotate(
            first=Min("occurred_at", filter=purchase),
            last=Max("occurred_at", filter=purchase),
            left=Max("occurred_at", filter=cancel),
        )
    )
    return {
        customer: Tenure(first, left if left and left > last else None)
        for customer, first, last, left in grouped
        if first is not None
    }


class FactsOfPeriod:
    def __init__(self, facts: Facts, period: Period) -> None:
        zone = timezone.get_default_timezone()
        self.facts, self.start, self.end = facts, period.starts_at(zone), period.ends_at(zone)

    def of(self, kind: str) -> list[Happened]:
        rows = self.facts.by_kind.get(kind, [])
        return rows[bisect_left(rows, self.start, key=_when) : bisect_left(rows, self.end, key=_when)]

    def numbers(self, kind: str) -> list[float]:
        return [each.number for each in self.of(kind)]

    def spells(self, started: str, ended: str, given_up: str) -> list[Watched]:
        """One per run that began in the period: days until its end, or as long as it has been watched."""
        ends, stops = _Found(self.facts.by_kind.get(ended, [])), _Found(self.facts.by_kind.get(given_up, []))
        spells, last_end = [], {}
        for begun in self.of(started):
            key = begun.run or begun.customer
            if key is None or begun.at < last_end.get(key, begun.at):
                continue  # nobody could say how it ended, or it is the same run once more
            end, stop = ends.after(begun), stops.after(begun)
            last_end[key] = min(filter(None, (end, stop)), default=self.facts.now)
            if end and (stop is None or end <= stop):
                spells.append(Watched((end - begun.at) / DAY, left=True))
            else:
                spells.append(Watched(NEVER if stop else (self.facts.now - begun.at) / DAY, left=False))
        return spells

    @cached_property
    def customers(self) -> list[Custom]:
        """Everybody who was a customer on some day of the period."""
        spent, bought, referred = self._by_customer()
        return [
            Custom(days, left, spent.get(customer, 0.0), bought.get(customer, 0), referred.get(customer, 0))
            for customer, days, left in self._present()
        ]

    @cached_property
    def active(self) -> list[Custom]:
        """Everybody who bought or referred in the period, whether or not the first purchase is known."""
        spent, bought, referred = self._by_customer()
        return [
            Custom(0, False, spent.get(customer, 0.0), bought.get(customer, 0), referred.get(customer, 0))
            for customer in bought.keys() | referred.keys()
        ]

    def _present(self) -> Iterator[tuple[int, float, bool]]:
        until = min(self.end, self.facts.now)
        for customer, tenure in self.facts.tenures.items():
            first, last = max(tenure.first_at, self.start), min(tenure.left_at or until, until)
            if first < last:
                left = tenure.left_at is not None and self.start <= tenure.left_at < self.end
                yield customer, (last - first) / DAY, left

    def _by_customer(self) -> tuple[dict[int, float], dict[int, int], dict[int, int]]:
        spent, bought, referred = defaultdict(float), defaultdict(int), defaultdict(int)
        for each in self.of(FactKind.PURCHASE):
            if each.customer is not None:
                spent[each.customer] += each.number
                bought[each.customer] += 1
        for each in self.of(FactKind.REFERRAL):
            if each.customer is not None:
                referred[each.customer] += 1
        return spent, bought, referred

    def kept(self, kind: str, *, without: str = "") -> list[Watched]:
        """One per customer whom it happened to in the period: days until she left, or as long as she was watched."""
        others = {each.customer for each in self.facts.by_kind.get(without, [])}
        spells, seen = [], set()
        for each in self.of(kind):
            if each.customer is None or each.customer in seen or each.customer in others:
                continue
            seen.add(each.customer)
            tenure = self.facts.tenures.get(each.customer)
            left = tenure.left_at if tenure and tenure.left_at and tenure.left_at >= each.at else None
            spells.append(Watched(((left or self.facts.now) - each.at) / DAY, left=left is not None))
        return spells


def _when(each: Happened) -> datetime:
    return each.at


class _Found:
    """Facts by their run where they name one, else by their customer."""

    def __init__(self, rows: Sequence[Happened]) -> None:
        self.by_run: dict[str, list[datetime]] = defaultdict(list)
        self.by_customer: dict[int, list[datetime]] = defaultdict(list)
        for each in rows:
            if each.run:
                self.by_run[each.run].append(each.at)
            if each.customer is not None:
                self.by_customer[each.customer].append(each.at)

    def after(self, begun: Happened) -> datetime | None:
        by_run = begun.run and self.by_run
        moments = self.by_run.get(begun.run, []) if by_run else self.by_customer.get(begun.customer, [])
        place = bisect_left(moments, begun.at)
        return moments[place] if place < len(moments) else None


Formula = Callable[[FactsOfPeriod, float], Figure]
_STARTED, _FINISHED, _ABANDONED = FactKind.PROCESS_STARTED, FactKind.PROCESS_FINISHED, FactKind.PROCESS_ABANDONED


@dataclass(frozen=True, slots=True)
class Operational:
    """A metric over facts: its formula, the facts behind it, and whether it can be told for one place alone.

    Without a meaning of events for each that it `needs` (where empty: for all behind it) nobody can tell: that nothing
    was reported is no sign that nothing happened.
    """

    measure: Formula
    kinds: tuple[str, ...]
    knows_places: bool = True
    needs: tuple[str, ...] = ()
    beside: tuple[tuple[str, Formula], ...] = ()

    def unheard(self, mapped: Collection[str]) -> list[str]:
        """What it needs and no event means yet."""
        return [kind for kind in self.needs or self.kinds if kind not in mapped]


OPERATIONAL: dict[str, Operational] = {
    "fcr": Operational(
        lambda facts, _: operational.first_contact_resolution(
            [each.yes for each in facts.of(FactKind.CONTACT_RESOLVED)]
        ),
        (FactKind.CONTACT_RESOLVED,),
    ),
    "response_time": Operational(
        lambda facts, _: operational.mean_response_time(facts.numbers(FactKind.FIRST_RESPONSE)),
        (FactKind.FIRST_RESPONSE,),
        beside=(
            (
                "median",
                lambda facts, _: operational.response_time_quantile(facts.numbers(FactKind.FIRST_RESPONSE), 0.5),
            ),
            ("p90", lambda facts, _: operational.response_time_quantile(facts.numbers(FactKind.FIRST_RESPONSE), 0.9)),
        ),
    ),
    "service_level": Operational(
        lambda facts, seconds: operational.service_level(
            facts.numbers(FactKind.CONTACT_ANSWERED), len(facts.of(FactKind.CONTACT_LOST)), within_seconds=seconds
        ),
        (FactKind.CONTACT_ANSWERED, FactKind.CONTACT_LOST),
        needs=(FactKind.CONTACT_ANSWERED,),
    ),
    "handle_time": Operational(
        lambda facts, _: operational.mean_handle_time(facts.numbers(FactKind.CONTACT_HANDLED)),
        (FactKind.CONTACT_HANDLED,),
        beside=(
            ("median", lambda facts, _: operational.handle_time_quantile(facts.numbers(FactKind.CONTACT_HANDLED), 0.5)),
            ("p90", lambda facts, _: operational.handle_time_quantile(facts.numbers(FactKind.CONTACT_HANDLED), 0.9)),
        ),
    ),
    "process_abandonment": Operational(
        lambda facts, _: operational.given_up_share(len(facts.of(_ABANDONED)), len(facts.of(_FINISHED))),
        (_FINISHED, _ABANDONED),
    ),
    "process_completion": Operational(
        lambda facts, _: operational.done_within(
            facts.spells(_STARTED, _FINISHED, _ABANDONED), operational.FINISHED_WITHIN_DAYS
        ),
        (_STARTED,),
        needs=(_STARTED, _FINISHED),
    ),
    "churn": Operational(
        lambda facts, _: operational.monthly_churn(facts.customers),
        (FactKind.CANCEL,),
        knows_places=False,
        needs=(FactKind.PURCHASE, FactKind.CANCEL),
    ),
    "clv": Operational(
        lambda facts, margin: operational.lifetime_value(facts.customers, margin_percent=margin),
        (FactKind.PURCHASE, FactKind.CANCEL),
        knows_places=False,
    ),
    "revenue_per_customer": Operational(
        lambda facts, _: operational.revenue_per_customer(facts.active), (FactKind.PURCHASE,)
    ),
    "referral_rate": Operational(
        lambda facts, _: operational.referral_rate(facts.active), (FactKind.PURCHASE, FactKind.REFERRAL)
    ),
    "customer_saves": Operational(
        lambda facts, _: operational.customer_saves(
            facts.kept(FactKind.SAVE_OFFER), facts.kept(FactKind.AT_RISK, without=FactKind.SAVE_OFFER)
        ),
        (FactKind.SAVE_OFFER, FactKind.AT_RISK),
        knows_places=False,
        beside=(
            ("offered", lambda facts, _: operational.kept_share(facts.kept(FactKind.SAVE_OFFER))),
            (
                "compared",
                lambda facts, _: operational.kept_share(facts.kept(FactKind.AT_RISK, without=FactKind.SAVE_OFFER)),
            ),
        ),
    ),
    "bounce_time": Operational(
        lambda facts, _: operational.median_bounce_time(facts.numbers(FactKind.BOUNCE)), (FactKind.BOUNCE,)
    ),
    "cart_abandonment": Operational(
        lambda facts, _: operational.not_done_within(
            facts.spells(FactKind.CART_STARTED, FactKind.PURCHASE, FactKind.CART_ABANDONED),
            operational.BOUGHT_WITHIN_DAYS,
        ),
        (FactKind.CART_STARTED,),
        needs=(FactKind.CART_STARTED, FactKind.PURCHASE),
    ),
}
