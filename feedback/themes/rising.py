"""Which phrases rise, and which of them are one matter. Counts are of responses: a long comment is still one voice."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from feedback.metrics.multiple import FALSE_DISCOVERIES, adjusted

PRIOR_COMMENTS = 100  # what all comments together say is believed as if so many had said it
LEAST_COMMENTS = 5
LEAST_RATIO = 1.5  # a rise too small to act on is no news, however clear
TOGETHER = 0.6  # share of the rarer phrase's comments that also hold the other


@dataclass(frozen=True, slots=True)
class Rise:
    """How often one phrase was said now and before; `z` is the change of its log-odds in standard errors."""

    phrase: str
    now: int
    before: int
    z: float
    p: float


def log_odds_z(now: int, n_now: int, before: int, n_before: int) -> float:
    """Return the log-odds ratio with an informative Dirichlet prior, divided by its standard error.

    Source: B. Monroe, M. Colaresi, K. Quinn, "Fightin' Words", Political Analysis 16, 2008, equations 16 to 22; here
    for comments with and without the phrase, with the two periods together as the prior.
    """
    share = (now + before) / (n_now + n_before)
    said, unsaid = PRIOR_COMMENTS * share, PRIOR_COMMENTS * (1 - share)
    here = now + said, n_now - now + unsaid
    there = before + said, n_before - before + unsaid
    difference = math.log(here[0] / here[1]) - math.log(there[0] / there[1])
    return difference / math.sqrt(sum(1 / count for count in (*here, *there)))


def rising(now: Mapping[str, int], n_now: int, before: Mapping[str, int], n_before: int) -> list[Rise]:
    """Phrases said clearly more often than before, the clearest first; at most a twentieth of them by chance."""
    asked = [phrase for phrase, count in now.items() if count >= LEAST_COMMENTS]
    scores = [log_odds_z(now[phrase], n_now, before.get(phrase, 0), n_before) for phrase in asked]
    chances = adjusted([math.erfc(z / math.sqrt(2)) / 2 for z in scores])
    found = [
        Rise(phrase, now[phrase], before.get(phrase, 0), z, p)
        for phrase, z, p in zip(asked, scores, chances, strict=True)
        if p <= FALSE_DISCOVERIES and now[phrase] * n_before >= LEAST_RATIO * before.get(phrase, 0) * n_now
    ]
    return sorted(found, key=lambda rise: (-rise.z, rise.phrase))


def clusters(rises: Sequence[Rise], said_in: Mapping[str, set[int]]) -> list[list[Rise]]:
    """Phrases that stand in the same comments are one matter. The first of each names it.

    It is the longest of those nearly as clear as the clearest: "parcel locker" rather than "locker".
    """
    groups: list[list[Rise]] = []
    for rise in rises:
        mine = [group for group in groups if any(_together(said_in, rise, other) for other in group)]
        joined = [rise, *(other for group in mine for other in group)]
        groups = [group for group in groups if group not in mine] + [joined]
    return sorted((_named(group) for group in groups), key=lambda group: -max(rise.z for rise in group))


def _together(said_in: Mapping[str, set[int]], one: Rise, other: Rise) -> bool:
    here, there = said_in[one.phrase], said_in[other.phrase]
    return len(here & there) >= TOGETHER * min(len(here), len(there))


def _named(group: list[Rise]) -> list[Rise]:
    best = max(rise.z for rise in group)
    clear = [rise for rise in group if rise.z >= 0.8 * best]
    name = max(clear, key=lambda rise: (len(rise.phrase.split()), rise.z))
    rest = sorted((rise for rise in group if rise is not name), key=lambda rise: -rise.z)
    return [name, *rest]
