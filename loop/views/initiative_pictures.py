"""Initiatives drawn: impact against effort, and the weeks before and after a change."""

from collections.abc import Sequence
from datetime import timedelta

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from feedback.analytics.filters import Filters
from feedback.charts.chart import Cell, Chart, Table, drawing
from feedback.charts.svg import element, link, percent, text
from feedback.charts.trend import TrendMark, TrendPoint, trend_chart
from feedback.metrics import METRICS
from feedback.metrics.figure import Figure
from feedback.views.pictures import mark_notes, trend_marks
from loop.models import Initiative, ReadOut
from loop.models.initiative import QUICK_EFFORT, QUICK_IMPACT
from loop.reports.initiative_effect import EffectOfInitiative, WeekRow
from vocplatform.lib.periods import Period

HEIGHT, TOP, BOTTOM, LEFT, RIGHT = 340, 24, 300, 0.07, 0.985
BESIDE = 0.062  # of the width: a number does not cover the next one on a phone either
STEP = 26  # pixels between initiatives that were rated alike


def impact_picture(rows: Sequence[Initiative]) -> Chart:
    """Upper left is quickly won; each initiative is a number that leads to its page."""
    title = _("Impact against effort")
    border, line = _x(QUICK_EFFORT + 0.5), _y(QUICK_IMPACT - 0.5)
    picture = [
        element("rect", x=percent(LEFT), y=TOP, width=percent(border - LEFT), height=line - TOP, class_="chart-band"),
        element("line", x1=percent(LEFT), x2=percent(RIGHT), y1=BOTTOM, y2=BOTTOM, class_="chart-axis"),
        element("line", x1=percent(LEFT), x2=percent(LEFT), y1=TOP, y2=BOTTOM, class_="chart-axis"),
        element("line", x1=percent(LEFT), x2=percent(RIGHT), y1=line, y2=line, class_="chart-border"),
        element("line", x1=percent(border), x2=percent(border), y1=TOP, y2=BOTTOM, class_="chart-border"),
        text(_("more effort →"), x=percent(RIGHT), y=BOTTOM + 32, class_="chart-tick", anchor="end"),
        text(_("↑ more impact"), x=percent(LEFT), y=TOP - 9, class_="chart-tick"),
        text(_("quick wins"), x=percent(LEFT + 0.012), y=TOP + 15, class_="chart-role"),
    ]
    for value in range(1, 6):
        picture.append(text(str(value), x=percent(_x(value)), y=BOTTOM + 16, class_="chart-tick", anchor="middle"))
        picture.append(text(str(value), x=percent(LEFT - 0.012), y=_y(value) + 4, class_="chart-tick", anchor="end"))
    taken: dict[tuple[int, int], int] = {}
    spots = []
    for number, row in enumerate(rows, start=1):
        place = taken.get((row.impact, row.effort), 0)
        taken[row.impact, row.effort] = place + 1
        spots.append(_spot(number, row, place))
    summary = "; ".join(_words(number, row) for number, row in enumerate(rows, start=1))
    return Chart(drawing(title, summary, picture, spots, height=HEIGHT, kind="matrix"), _table(title, rows))


def _x(effort: float) -> float:
    return LEFT + (RIGHT - LEFT) * (effort - 0.5) / 5


def _y(impact: float) -> float:
    return BOTTOM - (BOTTOM - TOP) * (impact - 0.5) / 5


def _spot(number: int, row: Initiative, place: int):
    """Those rated alike lie beside each other, three to a row."""
    x = _x(row.effort) + BESIDE * (0, 1, -1)[place % 3]
    y = _y(row.impact) + STEP * (place // 3)
    return link(
        row.get_absolute_url(),
        _words(number, row),
        element("circle", cx=percent(x), cy=y, r=10, class_="chart-number"),
        text(str(number), x=percent(x), y=y + 4, class_="chart-number-text", anchor="middle"),
    )


def _words(number: int, row: Initiative) -> str:
    return _("%(number)d. %(name)s: impact %(impact)d, effort %(effort)d") % {
        "number": number,
        "name": row.name,
        "impact": row.impact,
        "effort": row.effort,
    }


def _table(title: str, rows: Sequence[Initiative]) -> Table:
    return Table(
        title,
        (_("Initiative"), _("Impact"), _("Effort"), _("Status"), ""),
        tuple(
            (
                Cell(f"{number}. {row.name}", row.get_absolute_url()),
                Cell(str(row.impact)),
                Cell(str(row.effort)),
                Cell(row.get_status_display()),
                Cell(_("quick win") if row.is_quick_win else ""),
            )
            for number, row in enumerate(rows, start=1)
        ),
    )


def _days(week: WeekRow) -> Period:
    return Period(week.starts_on, week.starts_on + timedelta(days=6))


def _rows(initiative: Initiative, week: WeekRow) -> str:
    """The answers of one week at the touchpoint."""
    filters = Filters(period=_days(week), touchpoint=initiative.touchpoint.slug)
    return f"{reverse('responses')}?{filters.narrowed(metric=initiative.metric).query()}"


def weeks_picture(initiative: Initiative, effect: EffectOfInitiative, read_out: ReadOut | None) -> Chart:
    """What the touchpoint scored week by week; a week with too few answers is a gap."""
    metric, weeks = METRICS[initiative.metric], effect.since_first_answer
    points = [
        TrendPoint(
            label=date_format(week.starts_on, "j M"),
            long_label=_("week of %s") % date_format(week.starts_on, "j M Y"),
            figure=Figure.no_answers(metric.unit)
            if week.value is None
            else Figure(week.value, week.n, None, metric.unit),
            address=_rows(initiative, week),
            notes=mark_notes(effect.meanwhile, _days(week)),
        )
        for week in weeks
    ]
    live = [place for place, week in enumerate(weeks) if week.place == 0]
    marks = [TrendMark(live[0] / max(len(points) - 1, 1), _("went live"))] if live and read_out else []
    if len(points) > 1:
        marks += trend_marks(effect.meanwhile, Period(effect.weeks[0].starts_on, effect.weeks[-1].starts_on))
    title = _("%(metric)s at “%(touchpoint)s” by week") % {
        "metric": metric.name,
        "touchpoint": initiative.touchpoint,
    }
    return trend_chart(title, points, unit=metric.unit, whole=metric.axis, marks=marks)
