from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from feedback.analytics.definitions import read_lines
from feedback.analytics.filters import FINISHED, INVITED, STARTED, VISITED, Filters
from feedback.metrics.change import Change, Verdict, compare_rates, target_verdict
from feedback.metrics.figure import Figure, Unit
from feedback.metrics.rates import Traffic
from feedback.metrics.status import Lines
from feedback.models import SegmentTraffic, TrafficRollup
from vocplatform.lib.periods import Period

COMPLETION = "completion"  # the metric whose target a funnel is held to
FIELDS = ("invited", "delivered", "started", "finished", "link_started", "link_finished")


@dataclass(frozen=True, slots=True)
class Step:
    """`share` is of the first step, `kept` of the step before."""

    name: str
    count: int
    share: float
    kept: float | None
    rows: str


@dataclass(frozen=True, slots=True)
class Funnel:
    """Invitations issued in the period and what became of them since, and visits by link beside them."""

    traffic: Traffic
    steps: tuple[Step, ...]
    response_rate: Figure
    response_change: Change
    completion: Figure
    delivery_rate: Figure
    link_started_rows: str
    link_finished_rows: str
    completion_lines: Lines

    @property
    def completion_target(self) -> Verdict | None:
        target = self.completion_lines.target
        return None if target is None else target_verdict(self.completion, target)

    @property
    def completion_target_text(self) -> str:
        return Unit.PERCENT.text(self.completion_lines.target)


def read_traffic(filters: Filters, *periods: Period) -> list[Traffic]:
    """One sum per period, in one query."""
    model = SegmentTraffic if filters.segment else TrafficRollup
    days = model.objects.filter(filters.traffic_q(*periods)).order_by().values_list("on")
    sums = list(days.annotate(*(Sum(field) for field in FIELDS)))
    return [Traffic(*_added(counts for on, *counts in sums if on in period)) for period in periods]


def _added(rows: Iterable[Sequence[int]]) -> list[int]:
    return [sum(column) for column in zip(*rows, strict=True)]


def funnel(filters: Filters, before: Period, *, completion_lines: Lines | None = None) -> Funnel:
    now, earlier = read_traffic(filters, filters.period, before)
    rates = now.response_rate, earlier.response_rate
    return Funnel(
        traffic=now,
        steps=_steps(now, filters),
        response_rate=rates[0],
        response_change=compare_rates((now.finished, now.delivered), (earlier.finished, earlier.delivered), rates),
        completion=now.completion,
        delivery_rate=now.delivery_rate,
        link_started_rows=filters.narrowed(basis=VISITED, state=STARTED).query(),
        link_finished_rows=filters.narrowed(basis=VISITED, state=FINISHED).query(),
        completion_lines=completion_lines or read_lines()[COMPLETION],
    )


def _steps(traffic: Traffic, filters: Filters) -> tuple[Step, ...]:
    if not traffic.invited:
        return ()
    named = (
        (_("Invited"), traffic.invited, ""),
        (_("Delivered"), traffic.delivered, ""),
        (_("Started"), traffic.started, filters.narrowed(basis=INVITED, state=STARTED).query()),
        (_("Finished"), traffic.finished, filters.narrowed(basis=INVITED, state=FINISHED).query()),
    )
    steps, before = [], None
    for name, count, rows in named:
        kept = count / before if before else None
        steps.append(Step(name, count, count / traffic.invited, kept, rows))
        before = count
    return tuple(steps)
