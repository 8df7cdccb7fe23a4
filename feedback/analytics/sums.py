from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Q, Sum

from feedback.analytics.filters import Filters
from feedback.analytics.privacy import Counted
from feedback.metrics.histogram import Histogram
from feedback.models import Rollup
from feedback.models.rollup import BIN_FIELDS
from vocplatform.lib.periods import Period

LEADS = Q(is_lead=True)
OPENINGS = Q(is_opening=True)


def read_sums(q: Q, *by: str) -> dict[tuple, Counted]:
    """Add roll-ups up by the named columns, in one query; the key is a tuple of their values."""
    rows = (
        Rollup.objects.filter(q)
        .order_by()
        .values_list(*by)
        .annotate(
            *(Sum(field) for field in BIN_FIELDS),
            n=Sum("answers"),
            anonymous=Sum("answers", default=0, filter=Q(is_anonymous=True)),
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
        return cls(read_sums(filters.rollup_q(periods=periods) & LEADS, "on", "kind"))

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
