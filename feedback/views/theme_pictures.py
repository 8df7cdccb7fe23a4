"""Drawings of themes: which chart shows what, and where its parts lead."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from feedback.analytics.theme_story import ThemeStory
from feedback.analytics.themes import ThemeLine
from feedback.analytics.trends import Mark
from feedback.charts.bars import Part, stacked_chart
from feedback.charts.chart import Chart
from feedback.charts.stacks import Stack, stacks_chart
from feedback.charts.trend import TrendPoint, trend_chart
from feedback.metrics.figure import Unit, count_text
from feedback.templatetags.themes import fine
from feedback.views.pictures import mark_notes, rows_address, trend_marks
from feedback.views.wording import axis_words, grain_words, period_words
from vocplatform.lib.periods import Grain, Period

MOST_STACKS = 10


def themes_picture(lines: list[ThemeLine]) -> Chart | None:
    """The themes of the upper level that most people speak of."""
    upper = [line for line in lines if line.theme.parent_id is None and line.feelings]
    shown = sorted(upper, key=lambda line: -line.responses)[:MOST_STACKS]
    if not shown:
        return None
    longest = shown[0].responses
    return stacks_chart(
        _("What they speak of, and how it sounds"),
        [
            Stack(
                line.theme.name,
                f"{count_text(line.responses)} · {fine(line.share.value)}",
                line.responses / longest,
                _parts(line),
                f"{reverse('theme', args=[line.theme.slug])}?{line.filters.scope().query()}",
            )
            for line in shown
        ],
    )


def _parts(line: ThemeLine) -> tuple[Part, ...]:
    return tuple(
        Part(str(feeling.band.label), feeling.count, feeling.share, feeling.band.mood, rows_address(feeling.rows))
        for feeling in line.feelings
    )


def feelings_picture(line: ThemeLine) -> Chart | None:
    if not line.feelings:
        return None
    return stacked_chart(_("How they sound about it"), _parts(line), key="feelings")


def theme_trend(story: ThemeStory, grain: Grain, marks: Sequence[Mark], period: Period) -> Chart:
    title = _("Share that speaks of it %(grain)s, with 95%% interval") % {"grain": grain_words(grain)}
    return trend_chart(
        title,
        [
            TrendPoint(
                axis_words(point.slot.period, grain),
                period_words(point.slot.period),
                point.figure,
                rows_address(point.rows),
                point.slot.is_complete,
                mark_notes(marks, point.slot.period),
            )
            for point in story.points
        ],
        unit=Unit.PERCENT,
        whole=(0, max((point.figure.interval.high for point in story.points if point.figure.interval), default=100)),
        marks=trend_marks(marks, period),
    )
