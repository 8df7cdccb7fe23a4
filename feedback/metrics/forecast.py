"""How good a forecast is: does it order people, is it right on average, does it beat saying the same of everybody?"""

from dataclasses import dataclass

import numpy as np

from vocplatform.lib.stats import Interval, Moments, mean_interval, normal_quantile, wilson_interval

GROUPS = 10
LEAST_IN_GROUP = 20


@dataclass(frozen=True, slots=True)
class Estimate:
    value: float
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class CalibrationGroup:
    """People with about the same forecast: what was said of them, and what became of them."""

    n: int
    said: float
    happened: int
    share: float
    interval: Interval

    @property
    def holds(self) -> bool:
        return self.said in self.interval


@dataclass(frozen=True, slots=True)
class Assessment:
    """`gain` is how much smaller the squared error is than that of the base rate; above 0 is better."""

    n: int
    happened: int
    auc: Estimate
    brier: float
    base_brier: float
    gain: Estimate
    calibration: tuple[CalibrationGroup, ...]

    @property
    def beats_base_rate(self) -> bool:
        """Only where the whole interval of the gain lies above 0, and order is better than chance."""
        gain, auc = self.gain.interval, self.auc.interval
        is_ordered = auc.low > 0.5 if auc else self.auc.value == 1  # a perfect order shows no spread
        return bool(gain and gain.low > 0 and is_ordered)


def assess(chances: np.ndarray, base: np.ndarray, happened: np.ndarray) -> Assessment:
    """Judge forecasts made for people whom the model had not seen.

    Source of the squared error: G. W. Brier, Monthly Weather Review 78, 1950.
    """
    squared, base_squared = (chances - happened) ** 2, (base - happened) ** 2
    better = base_squared - squared
    moments = Moments(len(better), float(better.mean()), float(better.var(ddof=1)))
    return Assessment(
        n=len(happened),
        happened=int(happened.sum()),
        auc=area_under_curve(chances, happened),
        brier=float(squared.mean()),
        base_brier=float(base_squared.mean()),
        gain=Estimate(moments.mean, mean_interval(moments)),
        calibration=calibration(chances, happened),
    )


def area_under_curve(chances: np.ndarray, happened: np.ndarray) -> Estimate:
    """The chance that of two people the one to whom it happened was given the higher forecast; ties count half.

    Interval: E. R. DeLong, D. M. DeLong, D. L. Clarke-Pearson, Biometrics 44, 1988, by ranks as in X. Sun, W. Xu,
    IEEE Signal Processing Letters 21, 2014.
    """
    yes, no = chances[happened == 1], chances[happened == 0]
    m, n = len(yes), len(no)
    if not m or not n:
        return Estimate(0.5, None)
    together = mid_ranks(np.concatenate([yes, no]))
    above_no = (together[:m] - mid_ranks(yes)) / n
    below_yes = 1 - (together[m:] - mid_ranks(no)) / m
    area = float(above_no.mean())
    if m < 2 or n < 2:
        return Estimate(area, None)
    half = normal_quantile() * float(np.sqrt(above_no.var(ddof=1) / m + below_yes.var(ddof=1) / n))
    return Estimate(area, Interval(area - half, area + half).within(0.0, 1.0) if half else None)


def mid_ranks(values: np.ndarray) -> np.ndarray:
    """Ranks from 1; equal values share the mean of theirs."""
    _unique, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = counts.cumsum()
    return (ends - (counts - 1) / 2)[places]


def calibration(chances: np.ndarray, happened: np.ndarray) -> tuple[CalibrationGroup, ...]:
    """Equal groups by forecast, from the lowest to the highest, each with Wilson's interval of what happened."""
    order = np.argsort(chances, kind="stable")
    groups = min(GROUPS, max(1, len(order) // LEAST_IN_GROUP))
    return tuple(_group(chances[part], happened[part]) for part in np.array_split(order, groups) if len(part))


def _group(chances: np.ndarray, happened: np.ndarray) -> CalibrationGroup:
    n, hits = len(chances), int(happened.sum())
    return CalibrationGroup(n, float(chances.mean()), hits, hits / n, wilson_interval(hits, n))


def hits_at_the_top(chances: np.ndarray, happened: np.ndarray, k: int) -> tuple[int, int]:
    """Of the k highest forecasts, how many came true; fewer than k people are all of them."""
    top = np.argsort(-chances, kind="stable")[:k]
    return int(happened[top].sum()), len(top)
