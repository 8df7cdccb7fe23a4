"""A metric window by window inside what its own past led to expect."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from feedback.charts.chart import Cell, Chart, Table, drawing, runs
from feedback.charts.scale import fitting_scale
from feedback.charts.svg import Place, band_path, element, line_path, link, percent, stretched, text
from feedback.charts.trend import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, TrendMark, drawn_marks
from feedback.metrics.control import Judged, Window
from feedback.metrics.figure import Unit

MOST_LABELS = 5


@dataclass(frozen=True, slots=True)
class ControlPoint:
    """One window; without enough of a past it is not judged."""

    label: str
    long_label: str
    judged: Judged | None
    window: Window
    address: str = ""


def control_chart(
    title: str,
    steps: Sequence[ControlPoint],
    *,
    unit: Unit,
    whole: tuple[float, float],
    marks: Sequence[TrendMark] = (),
) -> Chart:
    """Draw the value of each window, its own level, and the bands outside which to watch and to act."""
    seen = [step.window.value for step in steps]
    ends = [end for step in steps if step.judged for end in (step.judged.act.low, step.judged.act.high)]
    scale = fitting_scale([*seen, *(min(max(end, whole[0]), whole[1]) for end in ends)], whole, top=TOP, bottom=BOTTOM)
    picture = (
        *_grid(scale, unit),
        *drawn_marks(marks),
        stretched(*_bands(steps, scale), *_line(steps, scale), height=HEIGHT),
        *_labels(steps),
        text(title, x=percent(LEFT), y=14, class_="chart-caption"),
    )
    points = [_point(place, steps, scale, unit) for place in range(len(steps))]
    last = steps[-1]
    summary = _("Last window %(period)s: %(value)s.") % {
        "period": last.long_label,
        "value": unit.text(last.window.value),
    }
    return Chart(
        drawing(title, summary, picture, points, height=HEIGHT, kind="control"), _table(title, steps, unit, whole)
    )


def _x(place: int, steps: Sequence[ControlPoint]) -> float:
    return (LEFT + RIGHT) / 2 if len(steps) == 1 else LEFT + (RIGHT - LEFT) * place / (len(steps) - 1)


def _grid(scale, unit: Unit):
    for tick in scale.ticks:
        y = round(scale.y(tick)) + 0.5
        yield element("line", x1=percent(LEFT), x2="100%", y1=y, y2=y, class_="chart-grid")
        yield text(unit.text(tick), x=percent(LEFT - 0.015), y=y + 4, class_="chart-tick", anchor="end")


def _bands(steps: Sequence[ControlPoint], scale):
    for run in runs([step.judged is not None for step in steps]):
        for limits in ("act", "watch"):
            ends = {place: getattr(steps[place].judged, limits) for place in run}
            upper = [Place(_x(place, steps), scale.y(each.high)) for place, each in ends.items()]
            lower = [Place(_x(place, steps), scale.y(each.low)) for place, each in ends.items()]
            if len(upper) > 1:
                yield element("path", d=band_path(upper, lower), class_="chart-band")
        level = [Place(_x(place, steps), scale.y(steps[place].judged.centre)) for place in run]
        yield element(
            "path", d=line_path(level), class_="chart-target", fill="none", vector_effect="non-scaling-stroke"
        )


def _line(steps: Sequence[ControlPoint], scale):
    places = [Place(_x(place, steps), scale.y(step.window.value)) for place, step in enumerate(steps)]
    yield element("path", d=line_path(places), class_="chart-line", vector_effect="non-scaling-stroke")


def _labels(steps: Sequence[ControlPoint]):
    every = -(-len(steps) // MOST_LABELS)
    last = len(steps) - 1
    for place, step in enumerate(steps):
        if (last - place) % every == 0:
            minor = " chart-minor" if (last - place) // every % 2 else ""
            anchor = "end" if place == last and last else "middle"
            yield text(
                step.label, x=percent(_x(place, steps)), y=BOTTOM + 22, class_="chart-tick" + minor, anchor=anchor
            )


def _point(place: int, steps: Sequence[ControlPoint], scale, unit: Unit):
    step, x = steps[place], _x(place, steps)
    outside = step.judged is not None and bool(step.judged.side)
    said = f"{step.long_label}: {unit.text(step.window.value)} · " + _("n = %s") % step.window.n
    wide = (RIGHT - LEFT) / max(len(steps) - 1, 1)
    return link(
        step.address,
        said,
        element(
            "rect",
            x=percent(max(x - wide / 2, 0)),
            y=TOP - 12,
            width=percent(wide),
            height=BOTTOM - TOP + 24,
            class_="chart-hit",
        ),
        element(
            "circle",
            cx=percent(x),
            cy=scale.y(step.window.value),
            r=5 if outside else 3.5,
            class_="chart-dot chart-dot-bad" if outside else "chart-dot",
        ),
        text(said, x=percent(LEFT), y=14, class_="chart-readout"),
    )


def _table(title: str, steps: Sequence[ControlPoint], unit: Unit, whole: tuple[float, float]) -> Table:
    rows = []
    for step in steps:
        judged, window, usual, said = step.judged, step.window, "", ""
        if judged:
            shown = judged.act.within(*whole)
            ends = {"low": unit.text(shown.low), "high": unit.text(shown.high)}
            usual = _("%(low)s to %(high)s") % ends
            said = _("outside") if judged.side else "" if window.value in judged.watch else _("to watch")
        count = Cell(str(window.n), step.address if window.n else "")
        rows.append((Cell(step.long_label), Cell(unit.text(window.value)), count, Cell(usual), Cell(said)))
    return Table(title, (_("Window"), _("Value"), _("Answers"), _("Usual for so many"), ""), tuple(rows))
