"""Anonymous surveys show no figure of fewer than five people, nor one from which such a figure follows."""

from collections.abc import Sequence
from dataclasses import dataclass

from feedback.metrics.figure import HIDDEN_BELOW, Figure, Metric, State
from feedback.metrics.histogram import EMPTY, Histogram


@dataclass(frozen=True, slots=True)
class Counted:
    """A histogram, how many answers stand behind it, and how many of those were given anonymously."""

    histogram: Histogram = EMPTY
    answers: int = 0
    anonymous: int = 0

    def is_too_small(self, metric: Metric) -> bool:
        return _is_too_small(metric.measure(self.histogram).n, self.anonymous)

    def measured(self, metric: Metric) -> Figure:
        figure = metric.measure(self.histogram)
        return figure.hidden() if _is_too_small(figure.n, self.anonymous) else figure


NOTHING = Counted()


def _is_too_small(n: int, anonymous: int) -> bool:
    return 0 < n < HIDDEN_BELOW and anonymous > 0


def hidden_places(sizes: Sequence[tuple[int, int]]) -> set[int]:
    """Which of several parts of one visible sum must stay hidden, given (n, anonymous) of each.

    A single hidden part would follow by subtraction from the sum, so the next smallest is hidden with it.
    """
    hidden = {place for place, size in enumerate(sizes) if _is_too_small(*size)}
    if len(hidden) == 1:
        others = [place for place, (n, _anonymous) in enumerate(sizes) if n and place not in hidden]
        hidden |= set(sorted(others, key=lambda place: sizes[place][0])[:1])
    return hidden


def measured_parts(metric: Metric, row: Sequence[Counted]) -> list[Figure]:
    figures = [metric.measure(part.histogram) for part in row]
    hidden = hidden_places([(figure.n, part.anonymous) for figure, part in zip(figures, row, strict=True)])
    return [figure.hidden() if place in hidden else figure for place, figure in enumerate(figures)]


def without_single(figures: Sequence[Figure]) -> list[Figure]:
    """Figures of the parts of one visible sum: where only one is hidden, the next smallest is hidden with it."""
    found = list(figures)
    if sum(figure.state is State.HIDDEN for figure in found) == 1:
        others = [place for place, figure in enumerate(found) if figure.n]
        for place in sorted(others, key=lambda place: found[place].n)[:1]:
            found[place] = found[place].hidden()
    return found
