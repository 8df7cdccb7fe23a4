"""From figures to drawings: which chart shows what, under which name, and where its points lead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from feedback.analytics.distribution import Bar
from feedback.analytics.filters import Filters
from feedback.analytics.funnel import Step
from feedback.analytics.headline import Headline
from feedback.analytics.journey_map import JourneyMap
from feedback.analytics.measures import Measured, rows_behind
from feedback.analytics.overview import Overview
from feedback.analytics.trends import Mark, Point
from feedback.charts.bars import Part, distribution_chart, funnel_chart, share_text, stacked_chart
from feedback.charts.chart import Chart
from feedback.charts.curve import CurveStop, emotion_curve
from feedback.charts.sparkline import sparkline
from feedback.charts.trend import TrendMark, TrendPoint, trend_chart
from feedback.metrics.catalogue import Described, Source
from feedback.metrics.figure import Metric, count_text
from feedback.views.wording import axis_words, grain_words, period_words
from vocplatform.lib.periods import Grain, Period


def rows_address(query: str) -> str:
    return f"{reverse('responses')}?{query}" if query else ""


@dataclass(frozen=True, slots=True)
class Tile:
    """One headline with its little drawings."""

    line: Headline
    address: str
    show_address: str
    is_shown: bool
    spark: SafeString
    stack: Chart | None
    bands: tuple[Part, ...]

    @property
    def target_text(self) -> str:
        return self.line.metric.unit.text(self.line.lines.target)


def tiles(overview: Overview, filters: Filters) -> list[Tile]:
    return [_tile(line, overview, filters) for line in overview.headlines]


def _tile(line: Headline, overview: Overview, filters: Filters) -> Tile:
    metric = line.metric
    parts = _parts(overview.moods[metric.key])
    return Tile(
        line=line,
        address=rows_address(line.rows),
        show_address=f"?{filters.query()}&show={metric.key}#trend",
        is_shown=overview.chosen.metric is metric,
        spark=sparkline([point.figure for point in overview.trends[metric.key]], whole=metric.axis),
        stack=stacked_chart(_("%s by group") % metric.full_name, parts, key=metric.key) if parts else None,
        bands=tuple(parts),
    )


def _parts(bars: Sequence[Bar]) -> list[Part]:
    return [Part(str(bar.label), bar.count, bar.share, bar.mood, rows_address(bar.rows)) for bar in bars]


def trend_picture(
    metric: Metric,
    points: Sequence[Point],
    marks: Sequence[Mark],
    period: Period,
    grain: Grain,
    *,
    target: float | None = None,
) -> Chart:
    title = _("%(metric)s %(grain)s, with 95%% interval") % {"metric": metric.full_name, "grain": grain_words(grain)}
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
            for point in points
        ],
        unit=metric.unit,
        whole=metric.axis,
        target=target,
        marks=trend_marks(marks, period),
    )


def measure_address(described: Described, filters: Filters) -> str:
    """Where the rows behind any metric are: responses or events. Health and who was invited are no such rows."""
    if described.source is Source.HEALTH or described.key == "response_rate":
        return ""
    page = reverse("facts", args=[described.key]) if described.source is Source.FACTS else reverse("responses")
    return f"{page}?{rows_behind(described, filters)}"


def measure_picture(line: Measured, marks: Sequence[Mark], grain: Grain) -> Chart:
    period = line.filters.period
    name = line.definition.name
    return trend_chart(
        _("%(metric)s %(grain)s, with 95%% interval") % {"metric": name, "grain": grain_words(grain)},
        [
            TrendPoint(
                axis_words(slot.period, grain),
                period_words(slot.period),
                figure,
                measure_address(line.described, line.filters.during(slot.period)),
                slot.is_complete,
                mark_notes(marks, slot.period),
            )
            for slot, figure in line.trend
        ],
        unit=line.figure.unit,
        whole=line.axis,
        target=line.lines.target,
        marks=trend_marks(marks, period),
    )


def trend_marks(marks: Sequence[Mark], period: Period) -> list[TrendMark]:
    """Where on the axis a change lies; one that began before the period starts with it."""

    def at(on: date) -> float:
        return min(max((on - period.first_on).days / max(period.days - 1, 1), 0.0), 1.0)

    return [TrendMark(at(mark.on), mark.text, mark.until_on and at(mark.until_on)) for mark in marks]


def mark_notes(marks: Sequence[Mark], period: Period) -> str:
    """The changes of one point of a trend, for its table."""
    return "; ".join(
        mark.text for mark in marks if mark.on <= period.last_on and (mark.until_on or mark.on) >= period.first_on
    )


def distribution_picture(metric: Metric, bars: Sequence[Bar]) -> Chart:
    return distribution_chart(_("How often each answer was given: %s") % metric.full_name, _parts(bars))


def funnel_picture(steps: Sequence[Step]) -> Chart:
    parts = [
        Part(str(step.name), step.count, step.share, "middle", rows_address(step.rows) if step.rows else "")
        for step in steps
    ]
    return funnel_chart(_("From invitation to answer"), parts, [_kept(step) for step in steps])


def _kept(step: Step) -> str:
    count = count_text(step.count)
    if step.kept is None:
        return count
    return _("%(count)s · %(share)s of the step before") % {"count": count, "share": share_text(step.kept)}


def journey_picture(journey: JourneyMap) -> Chart:
    stops = [
        CurveStop(
            number=stop.number,
            name=stop.touchpoint.name,
            stage=stage.stage.name,
            figure=stop.level,
            role=stop.role,
            address=rows_address(stop.rows),
            is_moment_of_truth=stop.touchpoint.is_moment_of_truth,
        )
        for stage in journey.stages
        for stop in stage.stops
    ]
    return emotion_curve(_("Emotion curve of %s") % journey.journey.name, stops)
