"""Did a share of people change? The difference with its interval, and how likely chance alone makes such a one."""

import math
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from feedback.metrics.change import COMPARED_FROM
from feedback.metrics.figure import MINUS, Unit
from feedback.metrics.multiple import FALSE_DISCOVERIES, adjusted
from vocplatform.lib.stats import Interval, share_difference_interval

EXACT_UP_TO = 2000  # hits; beyond, the normal approximation says the same and is quicker


class Turn(StrEnum):
    MORE = "more"
    LESS = "less"
    UNCLEAR = "unclear"
    CANNOT_TELL = "cannot_tell"

    @property
    def text(self) -> str:
        return _TURNS[self]


_TURNS = {
    Turn.MORE: _("more often"),
    Turn.LESS: _("less often"),
    Turn.UNCLEAR: _("no clear change"),
    Turn.CANNOT_TELL: _("cannot tell"),
}


@dataclass(frozen=True, slots=True)
class Shift:
    """The change of one share in points of percent. `p` is adjusted for all shares that were looked at together."""

    difference: float | None
    interval: Interval | None
    p: float | None
    turn: Turn

    @property
    def text(self) -> str:
        return _points(self.difference)

    @property
    def interval_text(self) -> str:
        if self.interval is None:
            return ""
        return _("%(low)s to %(high)s") % {"low": _points(self.interval.low), "high": _points(self.interval.high)}


def _points(value: float | None) -> str:
    """One decimal: themes are small shares, and a move of half a point is a move."""
    if value is None:
        return "–"
    rounded = round(value, 1) + 0.0
    return f"{MINUS if rounded < 0 else '+' if rounded > 0 else ''}{Unit.SCORE.text(abs(rounded))}"


UNKNOWN = Shift(None, None, None, Turn.CANNOT_TELL)


def shifts(pairs: list[tuple[tuple[int, int], tuple[int, int]] | None]) -> list[Shift]:
    """Judge many shares at once, each given as ((hits, n) now, (hits, n) before); None cannot be judged, and neither
    can a side of fewer than COMPARED_FROM people.

    One is called a change only where Benjamini-Hochberg's procedure over all of them calls it one.
    """
    tests = [share_p(*pair[0], *pair[1]) if pair and _are_enough(*pair) else None for pair in pairs]
    return [
        _shift(pair, p) if pair and p is not None else UNKNOWN for pair, p in zip(pairs, adjusted(tests), strict=True)
    ]


def _are_enough(now: tuple[int, int], before: tuple[int, int]) -> bool:
    return min(now[1], before[1]) >= COMPARED_FROM


def _shift(pair: tuple[tuple[int, int], tuple[int, int]], p: float) -> Shift:
    (hits, n), (hits_before, n_before) = pair
    difference = 100 * (hits / n - hits_before / n_before)
    interval = share_difference_interval(hits, n, hits_before, n_before)
    turn = Turn.UNCLEAR
    if p <= FALSE_DISCOVERIES and difference:
        turn = Turn.MORE if difference > 0 else Turn.LESS
    return Shift(difference, interval and interval.scaled(100), p, turn)


def share_p(hits: int, n: int, other_hits: int, other_n: int) -> float:
    """Return the two-sided p that two shares are the same: Fisher's exact test, for many hits the score test.

    Sources: R. A. Fisher, Journal of the Royal Statistical Society 98, 1935; K. Pearson's chi-squared without
    correction, which is the square of the score statistic.
    """
    together = hits + other_hits
    if together == 0 or together == n + other_n:
        return 1.0
    if min(together, n + other_n - together) > EXACT_UP_TO:
        return _score_p(hits, n, other_hits, other_n)
    return _fisher_p(hits, n, other_hits, other_n)


def _score_p(hits: int, n: int, other_hits: int, other_n: int) -> float:
    share = (hits + other_hits) / (n + other_n)
    spread = math.sqrt(share * (1 - share) * (1 / n + 1 / other_n))
    return math.erfc(abs(hits / n - other_hits / other_n) / spread / math.sqrt(2))


def _fisher_p(hits: int, n: int, other_hits: int, other_n: int) -> float:
    """The chance of every table with these margins that is no likelier than this one."""
    if hits + other_hits > (n + other_n) / 2:  # the same table, told from the other side
        hits, other_hits = n - hits, other_n - other_hits
    together = hits + other_hits

    def log_chance(drawn: int) -> float:
        return _log_choose(n, drawn) + _log_choose(other_n, together - drawn) - _log_choose(n + other_n, together)

    seen = log_chance(hits)
    possible = (log_chance(drawn) for drawn in range(max(0, together - other_n), min(n, together) + 1))
    return min(1.0, math.fsum(math.exp(chance) for chance in possible if chance <= seen + 1e-7))


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
