"""Intervals for shares, means and Net Promoter Scores, from counts alone. docs/metrics.md gives sources in full.

Counts may be fractional: weighted data put `effective_n` in the place of n.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    low: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    @property
    def half_width(self) -> float:
        return (self.high - self.low) / 2

    @property
    def excludes_zero(self) -> bool:
        """True where a difference is clear: both ends lie on the same side of 0."""
        return self.low > 0 or self.high < 0

    def scaled(self, factor: float) -> "Interval":
        return Interval(*sorted((self.low * factor, self.high * factor)))

    def within(self, low: float, high: float) -> "Interval":
        """Cut off what the scale does not have."""
        return Interval(min(max(self.low, low), high), min(max(self.high, low), high))


@lru_cache(maxsize=32)
def normal_quantile(confidence: float = CONFIDENCE) -> float:
    """Two-sided: 1.96 for 0.95."""
    return NormalDist().inv_cdf((1 + confidence) / 2)


def wilson_interval(successes: float, n: float, *, confidence: float = CONFIDENCE) -> Interval | None:
    """Return the interval of a share (0 to 1), or None without answers. Source: E. B. Wilson, JASA 22, 1927."""
    if n <= 0:
        return None
    z = normal_quantile(confidence)
    share, spread = successes / n, z * z / n
    centre = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    # At 0 of n and n of n the formula meets the end exactly; rounding must not push it past the share.
    return Interval(min(max(centre - half, 0.0), share), max(min(centre + half, 1.0), share))


def share_difference_interval(
    successes: float, n: float, other_successes: float, other_n: float, *, confidence: float = CONFIDENCE
) -> Interval | None:
    """Return the interval of `share - other share` (-1 to 1): Newcombe's hybrid of two Wilson intervals.

    Source: R. G. Newcombe, Statistics in Medicine 17, 1998, method 10.
    """
    mine = wilson_interval(successes, n, confidence=confidence)
    theirs = wilson_interval(other_successes, other_n, confidence=confidence)
    if mine is None or theirs is None:
        return None
    share, other = successes / n, other_successes / other_n
    difference = share - other
    return Interval(
        difference - math.hypot(share - mine.low, theirs.high - other),
        difference + math.hypot(mine.high - share, other - theirs.low),
    )


def nps_interval(
    promoters: float, passives: float, detractors: float, *, confidence: float = CONFIDENCE
) -> Interval | None:
    """Return the adjusted Wald interval in points (-100 to 100), or None without answers.

    Three answers are added (3/4 promoter, 3/4 detractor, 3/2 passive) before Wald's formula. Its centre is drawn
    towards 0, so the ends are widened to hold the score itself, which matters for a single answer only.
    Source: B. Rocks, The American Statistician 70, 2016.
    """
    n = promoters + passives + detractors
    if n <= 0:
        return None
    centre, variance = _adjusted_nps(promoters, passives, detractors)
    half = 100 * normal_quantile(confidence) * math.sqrt(variance)
    score = 100 * (promoters - detractors) / n
    ends = Interval(centre - half, centre + half).within(-100.0, 100.0)
    return Interval(min(ends.low, score), max(ends.high, score))


def nps_difference_interval(
    counts: tuple[float, float, float], other: tuple[float, float, float], *, confidence: float = CONFIDENCE
) -> Interval | None:
    """Return the interval of `NPS - other NPS` in points (-200 to 200); counts: promoters, passives, detractors."""
    if sum(counts) <= 0 or sum(other) <= 0:
        return None
    centre, variance = _adjusted_nps(*counts)
    other_centre, other_variance = _adjusted_nps(*other)
    half = 100 * normal_quantile(confidence) * math.sqrt(variance + other_variance)
    return Interval(centre - other_centre - half, centre - other_centre + half).within(-200.0, 200.0)


def _adjusted_nps(promoters: float, passives: float, detractors: float) -> tuple[float, float]:
    """Points, and the variance of the score's mean on the -1, 0, +1 scale."""
    n = promoters + passives + detractors + 3
    up, down = (promoters + 0.75) / n, (detractors + 0.75) / n
    return 100 * (up - down), (up + down - (up - down) ** 2) / n


