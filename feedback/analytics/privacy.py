"""Anonymous surveys show no figure of fewer than five people, nor one from which such a figure follows."""

from collections.abc import Sequence
from dataclasses import dataclass

from feedback.metrics.figure import HIDDEN_BELOW, Figure, Metric
from feedback.metrics.histogram import EMPTY, Histogram


@dataclass(frozen=True, slots=True)
class Counted:
    """A histogram, how many answers stand behind it, and how many of those were given anonymously."""

    histogram: Histogram = EMPTY
    answers: int = 0
    anonymous: int = 0

    def is_too_small(self, metric: Metric) -> bool:
        return is_too_small(metric.measure(self.histogram).n, self.anonymous)

    def measured(self, metric: Metric) -> Figure:
        figure = metric.measure(self.histogram)
        return figure.hidden() if is_too_small(figure.n, self.anonymous) else figure


NOTHING = Counted()


def is_too_small(n: int, anonymous: int) -> bool:
    return 0 < n < HIDDEN_BELOW and anonymous > 0


def hidden_places(sizes: Sequence[tuple[int, int]]) -> set[int]:
    """Which of several parts of one visible sum must stay hidden, given (n, anonymous) of each.

    What is hidden follows by subtraction from the sum. So the next smallest are hidden with it until there are at least
    two parts, and five people in them together.
    """
    hidden = {place for place, size in enumerate(sizes) if is_too_small(*size)}
    others = sorted((n, place) for place, (n, _anonymous) in enumerate(sizes) if n and place not in hidden)
    while hidden and others and (len(hidden) == 1 or sum(sizes[place][0] for place in hidden) < HIDDEN_BELOW):
        hidden.add(others.pop(0)[1])
    return hidden


def measured_parts(metric: Metric, row: Sequence[Counted]) -> list[Figure]:
    figures = [metric.measure(part.histogram) for part in row]
    return hidden_together(figures, [(figure.n, part.anonymous) for figure, part in zip(figures, row, strict=True)])


def hidden_together(figures: Sequence[Figure], *sizes: Sequence[tuple[int, int]]) -> list[Figure]:
    """The figures without those that would give a small part away, by any of several sizes of the same parts."""
    hidden = set().union(*map(hidden_places, sizes))
    return [figure.hidden() if place in hidden else figure for place, figure in enumerate(figures)]
