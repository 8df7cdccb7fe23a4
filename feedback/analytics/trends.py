from dataclasses import dataclass
from datetime import date

from feedback.analytics.filters import Filters
from feedback.analytics.privacy import measured_parts
from feedback.analytics.sums import Daily
from feedback.metrics.figure import Figure, Metric
from surveys.models import SurveyVersion
from vocplatform.lib.periods import Grain, Slot, day_of, slots


@dataclass(frozen=True, slots=True)
class Point:
    slot: Slot
    figure: Figure
    filters: Filters

    @property
    def rows(self) -> str:
        return self.filters.query()


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened on a day and may explain a step in the line."""

    on: date
    text: str


def trend(
    metric: Metric, daily: Daily, filters: Filters, grain: Grain, *, today: date, week_start: int = 0
) -> list[Point]:
    cut = slots(filters.period, grain, today=today, week_start=week_start)
    figures = measured_parts(metric, [daily.over(metric.kind, slot.period) for slot in cut])
    return [
        Point(slot, figure, filters.during(slot.period).narrowed(metric=metric.key))
        for slot, figure in zip(cut, figures, strict=True)
    ]


def wording_marks(filters: Filters, zone) -> list[Mark]:
    """New versions published in the period: from there on customers read other words."""
    published = SurveyVersion.objects.filter(
        published_at__gte=filters.period.starts_at(zone), published_at__lt=filters.period.ends_at(zone), number__gt=1
    )
    if filters.survey:
        published = published.filter(survey__slug=filters.survey)
    rows = published.order_by("published_at").values_list("published_at", "survey__name", "number", "note")[:12]
    return [
        Mark(day_of(published_at, zone), f"{survey} v{number}" + (f": {note}" if note else ""))
        for published_at, survey, number, note in rows
    ]
