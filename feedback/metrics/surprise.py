"""How surprising a difference is: the p that belongs to the very interval a page shows, for every metric of answers."""

import math
from statistics import NormalDist

from feedback.metrics.figure import Metric, Unit
from feedback.metrics.histogram import Histogram
from vocplatform.lib.stats import normal_quantile, share_difference_interval, student_t_tail

STEPS = 50


def scores_of(metric: Metric, histogram: Histogram) -> list[tuple[float, int]]:
    """One number per answer whose mean is the metric: (number, how many answers have it)."""
    if metric.unit is Unit.SCORE:
        low, high = metric.scale
        return [(float(value), histogram.bins[value]) for value in range(low, high + 1)]
    worth = {"good": 100.0, "bad": -100.0 if metric.unit is Unit.POINTS else 0.0}
    return [(worth.get(band.mood, 0.0), count) for band, count in metric.counts(histogram)]


def p_value(metric: Metric, mine: Histogram, other: Histogram) -> float | None:
    """Return how likely a difference at least this large would be by chance; None where no interval can be told."""
    interval = metric.difference(mine, other)
    if interval is None:
        return None
    if metric.unit is Unit.PERCENT:
        return _share_p(metric, mine, other)
    centre = (interval.low + interval.high) / 2
    if metric.unit is Unit.POINTS:
        return 2 * (1 - NormalDist().cdf(abs(centre) * normal_quantile() / interval.half_width))
    return _mean_p(metric, mine, other)


def _share_p(metric: Metric, mine: Histogram, other: Histogram) -> float:
    """The confidence at which Newcombe's interval just touches 0, by bisection; p is what is left of it."""
    counts = [_good_of(metric, mine), _good_of(metric, other)]
    if counts[0][0] * counts[1][1] == counts[1][0] * counts[0][1]:
        return 1.0
    low, high = 0.0, 1.0 - 1e-15
    for _step in range(STEPS):
        middle = (low + high) / 2
        clear = share_difference_interval(*counts[0], *counts[1], confidence=middle).excludes_zero
        low, high = (middle, high) if clear else (low, middle)
    return 1 - low


def _good_of(metric: Metric, histogram: Histogram) -> tuple[int, int]:
    counts = metric.counts(histogram)
    return sum(count for band, count in counts if band.mood == "good"), sum(count for _band, count in counts)


def _mean_p(metric: Metric, mine: Histogram, other: Histogram) -> float | None:
    """Welch's test, as its interval: B. L. Welch, Biometrika 34, 1947."""
    low, high = metric.scale
    a, b = mine.moments(low=low, high=high), other.moments(low=low, high=high)
    first, second = a.variance / a.n, b.variance / b.n
    degrees = (first + second) ** 2 / (first**2 / (a.n - 1) + second**2 / (b.n - 1))
    return student_t_tail((a.mean - b.mean) / math.sqrt(first + second), degrees)
