"""Is it better than before? Only where the interval of the difference leaves 0 out."""

import math
from dataclasses import dataclass, replace
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from feedback.metrics.catalogue import Direction
from feedback.metrics.figure import Figure, Metric, State, Unit
from feedback.metrics.histogram import Histogram
from vocplatform.lib.stats import Interval, share_difference_interval

COMPARED_FROM = 5  # answers on either side; a difference from a handful misleads whatever interval stands beside it


class Verdict(StrEnum):
    BETTER = "better"
    WORSE = "worse"
    UNCLEAR = "unclear"
    CANNOT_TELL = "cannot_tell"

    @property
    def text(self) -> str:
        return _VERDICTS[self]


_VERDICTS = {
    Verdict.BETTER: _("better"),
    Verdict.WORSE: _("worse"),
    Verdict.UNCLEAR: _("no clear change"),
    Verdict.CANNOT_TELL: _("cannot tell"),
}


@dataclass(frozen=True, slots=True)
class Change:
    before: Figure
    difference: float | None
    interval: Interval | None
    unit: Unit
    verdict: Verdict

    @property
    def text(self) -> str:
        return self.unit.text(self.difference, signed=True)

    @property
    def interval_text(self) -> str:
        if self.interval is None:
            return ""
        ends = {end: self.unit.text(getattr(self.interval, end), signed=True) for end in ("low", "high")}
        return _("%(low)s to %(high)s") % ends


def compare(metric: Metric, now: Histogram, before: Histogram) -> Change:
    """Compare two periods of one metric; every metric we have is better when it is higher."""
    return _judge(metric.measure(now), metric.measure(before), metric.difference(now, before))


def compare_rates(now: tuple[int, int], before: tuple[int, int], figures: tuple[Figure, Figure]) -> Change:
    """Compare two rates given as (hits, n), with their figures at hand."""
    interval = share_difference_interval(*now, *before)
    return _judge(*figures, interval and interval.scaled(100))


def _judge(figure: Figure, earlier: Figure, interval: Interval | None) -> Change:
    if figure.is_known and earlier.is_known and min(figure.n, earlier.n) < COMPARED_FROM:
        return Change(earlier, None, None, figure.unit, Verdict.CANNOT_TELL)
    difference = figure.value - earlier.value if figure.is_known and earlier.is_known else None
    if difference is None or interval is None:
        verdict = Verdict.CANNOT_TELL
    elif not interval.excludes_zero:
        verdict = Verdict.UNCLEAR
    else:
        verdict = Verdict.BETTER if interval.low > 0 else Verdict.WORSE
    if State.HIDDEN in (figure.state, earlier.state):
        interval = None
    return Change(earlier, difference, interval, figure.unit, verdict)


def compare_figures(figure: Figure, earlier: Figure, direction: Direction) -> Change:
    """Compare two independent figures by their intervals alone, whatever they are made of.

    Source: G. Y. Zou, A. Donner, Statistics in Medicine 27, 2008 (MOVER); for shares with Wilson's intervals it is
    Newcombe's. Where low is good, a fall is better.
    """
    known = figure.is_known and earlier.is_known and figure.interval and earlier.interval
    change = _judge(figure, earlier, _mover(figure, earlier) if known else None)
    if direction == Direction.UP or change.verdict not in (Verdict.BETTER, Verdict.WORSE):
        return change
    return replace(change, verdict=Verdict.WORSE if change.verdict is Verdict.BETTER else Verdict.BETTER)


def _mover(figure: Figure, other: Figure) -> Interval:
    difference = figure.value - other.value
    return Interval(
        difference - math.hypot(figure.value - figure.interval.low, other.interval.high - other.value),
        difference + math.hypot(figure.interval.high - figure.value, other.value - other.interval.low),
    )


def target_verdict(figure: Figure, target: float) -> Verdict:
    """Does it meet its target? Judged by the interval, not by the point: high is good."""
    if not figure.is_known or figure.interval is None:
        return Verdict.CANNOT_TELL
    if figure.interval.low >= target:
        return Verdict.BETTER
    return Verdict.WORSE if figure.interval.high < target else Verdict.UNCLEAR
