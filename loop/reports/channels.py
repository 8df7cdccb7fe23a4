"""Whether customers fare alike wherever they meet us: each quarter, how far the channels lie apart beyond chance."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from feedback.analytics.export import FIGURE_COLUMNS, figure_cells
from feedback.analytics.sums import LEADS, read_sums
from feedback.metrics import CES, CSAT, NPS
from feedback.metrics.figure import FEW_ANSWERS, Figure, Metric
from feedback.metrics.histogram import EMPTY, Histogram
from feedback.metrics.pooling import Estimate
from feedback.models import Standing
from loop.trial.spread import Spread, spread_between
from surveys.models import Touchpoint
from vocplatform.lib.periods import Period, month_of
from vocplatform.lib.stats import normal_quantile

AUDITED = {metric.key: metric for metric in (CSAT, NPS, CES)}
QUARTERS = 4
MONTHS = 3


@dataclass(frozen=True, slots=True)
class ChannelLine:
    key: str
    name: str
    figure: Figure


@dataclass(frozen=True)
class Quarter:
    """`spread` is None where fewer than two channels have 30 answers."""

    period: Period
    lines: Sequence[ChannelLine]
    spread: Spread | None
    is_whole: bool

    def apart(self, metric: Metric) -> Figure:
        """How far the channels lie apart, in the unit of the metric; n is the answers of all of them."""
        if self.spread is None:
            return Figure.cannot_tell(metric.unit)
        n = sum(line.figure.n or 0 for line in self.lines)
        return Figure(self.spread.value, n, self.spread.interval, metric.unit)


def channel_audit(metric: Metric, *, today: date) -> list[Quarter]:
    """This quarter and the three before it, newest first."""
    periods = _quarters(today)
    asked = Q(on__gte=periods[-1].first_on, on__lte=periods[0].last_on, kind=metric.kind, standing=Standing.COUNTED)
    where = dict(Touchpoint.objects.values_list("pk", "channel"))
    found: dict[Period, dict[str, Histogram]] = {period: {} for period in periods}
    for (on, touchpoint), counted in read_sums(asked & LEADS, "on", "touchpoint_key").items():
        channel = where.get(touchpoint)
        if channel is not None:
            mine = next(found[period] for period in periods if on in period)
            mine[channel] = mine.get(channel, EMPTY) + counted.histogram
    return [_quarter(metric, period, found[period], today) for period in periods]


def _quarters(today: date) -> list[Period]:
    first_on = date(today.year, (today.month - 1) // MONTHS * MONTHS + 1, 1)
    periods = []
    for _quarter_back in range(QUARTERS):
        last_on = month_of(date(first_on.year, first_on.month + MONTHS - 1, 1)).last_on
        periods.append(Period(first_on, last_on))
        month = first_on.month - MONTHS
        first_on = date(first_on.year - (month < 1), month + 12 * (month < 1), 1)
    return periods


def _quarter(metric: Metric, period: Period, found: Mapping[str, Histogram], today: date) -> Quarter:
    lines = [ChannelLine(key, str(Touchpoint.Where(key).label), metric.measure(found[key])) for key in sorted(found)]
    known = [
        Estimate(line.figure.value, line.figure.interval.half_width / normal_quantile())
        for line in lines
        if line.figure.is_known and line.figure.interval and line.figure.n >= FEW_ANSWERS
    ]
    lines.sort(key=lambda line: (line.figure.value is None, line.figure.value))
    return Quarter(period, lines, spread_between(known), is_whole=period.last_on < today)


def audit_rows(metric: Metric, quarters: Sequence[Quarter]) -> Iterator[list[object]]:
    """The header, and for each quarter how far the channels lie apart beyond chance, then each of them."""
    yield [*FIGURE_COLUMNS, "is_whole"]
    for quarter in quarters:
        for scope, figure in [("between", quarter.apart(metric)), *((line.key, line.figure) for line in quarter.lines)]:
            yield [*figure_cells(scope, metric.key, figure, quarter.period), "yes" if quarter.is_whole else "no"]
