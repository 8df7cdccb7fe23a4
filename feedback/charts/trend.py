from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from feedback.charts.chart import Cell, Chart, Table, drawing, runs
from feedback.charts.scale import Scale, fitting_scale
from feedback.charts.svg import Place, band_path, element, line_path, link, percent, stretched, text
from feedback.metrics.figure import Figure, Unit

HEIGHT, TOP, BOTTOM = 260, 34, 226
LEFT, RIGHT = 0.1, 0.975
MOST_LABELS = 7


@dataclass(frozen=True, slots=True)
class TrendPoint:
    label: str
    long_label: str
    figure: Figure
    address: str
    is_complete: bool = True
    notes: str = ""


@dataclass(frozen=True, slots=True)
class TrendMark:
    """`at` is the share of the period that has passed; what lasted has an end as well."""

    at: float
    text: str
    until: float | None = None


def trend_chart(
    title: str,
    points: Sequence[TrendPoint],
    *,
    unit: Unit,
    whole: tuple[float, float],
    target: float | None = None,
    marks: Sequence[TrendMark] = (),
) -> Chart:
    """A line with its band of 95 % intervals; gaps stay gaps and running periods are dashed."""
    scale = fitting_scale(_values(points, target), whole, top=TOP, bottom=BOTTOM)
    picture = (
        *_grid(scale, unit),
        *_target(scale, unit, target),
        *drawn_marks(marks),
        stretched(*_lines(points, scale), height=HEIGHT),
        *_labels(points),
        text(title, x=percent(LEFT), y=14, class_="chart-caption"),
    )
    links = [_point(place, point, points, scale) for place, point in enumerate(points) if point.figure.is_known]
    return Chart(drawing(title, _summary(points), picture, links, height=HEIGHT, kind="trend"), _table(title, points))


def _values(points: Sequence[TrendPoint], target: float | None) -> list[float]:
    figures = [point.figure for point in points if point.figure.is_known]
    values = [figure.value for figure in figures]
    wide = [
        end
        for figure in figures
        if figure.interval and figure.n >= 10
        for end in (figure.interval.low, figure.interval.high)
    ]
    return [*values, *wide, *([target] if target is not None and values else [])]


def _x(place: int, points: Sequence[object]) -> float:
    return (LEFT + RIGHT) / 2 if len(points) == 1 else LEFT + (RIGHT - LEFT) * place / (len(points) - 1)


def _grid(scale: Scale, unit: Unit):
    for tick in scale.ticks:
        y = round(scale.y(tick)) + 0.5
        css = "chart-zero" if tick == 0 and scale.low < 0 else "chart-grid"
        yield element("line", x1=percent(LEFT), x2="100%", y1=y, y2=y, class_=css)
        yield text(unit.text(tick), x=percent(LEFT - 0.015), y=y + 4, class_="chart-tick", anchor="end")


def _target(scale: Scale, unit: Unit, target: float | None):
    if target is None or not scale.low <= target <= scale.high:
        return
    y = round(scale.y(target)) + 0.5
    yield element("line", x1=percent(LEFT), x2="100%", y1=y, y2=y, class_="chart-target")
    yield text(_("target %s") % unit.text(target), x="99.5%", y=y - 5, class_="chart-target-label", anchor="end")


def drawn_marks(marks: Sequence[TrendMark]):
    """Lines and stretches for what changed, on any chart with this frame."""
    for mark in marks:
        x = percent(LEFT + (RIGHT - LEFT) * mark.at)
        shape = element("line", x1=x, x2=x, y1=TOP - 8, y2=BOTTOM, class_="chart-mark")
        flag = element("circle", cx=x, cy=TOP - 8, r=3.5, class_="chart-mark-head")
        yield element("g", element("title", mark.text), *_stretch(mark), shape, flag)


def _stretch(mark: TrendMark):
    if mark.until is not None and mark.until > mark.at:
        x, wide = percent(LEFT + (RIGHT - LEFT) * mark.at), percent((RIGHT - LEFT) * (mark.until - mark.at))
        yield element("rect", x=x, y=TOP - 8, width=wide, height=BOTTOM - TOP + 8, class_="chart-mark-stretch")


