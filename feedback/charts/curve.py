"""The emotion curve of a journey: how high people felt at each stop, with the band in which the truth may lie."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from feedback.charts.chart import Cell, Chart, Table, drawing
from feedback.charts.svg import Place, band_path, element, line_path, link, percent, stretched, text
from feedback.metrics.figure import Figure

HEIGHT, TOP, BOTTOM = 300, 52, 262
MIDDLE = (TOP + BOTTOM) / 2


@dataclass(frozen=True, slots=True)
class CurveStop:
    number: int
    name: str
    stage: str
    figure: Figure
    role: str
    address: str
    is_moment_of_truth: bool


def emotion_curve(title: str, stops: Sequence[CurveStop]) -> Chart:
    """Stops stand evenly under their stages; a stop that is not measured interrupts nothing but has no dot."""
    known = [place for place, stop in enumerate(stops) if stop.figure.is_known]
    picture = [*_ground(), *_stages(stops), stretched(*_curve(known, stops), height=HEIGHT), *_gaps(stops)]
    picture += [
        text(str(stop.number), x=percent(_x(place, stops)), y=BOTTOM + 24, class_="chart-tick", anchor="middle")
        for place, stop in enumerate(stops)
    ]
    points = [_point(place, stops) for place in known]
    return Chart(drawing(title, _summary(stops), picture, points, height=HEIGHT, kind="curve"), _table(title, stops))


def _x(place: int, stops: Sequence[CurveStop]) -> float:
    return (place + 0.5) / len(stops)


def _y(level: float) -> float:
    return MIDDLE - level * (BOTTOM - TOP) / 200


def _ground():
    yield element("rect", x="0%", y=TOP, width="100%", height=MIDDLE - TOP, class_="chart-sunny")
    yield element("rect", x="0%", y=MIDDLE, width="100%", height=BOTTOM - MIDDLE, class_="chart-shady")
    yield element("line", x1="0%", x2="100%", y1=MIDDLE, y2=MIDDLE, class_="chart-zero")
    yield text(_("felt good"), x=6, y=TOP + 16, class_="chart-tick")
    yield text(_("felt bad"), x=6, y=BOTTOM - 8, class_="chart-tick")


def _stages(stops: Sequence[CurveStop]):
    """A heading over the stops of each stage, and a line where the next one begins."""
    first = 0
    for place, stop in enumerate(stops):
        if place + 1 == len(stops) or stops[place + 1].stage != stop.stage:
            x = percent(first / len(stops))
            if first:
                yield element("line", x1=x, x2=x, y1=8, y2=BOTTOM + 30, class_="chart-border")
            yield element(
                "svg",
                text(stop.stage, x=6, y=15, class_="chart-stage"),
                x=x,
                y=8,
                width=percent((place + 1 - first) / len(stops)),
                height=24,
            )
            first = place + 1


def _curve(known: Sequence[int], stops: Sequence[CurveStop]):
    wide = [place for place in known if stops[place].figure.interval]
    if len(wide) > 1:
        upper = [Place(_x(place, stops), _y(stops[place].figure.interval.high)) for place in wide]
        lower = [Place(_x(place, stops), _y(stops[place].figure.interval.low)) for place in wide]
        yield element("path", d=band_path(upper, lower, smooth=True), class_="chart-band")
    places = [Place(_x(place, stops), _y(stops[place].figure.value)) for place in known]
    if len(places) > 1:
        yield element("path", d=line_path(places, smooth=True), class_="chart-line", vector_effect="non-scaling-stroke")


def _gaps(stops: Sequence[CurveStop]):
    for place, stop in enumerate(stops):
        if not stop.figure.is_known:
            x = percent(_x(place, stops))
            yield element("circle", cx=x, cy=MIDDLE, r=7, class_="chart-gap")
            yield text("?", x=x, y=MIDDLE + 4, class_="chart-gap-mark", anchor="middle")


def _point(place: int, stops: Sequence[CurveStop]) -> SafeString:
    stop, x = stops[place], percent(_x(place, stops))
    figure = stop.figure
    y = _y(figure.value)
    mood = "good" if figure.value >= 25 else "bad" if figure.value < 0 else "middle"
    shapes = [
        element(
            "rect",
            x=percent(place / len(stops)),
            y=TOP - 14,
            width=percent(1 / len(stops)),
            height=BOTTOM - TOP + 44,
            class_="chart-hit",
        )
    ]
    if figure.interval:
        shapes.append(
            element("line", x1=x, x2=x, y1=_y(figure.interval.high), y2=_y(figure.interval.low), class_="chart-whisker")
        )
    if stop.is_moment_of_truth:
        shapes.append(element("circle", cx=x, cy=y, r=11, class_="chart-ring"))
    shapes.append(element("circle", cx=x, cy=y, r=6, class_=f"chart-dot chart-dot-{mood}"))
    shapes.append(element("text", figure.text, x=x, y=y - 9, dx=12, class_="chart-amount"))
    if stop.role:
        shapes.append(element("text", _role(stop.role), x=x, y=y + 20, dx=12, class_="chart-role"))
    return link(stop.address, described(stop), *shapes)


def _role(role: str) -> str:
    names = {"peak": _("peak"), "low": _("low"), "end": _("end")}
    return " · ".join(names[each] for each in role.split())


def described(stop: CurveStop) -> str:
    if not stop.figure.is_known:
        return f"{stop.number}. {stop.name}: {stop.figure.state_text}"
    parts = [f"{stop.number}. {stop.name}: {stop.figure.text}"]
    if stop.figure.interval:
        parts.append(_("95%%: %s") % stop.figure.interval_text)
    return " · ".join([*parts, _("n = %s") % stop.figure.n_text])


def _summary(stops: Sequence[CurveStop]) -> str:
    return "; ".join(described(stop) for stop in stops)


def _table(title: str, stops: Sequence[CurveStop]) -> Table:
    rows = tuple(
        (
            Cell(f"{stop.number}. {stop.name}"),
            Cell(stop.stage),
            Cell(stop.figure.text if stop.figure.is_known else str(stop.figure.state_text)),
            Cell(str(stop.figure.interval_text)),
            Cell(stop.figure.n_text, stop.address if stop.figure.n else ""),
            Cell(_role(stop.role)),
        )
        for stop in stops
    )
    return Table(title, (_("Touchpoint"), _("Stage"), _("Level"), _("95% interval"), _("Answers"), ""), rows)
