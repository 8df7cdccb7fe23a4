"""The same person at one touchpoint after the other: where do scores drop, and where did they drop first?"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby, pairwise

from feedback.metrics.figure import Figure, Unit
from feedback.metrics.rates import rate
from vocplatform.lib.stats import Moments, mean_interval

DROP = 30.0  # of 100, on each answer's own scale
LOW_BELOW, HIGH_FROM = 40.0, 75.0
BANDS = ("low", "middle", "high")


@dataclass(frozen=True, slots=True)
class Visit:
    """One answer: `place` is where it stands on its own scale, from 0 (worst) to 100."""

    customer: int
    touchpoint: int
    place: float

    @property
    def band(self) -> str:
        if self.place < LOW_BELOW:
            return "low"
        return "high" if self.place >= HIGH_FROM else "middle"


@dataclass(frozen=True, slots=True)
class Transition:
    """From one touchpoint to the next that the same person rated."""

    origin: int
    goal: int
    n: int
    drops: Figure
    change: Figure


@dataclass(frozen=True, slots=True)
class Transitions:
    people: int
    pairs: tuple[Transition, ...]
    matrix: dict[tuple[str, str], int]
    first_drops: tuple[tuple[int, Figure], ...]

    @property
    def steps(self) -> int:
        return sum(pair.n for pair in self.pairs)


def transitions(visits: Iterable[Visit]) -> Transitions:
    """`visits` come sorted by customer and time. Steps within one touchpoint are not counted: nobody moved on."""
    changes: dict[tuple[int, int], list[float]] = {}
    matrix: Counter[tuple[str, str]] = Counter()
    firsts: Counter[int] = Counter()
    people = 0
    for _customer, mine in groupby(visits, key=lambda visit: visit.customer):
        steps = [(a, b) for a, b in pairwise(mine) if a.touchpoint != b.touchpoint]
        people += bool(steps)
        for a, b in steps:
            changes.setdefault((a.touchpoint, b.touchpoint), []).append(b.place - a.place)
            matrix[a.band, b.band] += 1
        first = next((b.touchpoint for a, b in steps if a.place - b.place >= DROP), None)
        if first is not None:
            firsts[first] += 1
    pairs = [_transition(origin, goal, moved) for (origin, goal), moved in changes.items()]
    pairs.sort(key=lambda pair: (-pair.n, pair.origin, pair.goal))
    dropped = sum(firsts.values())
    return Transitions(
        people=people,
        pairs=tuple(pairs),
        matrix=dict(matrix),
        first_drops=tuple((place, rate(count, dropped)) for place, count in firsts.most_common()),
    )


def _transition(origin: int, goal: int, moved: list[float]) -> Transition:
    n = len(moved)
    mean = sum(moved) / n
    variance = sum((each - mean) ** 2 for each in moved) / (n - 1) if n > 1 else 0.0
    interval = mean_interval(Moments(n, mean, variance))
    return Transition(
        origin,
        goal,
        n,
        drops=rate(sum(1 for each in moved if each <= -DROP), n),
        change=Figure.known(mean, n, interval and interval.within(-100, 100), Unit.POINTS),
    )
