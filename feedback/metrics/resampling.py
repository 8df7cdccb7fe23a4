"""Intervals for what has no formula: means of skewed amounts, ratios of such means, and medians."""

import math
from collections.abc import Callable, Sequence
from statistics import NormalDist

import numpy as np

from vocplatform.lib.stats import CONFIDENCE, Interval, normal_quantile

DRAWS = 2000
MOST_UNITS = 1000  # more units than this are first added up in blocks, which are drawn instead
SEED = 20_250_131  # the same rows give the same interval, on every page and every day
EXACT_UP_TO = 400

Statistic = Callable[[np.ndarray], np.ndarray]


def bootstrap_interval(
    rows: Sequence[Sequence[float]], statistic: Statistic, *, confidence: float = CONFIDENCE
) -> Interval | None:
    """Return the bias-corrected and accelerated interval of a statistic of column means; None without spread.

    `rows` are units (customers, contacts) with one or more columns; `statistic` takes means of shape (draws, columns).
    Source: B. Efron, Journal of the American Statistical Association 82, 1987.
    """
    units = _in_blocks(np.asarray(rows, dtype=float))
    n = len(units)
    if n < 2:
        return None
    chosen = np.random.default_rng(SEED).multinomial(n, np.full(n, 1 / n), size=DRAWS)
    drawn = statistic(chosen @ units / n)
    seen = float(statistic(units.mean(axis=0)[None, :])[0])
    left_out = statistic((units.sum(axis=0)[None, :] - units) / (n - 1))
    drawn = drawn[np.isfinite(drawn)]
    if len(drawn) < DRAWS / 2 or not np.ptp(drawn) or not np.isfinite(left_out).all():
        return None
    ends = [_corrected(end, drawn, seen, left_out) for end in ((1 - confidence) / 2, (1 + confidence) / 2)]
    low, high = np.quantile(drawn, ends)
    return Interval(min(float(low), seen), max(float(high), seen))


def _in_blocks(units: np.ndarray) -> np.ndarray:
    if len(units) <= MOST_UNITS:
        return units
    shuffled = np.random.default_rng(SEED).permutation(units)
    size = len(units) // MOST_UNITS
    return shuffled[: size * MOST_UNITS].reshape(MOST_UNITS, size, -1).mean(axis=1)


def _corrected(end: float, drawn: np.ndarray, seen: float, left_out: np.ndarray) -> float:
    normal = NormalDist()
    below = ((drawn < seen).mean() + (drawn <= seen).mean()) / 2
    bias = normal.inv_cdf(min(max(float(below), 1e-6), 1 - 1e-6))
    deviations = left_out.mean() - left_out
    spread = float((deviations**2).sum()) ** 1.5
    acceleration = float((deviations**3).sum()) / (6 * spread) if spread else 0.0
    z = bias + normal.inv_cdf(end)
    return normal.cdf(bias + z / (1 - acceleration * z))


def quantile(ordered: Sequence[float], share: float) -> float:
    """The smallest value that `share` of all values do not exceed; of an even number, the median lies between two."""
    place = share * len(ordered)
    if place == int(place) and 0 < place < len(ordered):
        return (ordered[int(place) - 1] + ordered[int(place)]) / 2
    return ordered[min(math.ceil(place), len(ordered)) - 1]


def quantile_interval(ordered: Sequence[float], share: float, *, confidence: float = CONFIDENCE) -> Interval | None:
    """Return two of the ordered values that hold the quantile with at least this confidence, whatever the distribution.

    Source: W. J. Conover, Practical Nonparametric Statistics, 1999, section 3.2. None where there are too few values.
    """
    n, tail = len(ordered), (1 - confidence) / 2
    if n > EXACT_UP_TO:
        half = normal_quantile(confidence) * math.sqrt(n * share * (1 - share))
        low, high = math.floor(n * share - half), math.ceil(n * share + half) + 1
    else:
        cumulative = _binomial(n, share)
        low = max((place + 1 for place, total in enumerate(cumulative) if total <= tail), default=0)
        high = next((place + 1 for place, total in enumerate(cumulative) if total >= 1 - tail), n + 1)
    if low < 1 or high > n:
        return None
    return Interval(ordered[low - 1], ordered[high - 1])


def _binomial(n: int, share: float) -> list[float]:
    """P(X <= k) for k = 0 ... n-1."""
    total, found = 0.0, []
    for k in range(n):
        log = math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
        total += math.exp(log + k * math.log(share) + (n - k) * math.log1p(-share))
        found.append(total)
    return found


def poisson_interval(events: int, exposure: float, *, confidence: float = CONFIDENCE) -> Interval | None:
    """Return the exact interval of a rate (events per unit of exposure), or None without exposure.

    Source: F. Garwood, Biometrika 28, 1936; the ends are found by bisection on the distribution function.
    """
    if exposure <= 0:
        return None
    tail = (1 - confidence) / 2
    low = _mean_where(lambda mean: 1 - _poisson(events - 1, mean) >= tail, events) if events else 0.0
    high = _mean_where(lambda mean: _poisson(events, mean) <= tail, events)
    return Interval(low / exposure, high / exposure)


def _poisson(events: int, mean: float) -> float:
    """P(X <= events)."""
    if events < 0:
        return 0.0
    logs = [k * math.log(mean) - mean - math.lgamma(k + 1) for k in range(events + 1)]
    return math.fsum(map(math.exp, logs))


def _mean_where(reached: Callable[[float], bool], events: int) -> float:
    """The smallest mean from which on the condition holds."""
    low, high = 1e-9, events + 10 * math.sqrt(events + 1) + 10
    for _step in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return high