@dataclass(frozen=True, slots=True)
class Moments:
    """n, mean and sample variance: all that an interval of a mean needs, so a histogram will do."""

    n: float
    mean: float
    variance: float

    @classmethod
    def of(cls, histogram: dict[float, float]) -> "Moments | None":
        """From value -> count; None when empty. The variance of one answer is 0."""
        n = sum(histogram.values())
        if n <= 0:
            return None
        mean = math.fsum(value * count for value, count in histogram.items()) / n
        squares = math.fsum(count * (value - mean) ** 2 for value, count in histogram.items())
        return cls(n, mean, squares / (n - 1) if n > 1 else 0.0)


def mean_interval(moments: Moments, *, confidence: float = CONFIDENCE) -> Interval | None:
    """Return Student's t interval in the scale's units; None where no spread was seen: then nothing is known."""
    if moments.n < 2 or moments.variance <= 0:
        return None
    half = student_t_quantile(confidence, moments.n - 1) * math.sqrt(moments.variance / moments.n)
    return Interval(moments.mean - half, moments.mean + half)


def mean_difference_interval(mine: Moments, other: Moments, *, confidence: float = CONFIDENCE) -> Interval | None:
    """Return Welch's interval of `mean - other mean`; None where either side shows no spread.

    Source: B. L. Welch, Biometrika 34, 1947.
    """
    if min(mine.n, other.n) < 2 or min(mine.variance, other.variance) <= 0:
        return None
    a, b = mine.variance / mine.n, other.variance / other.n
    degrees = (a + b) ** 2 / (a * a / (mine.n - 1) + b * b / (other.n - 1))
    half = student_t_quantile(confidence, degrees) * math.sqrt(a + b)
    difference = mine.mean - other.mean
    return Interval(difference - half, difference + half)


def effective_n(weights: Iterable[float]) -> float:
    """Return (sum w)^2 / sum w^2, the n that weighted answers are worth. Source: L. Kish, Survey Sampling, 1965."""
    kept = list(weights)
    squares = math.fsum(weight * weight for weight in kept)
    return math.fsum(kept) ** 2 / squares if squares else 0.0


@lru_cache(maxsize=4096)
def student_t_quantile(confidence: float, degrees: float) -> float:
    """Two-sided, by bisection on the distribution function: scipy would cost 80 MB for this one number."""
    tail, low, high = 1 - confidence, 0.0, 1.0
    while _two_sided_tail(high, degrees) > tail:
        low, high = high, high * 2
    for _step in range(80):
        middle = (low + high) / 2
        if _two_sided_tail(middle, degrees) > tail:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def student_t_tail(t: float, degrees: float) -> float:
    """How likely a value at least this far from 0 is, on either side."""
    return _two_sided_tail(abs(t), degrees)


def _two_sided_tail(t: float, degrees: float) -> float:
    return _incomplete_beta(degrees / (degrees + t * t), degrees / 2, 0.5)


def _incomplete_beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b)."""
    if x <= 0 or x >= 1:
        return min(max(x, 0.0), 1.0)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return front * _beta_fraction(x, a, b) / a
    return 1 - front * _beta_fraction(1 - x, b, a) / b


def _beta_fraction(x: float, a: float, b: float) -> float:
    """Lentz's evaluation of the continued fraction (Numerical Recipes, section 6.4)."""
    tiny = 1e-300
    c, d = 1.0, 1 / _not_zero(1 - (a + b) * x / (a + 1), tiny)
    total = d
    for m in range(1, 400):
        for step in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / _not_zero(1 + step * d, tiny)
            c = _not_zero(1 + step / c, tiny)
            total *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return total


def _not_zero(value: float, tiny: float) -> float:
    return value if abs(value) > tiny else tiny


def chi_squared_quantile(share: float, degrees: float) -> float:
    """Return the value that a share (0 to 1) of chi-squared draws lies below, by bisection."""
    low, high = 0.0, degrees + 1.0
    while _chi_squared_share(high, degrees) < share:
        high *= 2
    for _step in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if _chi_squared_share(middle, degrees) < share else (low, middle)
    return (low + high) / 2


def _chi_squared_share(value: float, degrees: float) -> float:
    """The lower incomplete gamma function by its series (Numerical Recipes, section 6.2); all terms are positive."""
    a, x = degrees / 2, value / 2
    if x <= 0:
        return 0.0
    term = total = 1 / a
    step = a
    while term > total * 1e-16:
        step += 1
        term *= x / step
        total += term
    return min(1.0, total * math.exp(a * math.log(x) - x - math.lgamma(a)))
