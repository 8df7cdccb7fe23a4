"""Did a metric leave its own level? Limits from its own past windows, wider where a window holds few answers.

Every metric here is a mean of one number per answer (NPS of -100, 0 and 100; a share of 0 and 100), so that n, sum and
sum of squares say all that a window has to say. A window of whole weeks holds each weekday equally often.
Source: D. J. Spiegelhalter, Statistics in Medicine 24, 2005: funnel limits with overdispersion from winsorised scores.
"""

import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

from feedback.metrics.multiple import FALSE_DISCOVERIES, adjusted
from vocplatform.lib.stats import Interval, student_t_quantile, student_t_tail

WATCH, ACT = 0.95, 0.99
LEAST_WINDOWS, MOST_WINDOWS = 8, 26
WINSORISED = 0.1
SPREAD_OF_MEDIAN = math.pi / 2  # the variance of a median in units of the mean's


@dataclass(frozen=True, slots=True)
class Window:
    n: int
    total: float
    squares: float

    @property
    def value(self) -> float:
        return self.total / self.n

    @classmethod
    def of(cls, scores: Iterable[tuple[float, int]]) -> "Window":
        """From (score, how many answers have it)."""
        pairs = list(scores)
        n = sum(count for _score, count in pairs)
        total = math.fsum(score * count for score, count in pairs)
        return cls(n, total, math.fsum(score * score * count for score, count in pairs))


@dataclass(frozen=True, slots=True)
class Judged:
    """A window against its own history: what is usual for that many answers, and how surprising it is."""

    value: float
    n: int
    centre: float
    watch: Interval
    act: Interval
    windows: int
    p_value: float

    @property
    def side(self) -> str:
        """low or high where the value lies outside the act limits, else empty."""
        if self.value < self.act.low:
            return "low"
        return "high" if self.value > self.act.high else ""


def judge(history: Sequence[Window], window: Window) -> Judged | None:
    """None while the past is too short, or where nothing ever varied."""
    past = list(history)[-MOST_WINDOWS:]
    if len(past) < LEAST_WINDOWS or not window.n:
        return None
    answers = sum(each.n for each in past)
    mean = math.fsum(each.total for each in past) / answers
    variance = math.fsum(each.squares for each in past) / answers - mean * mean
    if variance <= 1e-9:
        return None
    centre = _weighted_median(past)
    excess = _overdispersion(past, centre, variance)
    spread = math.sqrt(excess * variance * (1 / window.n + SPREAD_OF_MEDIAN / answers))
    degrees = len(past) - 1 if excess > 1 else answers - 1
    return Judged(
        value=window.value,
        n=window.n,
        centre=centre,
        watch=_limits(centre, spread, WATCH, degrees),
        act=_limits(centre, spread, ACT, degrees),
        windows=len(past),
        p_value=student_t_tail((window.value - centre) / spread, degrees),
    )


def _limits(centre: float, spread: float, confidence: float, degrees: int) -> Interval:
    half = student_t_quantile(confidence, degrees) * spread
    return Interval(centre - half, centre + half)


def _weighted_median(windows: Sequence[Window]) -> float:
    """Half of all answers fall into windows with lower values: one broken week does not move it."""
    ordered = sorted(windows, key=lambda each: each.value)
    half, seen = sum(each.n for each in ordered) / 2, 0
    for window in ordered:
        seen += window.n
        if seen >= half:
            return window.value
    return ordered[-1].value


def _overdispersion(windows: Sequence[Window], centre: float, variance: float) -> float:
    """How much more the windows vary than their n explains, at least 1.

    The wildest tenth at each end is drawn in, and the result divided by what that leaves of a normal spread.
    """
    scores = sorted((each.value - centre) * math.sqrt(each.n / variance) for each in windows)
    cut = math.ceil(WINSORISED * len(scores))
    low, high = scores[cut], scores[-cut - 1]
    squares = math.fsum(min(max(score, low), high) ** 2 for score in scores)
    return max(1.0, squares / len(scores) / _left_of_normal_spread(cut, len(scores)))


@lru_cache(maxsize=64)
def _left_of_normal_spread(cut: int, n: int) -> float:
    """The mean square of n standard normal scores with `cut` at each end drawn in to the next (Blom's positions)."""
    normal, tail = NormalDist(), (cut + 0.625) / (n + 0.25)
    border = normal.inv_cdf(1 - tail)
    return (1 - 2 * tail) - 2 * border * normal.pdf(border) + 2 * tail * border * border


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What shuffled history would have done: windows judged, windows outside, alarms rung."""

    windows: int = 0
    outside: int = 0
    alarms: int = 0


def is_alarm(before: str, judged: Judged, adjusted_p: float) -> bool:
    """Outside on the same side twice in a row, and clear among all tests of the run."""
    return bool(judged.side) and judged.side == before and adjusted_p <= FALSE_DISCOVERIES


def rehearse(series: Sequence[Sequence[Window]], *, shuffles: int, seed: int) -> Rehearsal:
    """Judge every series in shuffled order, as the daily run would: whatever it finds there is chance.

    Shuffling keeps each window's answers and takes away the order, and with it every real change of level.
    """
    chance = random.Random(seed)
    windows = outside = alarms = 0
    for _shuffle in range(shuffles):
        shuffled = [chance.sample(list(each), len(each)) for each in series]
        before = [""] * len(shuffled)
        for place in range(LEAST_WINDOWS, max(map(len, shuffled), default=0)):
            run = [judge(each[:place], each[place]) if place < len(each) else None for each in shuffled]
            over_all = adjusted([judged and judged.p_value for judged in run])
            for number, (judged, p) in enumerate(zip(run, over_all, strict=True)):
                if judged is None:
                    continue
                windows += 1
                outside += bool(judged.side)
                alarms += is_alarm(before[number], judged, p)
                before[number] = judged.side
    return Rehearsal(windows, outside, alarms)
