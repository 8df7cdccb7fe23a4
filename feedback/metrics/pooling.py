"""Fair leaderboards: small groups are drawn towards the mean, and a rank is a range."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from vocplatform.lib.stats import CONFIDENCE, Interval, chi_squared_quantile

DRAWS = 4000
GRID = 120
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
    return _variance_at(estimates, len(estimates) - 1) if len(estimates) > 1 else 0.0


def deviation_interval(estimates: Sequence[Estimate]) -> Interval | None:
    """Return the 95 % interval of how much groups differ beyond chance, as a standard deviation: the Q-profile.

    None for fewer than two groups, and where they are more alike than chance allows. Source: W. Viechtbauer,
    Statistics in Medicine 26, 2007.
    """
    degrees = len(estimates) - 1
    if degrees < 1 or _deviations(estimates, 0.0) < chi_squared_quantile((1 - CONFIDENCE) / 2, degrees):
        return None
    ends = ((1 + CONFIDENCE) / 2, (1 - CONFIDENCE) / 2)
    return Interval(*(math.sqrt(_variance_at(estimates, chi_squared_quantile(end, degrees))) for end in ends))


def _variance_at(estimates: Sequence[Estimate], expected: float) -> float:
    """The variance between groups at which the weighted squared deviations add up to what is expected; at least 0."""
    if _deviations(estimates, 0.0) <= expected:
        return 0.0
    low, high = 0.0, max((each.value for each in estimates), key=abs) ** 2 + 1.0
    while _deviations(estimates, high) > expected:
        high *= 2
    for _step in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if _deviations(estimates, middle) > expected else (low, middle)
    return (low + high) / 2


def _deviations(estimates: Sequence[Estimate], between: float) -> float:
    mean = _mean(estimates, between)
    return math.fsum(((each.value - mean) ** 2) / (each.standard_error**2 + between) for each in estimates)


def _mean(estimates: Sequence[Estimate], between: float) -> float:
    weights = [1 / (each.standard_error**2 + between) for each in estimates]
    return math.fsum(w * each.value for w, each in zip(weights, estimates, strict=True)) / math.fsum(weights)


@dataclass(frozen=True, slots=True)
class _Believed:
    """How likely each deviation between groups is, and what follows for every group (deviations x groups)."""

    weights: np.ndarray
    centres: np.ndarray
    variances: np.ndarray


def _believed(estimates: Sequence[Estimate]) -> _Believed:
    """Weigh every deviation between groups by how well it explains them, rather than trust one estimate of it.

    One estimate is 0 too often when groups are few, and then calls all of them equal. Source: D. B. Rubin, Journal of
    Educational Statistics 6, 1981; A. Gelman et al., Bayesian Data Analysis, 2013, section 5.4: flat in the deviation.
    """
    values = np.array([each.value for each in estimates])
    own = np.array([each.standard_error for each in estimates]) ** 2
    widest = 3 * (values.std() + math.sqrt(own.max())) + math.sqrt(variance_between(estimates))
    between = np.linspace(0, widest, GRID)[:, None] ** 2
    precision = 1 / (own + between)
    of_mean = 1 / precision.sum(axis=1, keepdims=True)
    mean = (precision * values).sum(axis=1, keepdims=True) * of_mean
    logs = 0.5 * (np.log(of_mean) + np.log(precision).sum(axis=1, keepdims=True))
    logs -= 0.5 * (precision * (values - mean) ** 2).sum(axis=1, keepdims=True)
    weights = np.exp(logs - logs.max()).ravel()
    drawn = own * precision
    return _Believed(
        weights=weights / weights.sum(),
        centres=drawn * mean + (1 - drawn) * values,
        variances=(1 - drawn) * own + drawn**2 * of_mean,
    )


def pooled(estimates: Sequence[Estimate]) -> list[Estimate]:
    """Return each group drawn towards the mean of all: the less is known of it, the further."""
    if len(estimates) < 2:
        return list(estimates)
    believed = _believed(estimates)
    centres = believed.weights @ believed.centres
    variances = believed.weights @ (believed.variances + (believed.centres - centres) ** 2)
    return [Estimate(float(c), math.sqrt(v)) for c, v in zip(centres, variances, strict=True)]


def rank_ranges(estimates: Sequence[Estimate], *, seed: int = SEED) -> list[Ranks]:
    """Return each group's range of ranks, from draws of all groups at once.

    Source: H. Goldstein, D. J. Spiegelhalter, Journal of the Royal Statistical Society A 159, 1996.
    """
    if len(estimates) < 2:
        return [Ranks(1, 1) for _each in estimates]
    believed, chance = _believed(estimates), np.random.default_rng(seed)
    which = chance.choice(GRID, size=DRAWS, p=believed.weights)
    # What all groups share moves no rank, so the groups may be drawn one by one.
    draws = chance.normal(believed.centres[which], np.sqrt(believed.variances[which]))
    order = (-draws).argsort(axis=1)
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(1, len(estimates) + 1)[None, :], axis=1)
    low, high = np.quantile(ranks, (0.025, 0.975), axis=0, method="inverted_cdf")
    return [Ranks(int(best), int(worst)) for best, worst in zip(low, high, strict=True)]


def can_be_ranked(ranges: Sequence[Ranks]) -> bool:
    """Whether there is an order to show: no range may reach into another."""
    ordered = sorted(ranges, key=lambda each: (each.best, each.worst))
    return len(ordered) > 1 and not any(a.overlaps(b) for a, b in pairwise(ordered))
