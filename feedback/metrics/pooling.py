"""Fair leaderboards: small groups are drawn towards the mean, and a rank is a range."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

DRAWS = 4000
SEED = 20_250_131


@dataclass(frozen=True, slots=True)
class Estimate:
    value: float
    standard_error: float


@dataclass(frozen=True, slots=True)
class Ranks:
    """The best and the worst rank that 95 of 100 draws leave open; 1 is the highest value."""

    best: int
    worst: int

    def overlaps(self, other: "Ranks") -> bool:
        return self.best <= other.worst and other.best <= self.worst


def variance_between(estimates: Sequence[Estimate]) -> float:
    """Return how much the groups themselves differ, as a variance, beyond what chance within them explains.

    Source: R. C. Paule, J. Mandel, Journal of Research of the National Bureau of Standards 87, 1982: the variance at
    which the weighted squared deviations from the mean add up to the number of groups less one.
    """
    if len(estimates) < 2 or _excess(estimates, 0.0) <= 0:
        return 0.0
    low, high = 0.0, max((each.value for each in estimates), key=abs) ** 2 + 1.0
    while _excess(estimates, high) > 0:
        high *= 2
    for _step in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if _excess(estimates, middle) > 0 else (low, middle)
    return (low + high) / 2


def _excess(estimates: Sequence[Estimate], between: float) -> float:
    mean = _mean(estimates, between)
    squares = (((each.value - mean) ** 2) / (each.standard_error**2 + between) for each in estimates)
    return math.fsum(squares) - (len(estimates) - 1)


def _mean(estimates: Sequence[Estimate], between: float) -> float:
    weights = [1 / (each.standard_error**2 + between) for each in estimates]
    return math.fsum(w * each.value for w, each in zip(weights, estimates, strict=True)) / math.fsum(weights)


def pooled(estimates: Sequence[Estimate]) -> list[Estimate]:
    """Return each group's empirical Bayes estimate: the less is known of a group, the nearer it is to the mean.

    Source: C. N. Morris, Journal of the American Statistical Association 78, 1983. The standard error holds the
    uncertainty of the mean that a group is drawn to.
    """
    if len(estimates) < 2:
        return list(estimates)
    between = variance_between(estimates)
    mean = _mean(estimates, between)
    of_mean = 1 / math.fsum(1 / (each.standard_error**2 + between) for each in estimates)
    found = []
    for each in estimates:
        drawn = each.standard_error**2 / (each.standard_error**2 + between)
        value = mean + (1 - drawn) * (each.value - mean)
        found.append(Estimate(value, math.sqrt((1 - drawn) * each.standard_error**2 + drawn**2 * of_mean)))
    return found


def rank_ranges(estimates: Sequence[Estimate], *, seed: int = SEED) -> list[Ranks]:
    """Return each group's range of ranks among the pooled estimates.

    Source: H. Goldstein, D. J. Spiegelhalter, Journal of the Royal Statistical Society A 159, 1996.
    """
    if not estimates:
        return []
    centres = pooled(estimates)
    between = variance_between(estimates)
    own = [
        math.sqrt(between * each.standard_error**2 / (each.standard_error**2 + between)) if between else 0.0
        for each in estimates
    ]
    chance = np.random.default_rng(seed)
    draws = chance.normal([each.value for each in centres], own, size=(DRAWS, len(estimates)))
    # Groups that nothing tells apart are equal in every draw: chance orders them, not their place in the list.
    shuffled = chance.random(draws.shape)
    order = np.lexsort((shuffled, -draws), axis=1)
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(1, len(estimates) + 1)[None, :], axis=1)
    low, high = np.quantile(ranks, (0.025, 0.975), axis=0, method="inverted_cdf")
    return [Ranks(int(best), int(worst)) for best, worst in zip(low, high, strict=True)]


def can_be_ranked(ranges: Sequence[Ranks]) -> bool:
    """Whether there is an order to show: no range may reach into another."""
    ordered = sorted(ranges, key=lambda each: (each.best, each.worst))
    return len(ordered) > 1 and not any(a.overlaps(b) for a, b in pairwise(ordered))
