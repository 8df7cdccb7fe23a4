"""One theme over time, over the journey and with its parts."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.conf import settings
from django.db.models import Q

from feedback.analytics.filters import NOWHERE, Filters
from feedback.analytics.privacy import hidden_together
from feedback.analytics.themes import (
    NOTHING,
    About,
    Tallies,
    ThemeLine,
    figures_of,
    read_tallies,
    theme_line,
    theme_lines,
)
from feedback.metrics.figure import Figure, Unit
from feedback.metrics.shares import UNKNOWN
from feedback.models import Theme
from feedback.models.rollup import NO_TOUCHPOINT
from surveys.models import Touchpoint
from vocplatform.lib.periods import Grain, Period, Slot, slots


@dataclass(frozen=True, slots=True)
class ThemePoint:
    """One stretch of the trend."""

    slot: Slot
    figure: Figure
    rows: str


@dataclass(frozen=True, slots=True)
class ThemePlace:
    """Where in the journey a theme is spoken of; `name` is empty for what has no touchpoint."""

    name: str
    stage: str
    line: ThemeLine


@dataclass(frozen=True, slots=True)
class ThemeStory:
    """Everything the page of one theme shows in numbers."""

    line: ThemeLine
    parts: list[ThemeLine]
    points: list[ThemePoint]
    places: list[ThemePlace]


def read_theme(theme: Theme, filters: Filters, before: Period, *, grain: Grain, today: date) -> ThemeStory:
    """One theme with its parts, over time and over the journey."""
    found = [theme, *Theme.objects.active().filter(parent=theme).select_related("parent", "owner_team")]
    now, earlier = read_tallies(filters, filters.period), read_tallies(filters, before)
    line, *parts = theme_lines(found, now, earlier, filters)
    mine = Q(about=About.THEME, subject=str(theme.pk)) | Q(about=About.SEARCHED)
    daily = read_tallies(filters, filters.period, "on", only=mine)
    by_place = read_tallies(filters, filters.period, "touchpoint_key", only=mine)
    return ThemeStory(
        line, parts, _points(theme, daily, filters, grain, today), list(_places(theme, by_place, filters))
    )


def _points(theme: Theme, daily: Tallies, filters: Filters, grain: Grain, today: date) -> list[ThemePoint]:
    points, spoken, asked = [], [], []
    for slot in slots(filters.period, grain, today=today, week_start=settings.WEEK_START):
        mine, searched = NOTHING, NOTHING
        for on in slot.period:
            mine = mine.plus(daily.get((About.THEME, str(theme.pk), on), NOTHING))
            searched = searched.plus(daily.get((About.SEARCHED, "", on), NOTHING))
        figure, _complaints, _balance = figures_of(mine, searched)
        if not searched.responses:
            figure = Figure.no_answers(Unit.PERCENT)
        spoken.append((mine.responses, mine.anonymous))
        asked.append((searched.responses, searched.anonymous))
        points.append(ThemePoint(slot, figure, filters.during(slot.period).narrowed(theme=theme.slug).query()))
    figures = hidden_together([point.figure for point in points], spoken, asked)
    return [replace(point, figure=figure) for point, figure in zip(points, figures, strict=True)]


def _places(theme: Theme, tallies: Tallies, filters: Filters) -> Iterator[ThemePlace]:
    """In the order of the journey."""
    keys = {key[2] for key, tally in tallies.items() if key[0] == About.THEME}
    touchpoints = (
        Touchpoint.objects.filter(pk__in=keys)
        .select_related("stage__journey")
        .order_by("stage__journey__name", "stage__position", "stage", "position", "pk")
    )
    for touchpoint in touchpoints:
        here = filters.narrowed(touchpoint=touchpoint.slug)
        stage = f"{touchpoint.stage.journey.name}: {touchpoint.stage.name}"
        yield ThemePlace(touchpoint.name, stage, _at(theme, touchpoint.pk, tallies, here))
    if any(key == NO_TOUCHPOINT for key in keys):
        yield ThemePlace("", "", _at(theme, NO_TOUCHPOINT, tallies, filters.narrowed(touchpoint=NOWHERE)))


def _at(theme: Theme, key: int, tallies: Tallies, filters: Filters) -> ThemeLine:
    mine, searched = tallies.get((About.THEME, str(theme.pk), key), NOTHING), tallies[About.SEARCHED, "", key]
    return theme_line(theme, mine, searched, UNKNOWN, filters)
