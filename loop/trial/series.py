"""What a change did to a weekly series: against units without it, or against its own course before. Plain numbers.

With units to compare, each week is one number: the changed units' mean less the others'. Collapsing to one series makes
the interval honest where weeks hang together and only few units were changed.
Sources: M. Bertrand, E. Duflo, S. Mullainathan, Quarterly Journal of Economics 119, 2004, for the collapsed series;
A. K. Wagner and others, Journal of Clinical Pharmacy and Therapeutics 27, 2002, for level and slope;
W. K. Newey, K. D. West, Econometrica 55, 1987, for the error of weeks that hang together.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from loop.trial.planning import ERROR_RATE, POWER
from loop.trial.verdict import Verdict, verdict_on
from vocplatform.lib.stats import Interval, student_t_quantile, student_t_tail

CONFIDENCE = 1 - ERROR_RATE
LEAST_BEFORE, LEAST_AFTER = 8, 4  # weeks, with units to compare
LEAST_BEFORE_ALONE, LEAST_AFTER_ALONE = 12, 8  # a slope needs more
PRE_TREND_ERROR_RATE = 0.02  # a wobble that means nothing blocks a verdict once in fifty times
MOST_MEMORY = 0.9


@dataclass(frozen=True, slots=True)
class Weeks:
    """A number per week, counted from the week in which the change went live: before it they are negative."""

    places: Sequence[int]
    values: Sequence[float]

    @property
    def before(self) -> int:
        return sum(place < 0 for place in self.places)

    @property
    def after(self) -> int:
        return len(self.places) - self.before


@dataclass(frozen=True, slots=True)
class Estimate:
    value: float
    interval: Interval
    p: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What the series says. `level` decides; `slope` is per week; a doubt keeps the verdict from being told."""

    verdict: Verdict
    before: int
    after: int
    level: Estimate | None = None
    slope: Estimate | None = None
    pre_trend: Estimate | None = None
    has_pre_trend: bool = False
    is_short: bool = False


def against_others(weeks: Weeks, *, worth_finding: float) -> Reading:
    """Difference in differences over a series of differences. A trend before the change leaves the verdict open."""
    if weeks.before < LEAST_BEFORE or weeks.after < LEAST_AFTER:
        return Reading(Verdict.CANNOT_TELL, weeks.before, weeks.after, is_short=True)
    places, values = _arrays(weeks)
    after = (places >= 0).astype(float)
    (_start, level) = _fitted(np.column_stack([np.ones_like(values), after]), values)
    early = places < 0
    (_start, trend) = _fitted(np.column_stack([np.ones(early.sum()), places[early]]), values[early])
    drifts = trend.p < PRE_TREND_ERROR_RATE
    verdict = Verdict.CANNOT_TELL if drifts else verdict_on(level.interval, is_last=True, worth_finding=worth_finding)
    return Reading(verdict, weeks.before, weeks.after, level=level, pre_trend=trend, has_pre_trend=drifts)


def against_its_past(weeks: Weeks, *, worth_finding: float) -> Reading:
    """Interrupted series: the verdict is about the middle of the weeks after, against the course before carried on."""
    if weeks.before < LEAST_BEFORE_ALONE or weeks.after < LEAST_AFTER_ALONE:
        return Reading(Verdict.CANNOT_TELL, weeks.before, weeks.after, is_short=True)
    places, values = _arrays(weeks)
    after = (places >= 0).astype(float)
    since = after * (places - places[places >= 0].mean())
    columns = np.column_stack([np.ones_like(values), places, after, since])
    _start, _course, level, slope = _fitted(columns, values)
    verdict = verdict_on(level.interval, is_last=True, worth_finding=worth_finding)
    return Reading(verdict, weeks.before, weeks.after, level=level, slope=slope)


