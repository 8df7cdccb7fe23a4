"""Everything one dashboard shows, read in a number of queries that does not depend on how much there is."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from feedback.analytics.accuracy import machine_accuracy
from feedback.analytics.by_touchpoint import ByTouchpoint, by_touchpoint
from feedback.analytics.conflicts import Conflicts, conflicts
from feedback.analytics.definitions import read_lines
from feedback.analytics.distribution import Bar, Unread, bands, distribution, unread
from feedback.analytics.filters import Filters
from feedback.analytics.funnel import COMPLETION, Funnel, funnel
from feedback.analytics.headline import Headline, headlines
from feedback.analytics.left_out import LeftOut, left_out, responses_by_standing
from feedback.analytics.sums import Daily
from feedback.analytics.trends import Mark, Point, marks, trend
from feedback.metrics import METRICS, SENTIMENT
from feedback.metrics.figure import Figure
from feedback.metrics.status import Lines
from feedback.models import DirtyBucket
from vocplatform.lib.periods import Grain, Period

NOTICEABLE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Overview:
    headlines: list[Headline]
    chosen: Headline
    trends: dict[str, list[Point]]
    marks: list[Mark]
    bars: list[Bar]
    moods: dict[str, list[Bar]]
    unread: Unread
    conflicts: Conflicts
    accuracy: Figure
    funnel: Funnel
    places: ByTouchpoint
    targets: dict[str, Lines]
    left_out: list[LeftOut]
    responses: int
    counting_since: datetime | None

    @property
    def is_empty(self) -> bool:
        return not self.responses and not self.funnel.traffic.invited


def read_overview(filters: Filters, *, before: Period, grain: Grain, show: str, today: date, now: datetime) -> Overview:
    daily = Daily.read(filters, before, filters.period)
    targets = read_lines()
    lines = headlines(daily, filters, before, lines=targets)
    chosen = _chosen(lines, show)
    shown = [line for line in lines if line.is_asked or line is chosen]
    standings = responses_by_standing(filters)
    return Overview(
        headlines=shown,
        chosen=chosen,
        trends={line.metric.key: trend(line.metric, daily, filters, grain, today=today) for line in shown},
        marks=marks(filters, timezone.get_default_timezone()),
        bars=distribution(chosen.metric, chosen.counted, filters),
        moods={line.metric.key: bands(line.metric, line.counted, filters) for line in shown},
        unread=unread(daily.over(SENTIMENT.kind, filters.period), filters),
        conflicts=conflicts(filters),
        accuracy=machine_accuracy(),
        funnel=funnel(filters, before, completion_lines=targets[COMPLETION]),
        places=by_touchpoint(filters, [line.metric for line in shown]),
        targets=targets,
        left_out=left_out(standings, filters),
        responses=sum(standings.values()) if filters.standing == "any" else standings.get(filters.standing, 0),
        counting_since=_counting_since(now),
    )


def _chosen(lines: list[Headline], show: str) -> Headline:
    """The asked-for metric, else the first that has answers."""
    named = {line.metric.key: line for line in lines}
    if show in METRICS:
        return named[show]
    return next((line for line in lines if line.figure.is_known), lines[0])


def _counting_since(now: datetime) -> datetime | None:
    """Since when an answer has been waiting to be counted, where that is long enough to say so."""
    oldest = DirtyBucket.objects.waiting().values_list("marked_at", flat=True).first()
    return oldest if oldest and (now - oldest).total_seconds() > NOTICEABLE_SECONDS else None
