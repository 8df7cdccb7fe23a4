"""What an arm did beyond the one it is compared with, stratum by stratum. Plain data, no database.

A case counts in the arm that was drawn, whatever was done in the end (intention to treat). Cases are compared inside
their stratum; strata count by Mantel and Haenszel's weights n·m / (n + m).
Source: N. Mantel, W. Haenszel, JNCI 22, 1959; S. Greenland, J. M. Robins, Biometrics 41, 1985, for differences.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from vocplatform.lib.stats import Interval, Moments, normal_quantile, student_t_quantile, wilson_interval


@dataclass(frozen=True, slots=True)
class Tally:
    successes: int
    n: int


@dataclass(frozen=True, slots=True)
class Effect:
    """`value` is the arm's share or mean less the other's; `mine` and `other` are weighted alike."""

    value: float
    interval: Interval | None
    mine: float
    other: float


def share_effect(strata: Sequence[tuple[Tally, Tally]], *, confidence: float) -> Effect | None:
    """(arm, compared arm) in each stratum -> the difference of shares; None where no stratum holds both.

    Newcombe's hybrid of two stratified Wilson intervals; with one stratum it is Newcombe's method 10.
    Source: X. Yan, X. G. Su, Statistics in Biopharmaceutical Research 2, 2010.
    """
    both = [(mine, other) for mine, other in strata if mine.n and other.n]
    if not both:
        return None
    weights = _weights([(mine.n, other.n) for mine, other in both])
    mine, mine_limits = _stratified_wilson([pair[0] for pair in both], weights, confidence)
    other, other_limits = _stratified_wilson([pair[1] for pair in both], weights, confidence)
    value = mine - other
    low = value - math.hypot(mine - mine_limits.low, other_limits.high - other)
    high = value + math.hypot(mine_limits.high - mine, other - other_limits.low)
    return Effect(value, Interval(low, high), mine, other)


def _stratified_wilson(tallies: Sequence[Tally], weights: Sequence[float], confidence: float) -> tuple[float, Interval]:
    """Wilson limits of each stratum at a z that makes their weighted sum as wide as the whole is uncertain."""
    z = normal_quantile(confidence)
    spreads = [_spread(tally, z) for tally in tallies]
    together = math.sqrt(math.fsum((w * s) ** 2 for w, s in zip(weights, spreads, strict=True)))
    narrower = math.erf(z * together / math.fsum(w * s for w, s in zip(weights, spreads, strict=True)) / math.sqrt(2))
    limits = [wilson_interval(tally.successes, tally.n, confidence=narrower) for tally in tallies]
    share = math.fsum(w * tally.successes / tally.n for w, tally in zip(weights, tallies, strict=True))
    low = math.fsum(w * limit.low for w, limit in zip(weights, limits, strict=True) if limit)
    high = math.fsum(w * limit.high for w, limit in zip(weights, limits, strict=True) if limit)
    return share, Interval(min(low, share), max(high, share))


def _spread(tally: Tally, z: float) -> float:
    """The standard error of a share, moved off 0 as Wilson does, so that 0 of 5 is not certainty."""
    share = (tally.successes + z * z / 2) / (tally.n + z * z)
    return math.sqrt(share * (1 - share) / tally.n)


def mean_effect(strata: Sequence[tuple[Moments | None, Moments | None]], *, confidence: float) -> Effect | None:
    """(arm, compared arm) in each stratum -> the difference of means; None where no stratum holds both.

    Welch's interval, with the spread of an arm pooled over its strata. No interval where no spread can be seen.
    Source: B. L. Welch, Biometrika 34, 1947.
    """
    both = [(mine, other) for mine, other in strata if mine is not None and other is not None]
    if not both:
        return None
    weights = _weights([(mine.n, other.n) for mine, other in both])
    mine, mine_variance, mine_degrees = _weighted_mean([pair[0] for pair in both], weights)
    other, other_variance, other_degrees = _weighted_mean([pair[1] for pair in both], weights)
    value = mine - other
    if min(mine_degrees, other_degrees) < 1 or min(mine_variance, other_variance) <= 0:
        return Effect(value, None, mine, other)
    variance = mine_variance + other_variance
    degrees = variance**2 / (mine_variance**2 / mine_degrees + other_variance**2 / other_degrees)
    half = student_t_quantile(confidence, degrees) * math.sqrt(variance)
    return Effect(value, Interval(value - half, value + half), mine, other)


def _weighted_mean(groups: Sequence[Moments], weights: Sequence[float]) -> tuple[float, float, float]:
    """Mean, its variance and the degrees of freedom of that."""
    degrees = math.fsum(group.n - 1 for group in groups)
    pooled = math.fsum((group.n - 1) * group.variance for group in groups) / degrees if degrees else 0.0
    mean = math.fsum(w * group.mean for w, group in zip(weights, groups, strict=True))
    variance = pooled * math.fsum(w * w / group.n for w, group in zip(weights, groups, strict=True))
    return mean, variance, degrees


def _weights(sizes: Sequence[tuple[float, float]]) -> list[float]:
    raw = [mine * other / (mine + other) for mine, other in sizes]
    total = math.fsum(raw)
    return [weight / total for weight in raw]
