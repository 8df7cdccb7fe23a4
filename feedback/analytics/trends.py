from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Q

from feedback.analytics.filters import Filters
from feedback.analytics.privacy import measured_parts
from feedback.analytics.sums import Daily
from feedback.metrics.figure import Figure, Metric
from feedback.models import LoggedChange
from surveys.models import SurveyVersion
from vocplatform.lib.periods import Grain, Slot, day_of, slots

MOST_MARKS = 12


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
    kind: str = LoggedChange.Kind.WORDING
    until_on: date | None = None

    @property
    def kind_text(self) -> str:
        return LoggedChange.Kind(self.kind).label


def trend(metric: Metric, daily: Daily, filters: Filters, grain: Grain, *, today: date) -> list[Point]:
    cut = slots(filters.period, grain, today=today, week_start=settings.WEEK_START)
    figures = measured_parts(metric, [daily.over(metric.kind, slot.period) for slot in cut])
    return [
        Point(slot, figure, filters.during(slot.period).narrowed(metric=metric.key))
        for slot, figure in zip(cut, figures, strict=True)
    ]


def marks(filters: Filters, zone) -> list[Mark]:
    """Everything that may explain a step in the line: new wordings, and what staff logged about these places."""
    return sorted([*wording_marks(filters, zone), *logged_marks(filters)], key=lambda mark: mark.on)


def logged_marks(filters: Filters) -> list[Mark]:
    logged, here = LoggedChange.objects.touching(filters.period), filters.places_q("touchpoint__")
    if here:  # without a place that is asked for, whatever happened anywhere may explain the line
        logged = logged.filter(Q(touchpoint__isnull=True) | here)
    rows = logged.order_by("-on", "-pk").values_list("on", "until_on", "kind", "text", "touchpoint__name")
    return [
        Mark(on, f"{text} ({place})" if place else text, kind, until_on)
        for on, until_on, kind, text, place in rows[:MOST_MARKS]
    ]


def wording_marks(filters: Filters, zone) -> list[Mark]:
    """New versions published in the period: from there on customers read other words."""
    published = SurveyVersion.objects.filter(
        published_at__gte=filters.period.starts_at(zone), published_at__lt=filters.period.ends_at(zone), number__gt=1
    )
    if filters.survey:
        published = published.filter(survey__slug=filters.survey)
    rows = published.order_by("published_at").values_list("published_at", "survey__name", "number", "note")[:MOST_MARKS]
    return [
        Mark(day_of(published_at, zone), f"{survey} v{number}" + (f": {note}" if note else ""))
        for published_at, survey, number, note in rows
    ]