def _lines(points: Sequence[TrendPoint], scale: Scale):
    for run in runs([point.figure.is_known for point in points]):
        band = [place for place in run if points[place].figure.interval]
        upper = [Place(_x(place, points), scale.y(points[place].figure.interval.high)) for place in band]
        lower = [Place(_x(place, points), scale.y(points[place].figure.interval.low)) for place in band]
        if len(band) > 1:
            yield element("path", d=band_path(upper, lower), class_="chart-band")
        for first, last, css in _stretches(run, points):
            places = [Place(_x(place, points), scale.y(points[place].figure.value)) for place in range(first, last + 1)]
            yield element("path", d=line_path(places), class_=css, vector_effect="non-scaling-stroke")


def _stretches(run: range, points: Sequence[TrendPoint]):
    """Cut a run where a solid line turns into a dashed one: towards every incomplete point."""
    start = run.start
    for place in run[1:]:
        here = _css(place, points)
        if place == run[-1] or _css(place + 1, points) != here:
            yield start, place, here
            start = place


def _css(place: int, points: Sequence[TrendPoint]) -> str:
    whole = points[place].is_complete and points[place - 1].is_complete
    return "chart-line" if whole else "chart-line chart-line-open"


def _labels(points: Sequence[TrendPoint]):
    every = -(-len(points) // MOST_LABELS)
    last = len(points) - 1
    for place, point in enumerate(points):
        if (last - place) % every == 0:
            minor = " chart-minor" if (last - place) // every % 2 else ""
            anchor = "end" if place == last and last else "middle"
            yield text(
                point.label, x=percent(_x(place, points)), y=BOTTOM + 22, class_="chart-tick" + minor, anchor=anchor
            )


def _point(place: int, point: TrendPoint, points: Sequence[TrendPoint], scale: Scale):
    figure, x = point.figure, _x(place, points)
    wide = (RIGHT - LEFT) / max(len(points) - 1, 1)
    whisker = ""
    if figure.interval:
        ends = scale.y(figure.interval.high), scale.y(figure.interval.low)
        whisker = element("line", x1=percent(x), x2=percent(x), y1=ends[0], y2=ends[1], class_="chart-whisker")
    label = described(point)
    return link(
        point.address,
        label,
        element(
            "rect",
            x=percent(max(x - wide / 2, 0)),
            y=TOP - 12,
            width=percent(wide),
            height=BOTTOM - TOP + 24,
            class_="chart-hit",
        ),
        whisker,
        element(
            "circle",
            cx=percent(x),
            cy=scale.y(figure.value),
            r=4,
            class_="chart-dot" if point.is_complete else "chart-dot chart-dot-open",
        ),
        text(label, x=percent(LEFT), y=14, class_="chart-readout"),
    )


def described(point: TrendPoint) -> str:
    figure = point.figure
    parts = [f"{point.long_label}: {figure.text}"]
    if figure.interval:
        parts.append(_("95%%: %s") % figure.interval_text)
    parts.append(_("n = %s") % figure.n_text)
    if not point.is_complete:
        parts.append(_("not complete"))
    return " · ".join(parts)


def _summary(points: Sequence[TrendPoint]) -> str:
    known = [point for point in points if point.figure.is_known]
    if not known:
        return _("No answers in this period.")
    return _("From %(first)s to %(last)s.") % {"first": described(known[0]), "last": described(known[-1])}


def _table(title: str, points: Sequence[TrendPoint]) -> Table:
    return Table(
        title,
        (_("Period"), _("Value"), _("95% interval"), _("Answers"), "", _("Changes")),
        tuple(
            (
                Cell(point.long_label),
                Cell(point.figure.text if point.figure.is_known else str(point.figure.state_text)),
                Cell(str(point.figure.interval_text)),
                Cell(point.figure.n_text, point.address if point.figure.n else ""),
                Cell("" if point.is_complete else _("not complete")),
                Cell(point.notes),
            )
            for point in points
        ),
    )
