"""What would have happened anyway: unhappy customers answer better next time even when nobody does anything.

Whoever gave an unusually low score drifts back towards his usual one (regression to the mean). So the later scores of
customers who were contacted stand beside those of customers who were not, score by score: the latter are weighted as if
they had started where the contacted ones did. Plain data, no database. docs/closed-loop.md says more.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean, variance

from vocplatform.lib.stats import Interval, Moments, mean_interval, student_t_quantile, wilson_interval

FEWEST_PAIRS = 20
FEWEST_IN_BAND = 8


class Verdict(StrEnum):
    HELPED = "helped"
    HURT = "hurt"
    CANNOT_TELL = "cannot_tell"


class Doubt(StrEnum):
    FEW_CONTACTED = "few_contacted"
    FEW_UNTREATED = "few_untreated"
    NO_CLEAR_DIFFERENCE = "no_clear_difference"


@dataclass(frozen=True)
class Pair:
    """Two answers of one customer to the same kind of question; treated: somebody made contact in between."""

    first: float
    later: float
    treated: bool


@dataclass(frozen=True)
class Group:
    """`recovered` counts the customers who are no longer unhappy; `mean_change` is in points of the scale."""

    n: int
    recovered: int
    mean_change: float | None
    mean_change_interval: Interval | None

    @property
    def share(self) -> float | None:
        return self.recovered / self.n if self.n else None

    @property
    def share_interval(self) -> Interval | None:
        return wilson_interval(self.recovered, self.n)


@dataclass(frozen=True)
class Comparison:
    """`expected_*` is what the contacted would have shown without contact; `uplift` is the share above that."""

    contacted: Group
    untreated: Group
    expected_share: float | None
    uplift: float | None
    uplift_interval: Interval | None
    expected_change: float | None
    change_uplift: float | None
    change_uplift_interval: Interval | None
    doubt: Doubt | None

    @property
    def recovered_share(self) -> float | None:
        """Of the contacted; None without a baseline, since a bare share of the recovered says nothing."""
        return None if self.expected_share is None else self.contacted.share

    @property
    def recovered_interval(self) -> Interval | None:
        return None if self.expected_share is None else self.contacted.share_interval

    @property
    def verdict(self) -> Verdict:
        if self.doubt is not None or self.uplift is None:
            return Verdict.CANNOT_TELL
        return Verdict.HELPED if self.uplift > 0 else Verdict.HURT


@dataclass(frozen=True)
class Band:
    """Pairs that started alike; `weight` is the share of the contacted that belongs here."""

    weight: float
    untreated: tuple[Pair, ...]

    @property
    def changes(self) -> list[float]:
        return [pair.later - pair.first for pair in self.untreated]


def compare(pairs: Iterable[Pair], *, unhappy_at_most: float) -> Comparison:
    """Compare contacted with untreated pairs; all of them must have started at `unhappy_at_most` or lower."""
    pairs = list(pairs)
    contacted = [pair for pair in pairs if pair.treated]
    untreated = [pair for pair in pairs if not pair.treated]
    mine, other = _group(contacted, unhappy_at_most), _group(untreated, unhappy_at_most)
    doubt = _too_few(mine, other)
    if doubt is not None:
        return Comparison(mine, other, None, None, None, None, None, None, doubt)
    bands = _bands(contacted, untreated)
    expected_share, share_interval = _share_uplift(mine, bands, unhappy_at_most)
    expected_change, change_interval = _change_uplift(contacted, bands)
    clear = share_interval.excludes_zero
    return Comparison(
        contacted=mine,
        untreated=other,
        expected_share=expected_share,
        uplift=mine.recovered / mine.n - expected_share,
        uplift_interval=share_interval,
        expected_change=expected_change,
        change_uplift=fmean(pair.later - pair.first for pair in contacted) - expected_change,
        change_uplift_interval=change_interval,
        doubt=None if clear else Doubt.NO_CLEAR_DIFFERENCE,
    )


def _too_few(contacted: Group, untreated: Group) -> Doubt | None:
    if contacted.n < FEWEST_PAIRS:
        return Doubt.FEW_CONTACTED
    return Doubt.FEW_UNTREATED if untreated.n < FEWEST_PAIRS else None


def _group(pairs: Sequence[Pair], unhappy_at_most: float) -> Group:
    changes: dict[float, float] = {}
    for pair in pairs:
        changes[pair.later - pair.first] = changes.get(pair.later - pair.first, 0) + 1
    moments = Moments.of(changes)
    recovered = sum(pair.later > unhappy_at_most for pair in pairs)
    return Group(len(pairs), recovered, moments and moments.mean, moments and mean_interval(moments))


def _bands(contacted: Sequence[Pair], untreated: Sequence[Pair]) -> list[Band]:
    """One band for each first score, joined with its neighbour until FEWEST_IN_BAND untreated pairs stand in it."""
    bands: list[tuple[list[Pair], list[Pair]]] = []
    for score in sorted({pair.first for pair in (*contacted, *untreated)}):
        here = [p for p in contacted if p.first == score], [p for p in untreated if p.first == score]
        if bands and len(bands[-1][1]) < FEWEST_IN_BAND:
            here = bands[-1][0] + here[0], bands.pop()[1] + here[1]
        bands.append(here)
    if len(bands) > 1 and len(bands[-1][1]) < FEWEST_IN_BAND:
        last = bands.pop()
        bands[-1] = bands[-1][0] + last[0], bands[-1][1] + last[1]
    return [Band(len(mine) / len(contacted), tuple(other)) for mine, other in bands]


def _share_uplift(contacted: Group, bands: Sequence[Band], unhappy_at_most: float) -> tuple[float, Interval]:
    """The expected share and the interval of the uplift: Wilson limits joined by square-and-add.

    Source: G. Y. Zou, A. Donner, Statistics in Medicine 27, 2008 (MOVER), for a weighted sum of shares.
    """
    expected, below, above = 0.0, 0.0, 0.0
    for band in bands:
        recovered = sum(pair.later > unhappy_at_most for pair in band.untreated)
        share, limits = _share(recovered, len(band.untreated))
        expected += band.weight * share
        below += (band.weight * (share - limits.low)) ** 2
        above += (band.weight * (limits.high - share)) ** 2
    share, limits = _share(contacted.recovered, contacted.n)
    uplift = share - expected
    low = uplift - math.sqrt((share - limits.low) ** 2 + above)
    high = uplift + math.sqrt((limits.high - share) ** 2 + below)
    return expected, Interval(low, high)


def _share(successes: int, n: int) -> tuple[float, Interval]:
    limits = wilson_interval(successes, n)
    if limits is None:
        raise ValueError("a band without untreated pairs")
    return successes / n, limits


def _change_uplift(contacted: Sequence[Pair], bands: Sequence[Band]) -> tuple[float, Interval | None]:
    """The expected mean change and Welch's interval of the uplift in points; None where no spread was seen."""
    expected = math.fsum(band.weight * fmean(band.changes) for band in bands)
    changes = [pair.later - pair.first for pair in contacted]
    parts = [(variance(changes) / len(changes), len(changes) - 1)]
    parts += [(band.weight**2 * variance(band.changes) / len(band.changes), len(band.changes) - 1) for band in bands]
    total = math.fsum(part for part, _degrees in parts)
    if total <= 0:
        return expected, None
    degrees = total**2 / math.fsum(part**2 / freedom for part, freedom in parts)
    half = student_t_quantile(0.95, degrees) * math.sqrt(total)
    uplift = fmean(changes) - expected
    return expected, Interval(uplift - half, uplift + half)
