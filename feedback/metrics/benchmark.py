"""What others report, as a figure of its own: with an interval only where the source says enough."""

import math

from feedback.metrics.figure import Figure, Unit
from vocplatform.lib.stats import Interval, Moments, mean_interval, normal_quantile, wilson_interval

NET_SCALE = (-100.0, 100.0)


def benchmark_figure(unit: Unit, value: float, n: int | None, standard_deviation: float | None) -> Figure:
    """Return a share with Wilson's interval, a mean with Student's where the deviation is given, else no interval.

    Of a net score without a deviation only the widest possible interval is known: nobody in the middle, so that the
    variance of one answer is 100 squared less the score squared.
    """
    if n is None:
        return Figure(value, None, None, unit)
    return Figure.known(value, n, _interval(unit, value, n, standard_deviation), unit)


def _interval(unit: Unit, value: float, n: int, standard_deviation: float | None) -> Interval | None:
    if unit is Unit.PERCENT and standard_deviation is None:
        ends = wilson_interval(min(max(value, 0.0), 100.0) / 100 * n, n)
        return ends and ends.scaled(100)
    if unit is Unit.POINTS and standard_deviation is None:
        half = normal_quantile() * math.sqrt(max(100.0**2 - value * value, 0.0) / n)
        return Interval(value - half, value + half).within(*NET_SCALE) if half else None
    if standard_deviation is None:
        return None
    return mean_interval(Moments(n, value, standard_deviation**2))
