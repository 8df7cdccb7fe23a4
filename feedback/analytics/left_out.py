from dataclasses import dataclass

from django.db.models import Q, Sum

from feedback.analytics.filters import Filters
from feedback.analytics.sums import rollups
from feedback.models import Rollup, Standing


@dataclass(frozen=True, slots=True)
class LeftOut:
    standing: Standing
    count: int
    rows: str


def responses_by_standing(filters: Filters) -> dict[str, int]:
    q = filters.rollup_q(standing=False) & Q(kind=Rollup.RESPONSES)
    rows = rollups(q).order_by().values_list("standing").annotate(n=Sum("answers"))
    return dict(rows)


def left_out(counts: dict[str, int], filters: Filters) -> list[LeftOut]:
    """What the headline leaves out, and why, with the rows."""
    return [
        LeftOut(standing, counts[standing], filters.narrowed(standing=standing.value).query())
        for standing in Standing
        if standing != filters.standing and standing is not Standing.COUNTED and counts.get(standing)
    ]