def smallest_to_find(values: Sequence[float], *, weeks_after: int, alone: bool) -> float | None:
    """The effect that would be found four times out of five, from how much the weeks before moved; None: too few."""
    before = len(values)
    if before < (LEAST_BEFORE_ALONE if alone else LEAST_BEFORE) or weeks_after < 1:
        return None
    numbers = np.array(values, dtype=float)
    early = np.arange(before, dtype=float)
    columns = np.column_stack([np.ones(before), early]) if alone else np.ones((before, 1))
    residuals = numbers - columns @ np.linalg.lstsq(columns, numbers, rcond=None)[0]
    degrees = before - columns.shape[1]
    variance = float(residuals @ residuals) / degrees
    memory = _memory(residuals, columns.shape[1])
    planned = np.arange(-before, weeks_after, dtype=float)
    after = (planned >= 0).astype(float)
    design = [np.ones_like(planned), after]
    if alone:
        design = [np.ones_like(planned), planned, after, after * (planned - planned[planned >= 0].mean())]
    whole = np.column_stack(design)
    bread = np.linalg.pinv(whole.T @ whole)
    place = 2 if alone else 1
    error = math.sqrt(max(_with_memory(whole, bread, variance, memory)[place, place], 0.0))
    usable = max(degrees * (1 - memory) / (1 + memory), 1.0)
    return error * (student_t_quantile(CONFIDENCE, usable) + student_t_quantile(2 * POWER - 1, usable))


def _arrays(weeks: Weeks) -> tuple[np.ndarray, np.ndarray]:
    return np.array(weeks.places, dtype=float), np.array(weeks.values, dtype=float)


def _fitted(columns: np.ndarray, values: np.ndarray) -> list[Estimate]:
    """Least squares; of Newey and West's error and the one that follows from the memory of the weeks, the wider.

    Few weeks make either alone too narrow. Degrees of freedom are those of as many independent weeks.
    """
    n, k = columns.shape
    bread = np.linalg.pinv(columns.T @ columns)
    slopes = bread @ columns.T @ values
    residuals = values - columns @ slopes
    variance = float(residuals @ residuals) / (n - k)
    memory = _memory(residuals, k)
    robust = np.diag(_newey_west(columns, bread, residuals)) * n / (n - k)
    remembered = np.diag(_with_memory(columns, bread, variance, memory))
    errors = np.sqrt(np.maximum(np.maximum(robust, remembered), 0.0))
    degrees = max((n * (1 - memory) / (1 + memory)) - k, 1.0)
    return [_estimate(float(value), float(error), degrees) for value, error in zip(slopes, errors, strict=True)]


def _estimate(value: float, error: float, degrees: float) -> Estimate:
    if error <= 0:
        return Estimate(value, Interval(value, value), 0.0 if value else 1.0)
    half = student_t_quantile(CONFIDENCE, round(degrees, 1)) * error
    return Estimate(value, Interval(value - half, value + half), student_t_tail(value / error, degrees))


def _memory(residuals: np.ndarray, k: int) -> float:
    """How much of a week is left in the next, corrected for the few weeks it is seen in; never below 0.

    Half a standard error is added, since too much memory only widens the interval and too little makes it untrue.
    Source: F. H. C. Marriott, J. A. Pope, Biometrika 41, 1954, for the correction, with one more term for each column.
    """
    n, squares = len(residuals), float(residuals @ residuals)
    if squares <= 0:
        return 0.0
    seen = float(residuals[1:] @ residuals[:-1]) / squares
    return min(max(seen + (k + (k + 2) * seen) / n + 0.5 / math.sqrt(n), 0.0), MOST_MEMORY)


def _newey_west(columns: np.ndarray, bread: np.ndarray, residuals: np.ndarray) -> np.ndarray:
    """Bartlett weights; lags by the rule of J. H. Stock, M. W. Watson: 0.75 times the cube root of the weeks."""
    n = len(residuals)
    scores = columns * residuals[:, None]
    meat = scores.T @ scores
    lags = max(math.ceil(0.75 * n ** (1 / 3)), 1)
    for lag in range(1, lags + 1):
        crossed = scores[lag:].T @ scores[:-lag]
        meat += (1 - lag / (lags + 1)) * (crossed + crossed.T)
    return bread @ meat @ bread


def _with_memory(columns: np.ndarray, bread: np.ndarray, variance: float, memory: float) -> np.ndarray:
    """The sandwich when each week keeps the share `memory` of the one before."""
    steps = np.abs(np.subtract.outer(np.arange(len(columns)), np.arange(len(columns))))
    return variance * (bread @ columns.T @ (memory**steps) @ columns @ bread)
