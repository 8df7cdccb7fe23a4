"""When a comparison may be stopped early without fooling oneself. Plain numbers, no database.

Whoever looks five times at 5 % is wrong 14 times in 100. So each look spends a part of the 5 %, almost nothing of it at
first. The limits are found by integrating the path of the score statistic from look to look.
Sources: K. K. G. Lan, D. L. DeMets, Biometrika 70, 1983, for the spending function of O'Brien and Fleming's kind;
P. Armitage, C. K. McPherson, B. C. Rowe, JRSS A 132, 1969, for the integration; C. Jennison, B. W. Turnbull, JRSS B 51,
1989, for intervals that hold at every look.
"""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from statistics import NormalDist

LOOKS = 5
GRID = 160  # even, for Simpson's rule
FARTHEST = 9.0  # standard deviations; beyond, nothing is left in double precision

_normal = NormalDist()


def look_fractions(looks: int = LOOKS) -> tuple[float, ...]:
    return tuple((look + 1) / looks for look in range(looks))


def spent(fraction: float, error_rate: float) -> float:
    """How much of the error rate may be used up when this fraction of the plan is known; each side spends half."""
    return 4 * _upper_tail(_normal.inv_cdf(1 - error_rate / 4) / math.sqrt(fraction))


@lru_cache(maxsize=64)
def limits(fractions: Sequence[float], error_rate: float = 0.05) -> tuple[float, ...]:
    """Return for each look the |z| from which on the comparison is over."""
    found, density = [], None
    before, used = 0.0, 0.0
    for fraction in fractions:
        step = math.sqrt(fraction - before)
        crossing = _crossing(density, step)
        limit = _where_it_falls_to(spent(fraction, error_rate) - used, crossing, math.sqrt(fraction))
        found.append(limit / math.sqrt(fraction))
        density = _stayed_inside(density, step, limit)
        before, used = fraction, spent(fraction, error_rate)
    return tuple(found)


def confidence_at(look: int, *, error_rate: float = 0.05, looks: int = LOOKS) -> float:
    """The confidence of the interval at this look (from 0), so that all looks together are wrong no more often."""
    return 1 - 2 * _upper_tail(limits(look_fractions(looks), error_rate)[look])


Density = list[tuple[float, float]] | None  # (place, weight) on Simpson's grid; None: everything still stands at 0


def _crossing(density: Density, step: float) -> Callable[[float], float]:
    """The probability that the path first leaves [-limit, limit] at this look."""
    start = density if density is not None else [(0.0, 1.0)]
    return lambda limit: math.fsum(
        weight * (_upper_tail((limit - place) / step) + _upper_tail((limit + place) / step)) for place, weight in start
    )


def _where_it_falls_to(wanted: float, falling: Callable[[float], float], scale: float) -> float:
    low, high = 0.0, FARTHEST * scale
    for _step in range(60):
        middle = (low + high) / 2
        if falling(middle) > wanted:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _stayed_inside(density: Density, step: float, limit: float) -> Density:
    start = density if density is not None else [(0.0, 1.0)]
    width = 2 * limit / GRID
    places = [-limit + width * position for position in range(GRID + 1)]
    return [
        (place, _simpson(position) * width / 3 * math.fsum(w * _bell((place - at) / step) / step for at, w in start))
        for position, place in enumerate(places)
    ]


def _simpson(position: int) -> int:
    return 1 if position in (0, GRID) else 4 if position % 2 else 2


def _bell(z: float) -> float:
    return math.exp(-z * z / 2) / math.sqrt(2 * math.pi)


def _upper_tail(z: float) -> float:
    return math.erfc(z / math.sqrt(2)) / 2
