from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Q, QuerySet, Sum

from feedback.analytics.filters import Filters
from feedback.analytics.privacy import Counted
from feedback.metrics.histogram import Histogram
from feedback.models import Rollup, SegmentRollup
from feedback.models.rollup import BIN_FIELDS
from vocplatform.lib.periods import Period

LEADS = Q(is_lead=True)
OPENINGS = Q(is_opening=True)


def rollups(q: Q) -> QuerySet:
    """Roll-ups of everybody, or those of a segment where the condition names one: they have a table of their own."""
    return (SegmentRollup if names_segment(q) else Rollup).objects.filter(q)


def names_segment(q: Q) -> bool:
    named = (part for part in q.children if isinstance(part, tuple))
    parts = (part for part in q.children if isinstance(part, Q))
    return any(name.startswith("segment__") for name, _value in named) or any(map(names_segment, parts))


def read_sums(q: Q, *by: str, guarded: bool = False) -> dict[tuple, Counted]:
    """Add roll-ups up by the named columns, in one query; the key is a tuple of their values.

    `guarded` treats every answer as an anonymous one: for figures that leave the house.
    """
    rows = (
        rollups(q)
        .order_by()
        .values_list(*by)
        .annotate(
            *(Sum(field) for field in BIN_FIELDS),
            n=Sum("answers"),
            anonymous=Sum("answers", default=0, filter=Q() if guarded else Q(is_anonymous=True)),
        )
    )
    width = len(by)
    return {row[:width]: Counted(Histogram(row[width:-2]), *row[-2:]) for row in rows}


class Daily:
    """Histograms per day and kind of question: enough for headline, trend and distribution at once."""

    def __init__(self, sums: Mapping[tuple[date, str], Counted]) -> None:
        self.days: dict[str, dict[date, Counted]] = {}
        for (on, kind), counted in sums.items():
            self.days.setdefault(kind, {})[on] = counted

    @classmethod
    def read(cls, filters: Filters, *periods: Period) -> "Daily":
        """The lead questions of each kind over the periods."""
        q = filters.rollup_q(periods=periods) & LEADS
        return cls(read_sums(q, "on", "kind", guarded=filters.is_guarded))

    def over(self, kind: str, period: Period) -> Counted:
        days = self.days.get(kind, {})
        if period.days > len(days):
            return added(counted for on, counted in days.items() if on in period)
        return added(days[on] for on in period if on in days)


def added(parts: Iterable[Counted]) -> Counted:
    bins, answers, anonymous = [0] * len(BIN_FIELDS), 0, 0
    for part in parts:
        answers, anonymous = answers + part.answers, anonymous + part.anonymous
        for place, count in enumerate(part.histogram.bins):
            bins[place] += count
    return Counted(Histogram(tuple(bins)), answers, anonymous)
