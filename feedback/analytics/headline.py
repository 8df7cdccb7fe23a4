from collections.abc import Mapping
from dataclasses import dataclass

from feedback.analytics.definitions import read_lines
from feedback.analytics.filters import Filters
from feedback.analytics.privacy import Counted
from feedback.analytics.sums import Daily
from feedback.metrics import CES, CSAT, METRICS
from feedback.metrics.ces import easy_share, effort_score
from feedback.metrics.change import Change, Verdict, compare, target_verdict
from feedback.metrics.csat import mean_satisfaction
from feedback.metrics.figure import Figure, Metric, State
from feedback.metrics.status import Lines
from vocplatform.lib.periods import Period


@dataclass(frozen=True, slots=True)
class Headline:
    """One metric over one period, against its target and against the period before."""

    metric: Metric
    figure: Figure
    counted: Counted
    change: Change
    beside: tuple[tuple[str, Figure], ...]
    filters: Filters
    lines: Lines

    @property
    def is_asked(self) -> bool:
        """Whether a page has a place for it: always, but for what most surveys do not ask and nobody answered."""
        return not self.metric.needs_own_question or self.figure.state is not State.NO_ANSWERS

    @property
    def target(self) -> Verdict | None:
        return None if self.lines.target is None else target_verdict(self.figure, self.lines.target)

    @property
    def rows(self) -> str:
        """The address of the very responses."""
        return self.filters.narrowed(metric=self.metric.key).query()


def headline(metric: Metric, daily: Daily, filters: Filters, before: Period, lines: Lines) -> Headline:
    now, earlier = daily.over(metric.kind, filters.period), daily.over(metric.kind, before)
    change = compare(metric, now.histogram, earlier.histogram)
    if now.is_too_small(metric) or earlier.is_too_small(metric):
        change = Change(earlier.measured(metric), None, None, metric.unit, Verdict.CANNOT_TELL)
    beside = () if now.is_too_small(metric) else _beside(metric, now)
    return Headline(metric, now.measured(metric), now, change, beside, filters, lines)


def headlines(
    daily: Daily, filters: Filters, before: Period, *, lines: Mapping[str, Lines] | None = None
) -> list[Headline]:
    """`lines`: the targets, where they are at hand."""
    lines = lines or read_lines()
    return [headline(metric, daily, filters, before, lines[metric.key]) for metric in METRICS.values()]


def _beside(metric: Metric, counted: Counted) -> tuple[tuple[str, Figure], ...]:
    """The same answers in the other usual ways of reading them."""
    histogram = counted.histogram
    if metric is CSAT:
        named = (("mean", mean_satisfaction(histogram)),)
    elif metric is CES:
        named = (("easy", easy_share(histogram)), ("effort", effort_score(histogram)))
    else:
        named = ()
    return tuple((name, figure) for name, figure in named if figure.state is State.KNOWN)
