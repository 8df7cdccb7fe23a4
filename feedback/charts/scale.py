from collections.abc import Iterable
from dataclasses import dataclass

STEPS = (0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10, 20, 25, 50, 100)
MOST_LINES = 6
LEAST_SHARE = 0.3  # of the metric's whole range: a smaller window would make noise look like news


@dataclass(frozen=True, slots=True)
class Scale:
    """The window of values that a chart shows, with the values of its grid lines."""

    low: float
    high: float
    ticks: tuple[float, ...]
    top: float
    bottom: float

    def y(self, value: float) -> float:
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.bottom - share * (self.bottom - self.top)


def fitting_scale(values: Iterable[float], whole: tuple[float, float], *, top: float, bottom: float) -> Scale:
    """Show all values on round grid lines, never less than a third of the whole range."""
    seen = list(values)
    low, high = (min(seen), max(seen)) if seen else whole
    least = LEAST_SHARE * (whole[1] - whole[0])
    if high - low < least:
        low = min(max((high + low - least) / 2, whole[0]), whole[1] - least)
        high = low + least
    step = next((step for step in STEPS if (high - low) / step <= MOST_LINES - 1), STEPS[-1])
    first = _floor(low, step, whole[0])
    ticks = [first]
    while ticks[-1] < high - 1e-9:
        ticks.append(round(ticks[-1] + step, 6))
    shown = tuple(tick for tick in ticks if tick <= whole[1])
    return Scale(first, min(ticks[-1], whole[1]), shown, top, bottom)


def _floor(value: float, step: float, origin: float) -> float:
    """Down to a grid line; lines are counted from the lower end of the whole range."""
    return round(origin + (value - origin) // step * step, 6)
