"""How much groups differ beyond chance, as a standard deviation with its interval. Plain numbers, no database.

Source: W. Viechtbauer, Statistics in Medicine 26, 2007, for the interval by Q-profile.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from feedback.metrics.pooling import Estimate, variance_between
from vocplatform.lib.stats import CONFIDENCE, Interval

FARTHEST = 1e6


@dataclass(frozen=True, slots=True)
class Spread:
    value: float
    interval: Interval

    @property
    def is_clear(self) -> bool:
        """Groups that do not differ at all are ruled out."""
        return self.interval.low > 0


def spread_between(groups: Sequence[Estimate], *, confidence: float = CONFIDENCE) -> Spread | None:
    """The standard deviation between groups in the unit of their values; None for fewer than two."""
    if len(groups) < 2:
        return None
    tail, degrees = (1 - confidence) / 2, len(groups) - 1
    low = _variance_at(groups, chi_square_quantile(1 - tail, degrees))
    high = _variance_at(groups, chi_square_quantile(tail, degrees))
    value = min(max(variance_between(groups), low), high)
    return Spread(math.sqrt(value), Interval(math.sqrt(low), math.sqrt(high)))


def _variance_at(groups: Sequence[Estimate], wanted: float) -> float:
    """The variance between groups at which their weighted squared deviations add up to `wanted`."""
    if _squares(groups, 0.0) <= wanted:
        return 0.0
    low, high = 0.0, 1.0
    while _squares(groups, high) > wanted and high < FARTHEST**2:
        high *= 4
    for _step in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if _squares(groups, middle) > wanted else (low, middle)
    return (low + high) / 2


def _squares(groups: Sequence[Estimate], between: float) -> float:
    weights = [1 / (each.standard_error**2 + between) for each in groups]
    mean = math.fsum(w * each.value for w, each in zip(weights, groups, strict=True)) / math.fsum(weights)
    return math.fsum(w * (each.value - mean) ** 2 for w, each in zip(weights, groups, strict=True))


def chi_square_quantile(share: float, degrees: int) -> float:
    """By bisection on the distribution function."""
    low, high = 0.0, 1.0
    while _chi_square_below(high, degrees) < share:
        high *= 2
    for _step in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if _chi_square_below(middle, degrees) < share else (low, middle)
    return (low + high) / 2


def _chi_square_below(value: float, degrees: int) -> float:
    """The regularised lower incomplete gamma function by its series (Numerical Recipes, section 6.2)."""
    if value <= 0:
        return 0.0
    a, x = degrees / 2, value / 2
    term = total = 1 / a
    for step in range(1, 1000):
        term *= x / (a + step)
        total += term
        if term < total * 1e-15:
            break
    return total * math.exp(-x + a * math.log(x) - math.lgamma(a))
