"""How many are still there after so many days, when some have not been watched that long. Plain numbers, no database.

Source: E. L. Kaplan, P. Meier, JASA 53, 1958; interval by Greenwood's variance of log(-log S), J. D. Kalbfleisch,
R. L. Prentice, The Statistical Analysis of Failure Time Data, 1980.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vocplatform.lib.stats import Interval, normal_quantile


@dataclass(frozen=True, slots=True)
class Watched:
    """`days` until somebody left or, where nobody can say more, until the watching ends."""

    days: float
    left: bool


@dataclass(frozen=True, slots=True)
class Remaining:
    """`share` (0 to 1) still there at the end of `day`; `watched` is how many were watched so far."""

    day: float
    share: float
    interval: Interval | None
    watched: int


def remaining(people: Iterable[Watched], days: Sequence[float]) -> list[Remaining | None]:
    """Return the share that is left after each of the (rising) days, None where nobody was watched so long."""
    people = sorted(people, key=lambda each: each.days)
    found: list[Remaining | None] = []
    share, variance, place = 1.0, 0.0, 0
    for day in days:
        while place < len(people) and people[place].days <= day:
            moment = people[place].days
            at_risk, gone = len(people) - place, 0
            while place < len(people) and people[place].days == moment:
                gone += people[place].left
                place += 1
            if gone:
                share *= 1 - gone / at_risk
                variance += gone / (at_risk * (at_risk - gone)) if at_risk > gone else 0.0
        watched = sum(1 for each in people if each.days >= day or each.left)
        seen_so_long = any(each.days >= day for each in people)
        found.append(Remaining(day, share, _interval(share, variance), watched) if seen_so_long or share == 0 else None)
    return found


def _interval(share: float, variance: float) -> Interval | None:
    """None at the ends: where nobody or everybody has left the variance says nothing."""
    if not 0 < share < 1 or variance <= 0:
        return None
    half = normal_quantile() * math.sqrt(variance) / abs(math.log(share))
    return Interval(share ** math.exp(half), share ** math.exp(-half))
