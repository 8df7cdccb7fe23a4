"""Where the same people's scores drop on their way through a journey."""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from feedback.analytics.filters import Filters
from feedback.analytics.selection import EXPERIENCE, Versions, select_responses
from feedback.metrics.experience import position
from feedback.metrics.figure import Figure
from feedback.metrics.leads import SCALES
from feedback.metrics.transitions import BANDS, DROP, Transition, Visit, transitions
from feedback.models import Answer, Standing
from feedback.models.standing import standing_is
from surveys.models import Customer, Journey, Touchpoint

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


@dataclass(frozen=True, slots=True)
class FirstDrop:
    """Where one customer's scores dropped for the first time, from and to a place of 100."""

    touchpoint: Touchpoint
    at: datetime
    before: float
    after: float


def first_drop_of(customer: Customer) -> FirstDrop | None:
    """Between two touchpoints that the customer scored one after the other; opening scores only, one query."""
    rows = Answer.objects.filter(
        standing_is(Standing.COUNTED, on="response__"),
        response__customer=customer,
        response__touchpoint__isnull=False,
        kind__in=SCALES,
        number__isnull=False,
    ).select_related("response__touchpoint")
    opening = {row.response_id: row for row in rows.order_by("-pk")}  # the first answer of each response comes last
    visits = sorted(opening.values(), key=lambda row: (row.response.submitted_at, row.response_id))
    for earlier, later in pairwise(visits):
        before, after = ((position(row.kind, row.number) + 100) / 2 for row in (earlier, later))
        if earlier.response.touchpoint_id != later.response.touchpoint_id and before - after >= DROP:
            return FirstDrop(later.response.touchpoint, later.response.submitted_at, before, after)
    return None


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
