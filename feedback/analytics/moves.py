"""Where the same people's scores drop on their way through a journey."""

from dataclasses import dataclass

from feedback.analytics.filters import Filters
from feedback.analytics.selection import EXPERIENCE, Versions, select_responses
from feedback.metrics.experience import position
from feedback.metrics.figure import Figure
from feedback.metrics.leads import SCALES
from feedback.metrics.transitions import BANDS, Transition, Visit, transitions
from feedback.models import Answer
from surveys.models import Journey, Touchpoint

MOST_ANSWERS = 50_000
MOST_PAIRS = 12
LEAST_PAIRS = 5


@dataclass(frozen=True, slots=True)
class Move:
    origin: Touchpoint
    goal: Touchpoint
    step: Transition


@dataclass(frozen=True, slots=True)
class Moves:
    """Steps between touchpoints that the same person rated one after the other. `few` were too rare to show."""

    people: int
    steps: int
    moves: tuple[Move, ...]
    few: int
    matrix: tuple[tuple[str, tuple[int, ...]], ...]
    first_drops: tuple[tuple[Touchpoint, Figure], ...]
    was_cut: bool


def read_moves(journey: Journey, filters: Filters) -> Moves:
    """Opening scores of people who answered at two touchpoints or more; anonymous answers belong to nobody."""
    versions = Versions.of(filters)
    filters = filters.narrowed(journey=journey.slug, stage="", touchpoint="")
    rows = select_responses(filters, versions).filter(customer__isnull=False).order_by()
    answers = Answer.objects.filter(
        versions.lead_q(EXPERIENCE), response__in=rows.values("pk"), kind__in=SCALES, number__isnull=False
    )
    ordered = answers.order_by("response__customer_id", "response__submitted_at", "response_id")
    told = ordered.values_list("response__customer_id", "response__touchpoint_id", "kind", "number")
    given = list(told[: MOST_ANSWERS + 1])
    found = transitions(
        Visit(customer, touchpoint, (position(kind, number) + 100) / 2)
        for customer, touchpoint, kind, number in given[:MOST_ANSWERS]
    )
    places = Touchpoint.objects.in_bulk({pk for pair in found.pairs for pk in (pair.origin, pair.goal)})
    often = [pair for pair in found.pairs if pair.n >= LEAST_PAIRS][:MOST_PAIRS]
    return Moves(
        people=found.people,
        steps=found.steps,
        moves=tuple(Move(places[pair.origin], places[pair.goal], pair) for pair in often),
        few=len(found.pairs) - len(often),
        matrix=tuple((row, tuple(found.matrix.get((row, column), 0) for column in BANDS)) for row in BANDS),
        first_drops=tuple((places[pk], figure) for pk, figure in found.first_drops[:3]),
        was_cut=len(given) > MOST_ANSWERS,
    )
