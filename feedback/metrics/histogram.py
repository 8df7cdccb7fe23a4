from collections.abc import Iterable
from dataclasses import dataclass

from vocplatform.lib.stats import Moments

BINS = 11  # room for 0 to 10, the widest scale there is


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many answers have which value: `bins[7]` is the number of sevens. Histograms add up; means do not."""

    bins: tuple[int, ...] = (0,) * BINS

    @classmethod
    def of(cls, values: Iterable[int]) -> "Histogram":
        bins = [0] * BINS
        for value in values:
            bins[value] += 1
        return cls(tuple(bins))

    def __add__(self, other: "Histogram") -> "Histogram":
        return Histogram(tuple(a + b for a, b in zip(self.bins, other.bins, strict=True)))

    @property
    def n(self) -> int:
        return sum(self.bins)

    def between(self, low: int, high: int) -> int:
        """How many answers lie from low to high, both included."""
        return sum(self.bins[low : high + 1])

    def moments(self, *, low: int, high: int) -> Moments | None:
        return Moments.of({value: self.bins[value] for value in range(low, high + 1)})


EMPTY = Histogram()
