from dataclasses import dataclass

from django.db.models import Q, Sum

from feedback.analytics.filters import ANY_CONFLICT, Filters
from feedback.analytics.sums import rollups
from feedback.metrics.figure import HIDDEN_BELOW
from feedback.models import Conflict, Rollup


@dataclass(frozen=True, slots=True)
class Conflicts:
    """How many comments contradict the score beside them, with the responses they stand in. No figure rests on this."""

    worse: int
    better: int
    rows: str
    worse_rows: str
    better_rows: str

    @property
    def n(self) -> int:
        return self.worse + self.better


def conflicts(filters: Filters) -> Conflicts:
    """So few anonymous ones that they would point at people are not counted, as they are not listed."""
    worse = better = 0
    rows = rollups(filters.rollup_q() & Q(kind=Rollup.CONFLICTS)).order_by()
    counted = rows.values_list("is_anonymous").annotate(worse=Sum("bin_0"), better=Sum("bin_1"))
    for is_anonymous, n_worse, n_better in counted:
        if is_anonymous and n_worse + n_better < HIDDEN_BELOW:
            continue
        worse, better = worse + n_worse, better + n_better
    return Conflicts(
        worse,
        better,
        filters.narrowed(conflict=ANY_CONFLICT).query(),
        filters.narrowed(conflict=Conflict.COMMENT_IS_WORSE.value).query(),
        filters.narrowed(conflict=Conflict.COMMENT_IS_BETTER.value).query(),
    )
