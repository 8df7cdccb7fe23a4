"""How often a case changes hands before it is over: each time the customer's story has to be understood anew."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from feedback.metrics.figure import Figure, Unit
from feedback.metrics.rates import rate
from loop.models import Case, CaseEvent, Status
from vocplatform.lib.stats import Moments, mean_interval

MOST_WAYS = 8
HAND_OVER = (CaseEvent.Kind.OPENED, CaseEvent.Kind.ASSIGNED, CaseEvent.Kind.CONTACT)


@dataclass(frozen=True, slots=True)
class Way:
    """From one team to another, how often, and how often without a reason."""

    giver: str
    taker: str
    n: int
    unsaid: int


@dataclass(frozen=True, slots=True)
class Move:
    """One hand-off; `teams` is None where the case stayed in its team."""

    case_id: int
    teams: tuple[str, str] | None
    is_unsaid: bool


@dataclass(frozen=True)
class HandOffs:
    """`mean` is per case; `never` is the percentage of cases that stayed where they were first put."""

    mean: Figure
    never: Figure
    unsaid: Figure
    ways: Sequence[Way]


def hand_offs(cases: QuerySet[Case]) -> HandOffs:
    """A hand-off takes a case from one person or team to another. The first assignment and giving it back are none;
    whoever takes it after it was given back gets it from the person who had it.
    """
    kept = cases.exclude(status=Status.DUPLICATE)
    n = kept.count()
    lines = CaseEvent.objects.filter(case__in=kept.order_by().values("pk"), kind__in=HAND_OVER).order_by("pk")
    moves = list(moves_of(lines.values_list("case_id", "changes", "note")))
    by_case = Counter(move.case_id for move in moves)
    return HandOffs(
        mean=_mean(n, by_case.values()),
        never=rate(n - len(by_case), n),
        unsaid=rate(sum(move.is_unsaid for move in moves), len(moves)),
        ways=_ways(move for move in moves if move.teams),
    )


def moves_of(lines: Iterable[tuple[int, Mapping[str, Sequence[str]], str]]) -> Iterator[Move]:
    """Lines of history as case, changes and note, oldest first."""
    held: dict[tuple[int, str], str] = {}
    for case_id, changes, note in lines:
        moved = {}
        for name in ("team", "owner"):
            became = changes.get(name, ("", ""))[1]
            before = held.get((case_id, name), "")
            if became:
                held[case_id, name] = became
            if before and became and before != became:
                moved[name] = (before, became)
        if moved:
            yield Move(case_id, moved.get("team"), is_unsaid=not note.strip())


def _mean(n: int, counts: Iterable[int]) -> Figure:
    histogram = Counter(counts)
    histogram[0] = n - sum(histogram.values())
    moments = Moments.of(histogram)
    if moments is None:
        return Figure.no_answers(Unit.SCORE)
    return Figure.known(moments.mean, n, mean_interval(moments), Unit.SCORE)


def _ways(moves: Iterable[Move]) -> Sequence[Way]:
    told: dict[tuple[str, str], list[Move]] = {}
    for move in moves:
        told.setdefault(move.teams, []).append(move)
    ways = [Way(*pair, len(mine), sum(move.is_unsaid for move in mine)) for pair, mine in told.items()]
    return sorted(ways, key=lambda way: (-way.n, way.giver, way.taker))[:MOST_WAYS]
