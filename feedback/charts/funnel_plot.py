"""Groups of unlike size against one level: the fewer answers, the further a group may stray by chance."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from feedback.charts.chart import Cell, Chart, Table, drawing
from feedback.charts.scale import Scale, fitting_scale
from feedback.charts.svg import Place, band_path, element, link, percent, stretched, text
from feedback.metrics.figure import Figure, Unit
from vocplatform.lib.stats import Interval, normal_quantile

HEIGHT, TOP, BOTTOM = 280, 34, 236
LEFT, RIGHT = 0.1, 0.97
USUAL, RARE = 0.95, 0.998
STEPS = 60


@dataclass(frozen=True, slots=True)
class FunnelDot:
    label: str
    figure: Figure
    address: str


def funnel_plot(
    title: str, dots: Sequence[FunnelDot], *, centre: float, variance: float, unit: Unit, whole: tuple[float, float]
) -> Chart:
    """Draw limits of 95 and 99.8 % around the level of all: D. J. Spiegelhalter, Statistics in Medicine 24, 2005.

    `variance` is that of one answer in units of the metric, so that a group of n strays by its root over n.
    """
    most = 1.08 * max((dot.figure.n for dot in dots), default=1)
    reach = [end for dot in dots for end in _limits(centre, variance, max(dot.figure.n, most / 12), RARE)]
    inside = [min(max(end, whole[0]), whole[1]) for end in reach]
    scale = fitting_scale([dot.figure.value for dot in dots] + inside, whole, top=TOP, bottom=BOTTOM)
    picture = (
        *_grid(scale, unit, most),
        stretched(*(_band(centre, variance, most, scale, level) for level in (RARE, USUAL)), height=HEIGHT),
        element(
            "line", x1=percent(LEFT), x2=percent(RIGHT), y1=scale.y(centre), y2=scale.y(centre), class_="chart-zero"
        ),
        text(title, x=percent(LEFT), y=14, class_="chart-caption"),
    )
    points = [_dot(dot, scale, most, unit) for dot in dots]
    table = _table(title, dots, centre, variance, unit, whole)
    return Chart(
        drawing(title, _summary(dots, centre, variance), picture, points, height=HEIGHT, kind="funnel-plot"), table
    )


def _limits(centre: float, variance: float, n: float, level: float) -> tuple[float, float]:
    half = normal_quantile(level) * math.sqrt(variance / n)
    return centre - half, centre + half


def _x(n: float, most: float) -> float:
    return LEFT + (RIGHT - LEFT) * n / most


def _grid(scale: Scale, unit: Unit, most: float):
    for tick in scale.ticks:
        y = round(scale.y(tick)) + 0.5
        yield element("line", x1=percent(LEFT), x2="100%", y1=y, y2=y, class_="chart-grid")
        yield text(unit.text(tick), x=percent(LEFT - 0.015), y=y + 4, class_="chart-tick", anchor="end")
    for part in (0.25, 0.5, 0.75, 1):
        shown = round(most * part / 1.08)
        yield text(str(shown), x=percent(_x(shown, most)), y=BOTTOM + 20, class_="chart-tick", anchor="middle")
    yield text(_("answers"), x=percent(RIGHT), y=BOTTOM + 38, class_="chart-tick", anchor="end")


def _band(centre: float, variance: float, most: float, scale: Scale, level: float):
    upper, lower = [], []
    for step in range(1, STEPS + 1):
        n = most * step / STEPS
        low, high = _limits(centre, variance, n, level)
        upper.append(Place(_x(n, most), scale.y(high)))
        lower.append(Place(_x(n, most), scale.y(low)))
    return element("path", d=band_path(upper, lower), class_="chart-band")


def _dot(dot: FunnelDot, scale: Scale, most: float, unit: Unit):
    label = f"{dot.label}: {dot.figure.text} · " + _("n = %s") % dot.figure.n_text
    x, y = percent(_x(dot.figure.n, most)), scale.y(dot.figure.value)
    shapes = (
        element("circle", cx=x, cy=y, r=12, class_="chart-hit"),
        element("circle", cx=x, cy=y, r=4.5, class_="chart-dot"),
        text(label, x=percent(LEFT), y=14, class_="chart-readout"),
    )
    return link(dot.address, label, *shapes) if dot.address else element("g", element("title", label), *shapes)


def _is_beyond(dot: FunnelDot, centre: float, variance: float, level: float) -> bool:
    low, high = _limits(centre, variance, dot.figure.n, level)
    return not low <= dot.figure.value <= high


def _summary(dots: Sequence[FunnelDot], centre: float, variance: float) -> str:
    beyond = [dot.label for dot in dots if _is_beyond(dot, centre, variance, RARE)]
    return _("Outside the outer limits: %s.") % (", ".join(beyond) or _("nobody"))


def _table(
    title: str, dots: Sequence[FunnelDot], centre: float, variance: float, unit: Unit, whole: tuple[float, float]
) -> Table:
    rows = []
    for dot in dots:
        low, high = _limits(centre, variance, dot.figure.n, USUAL)
        said = _("outside 99.8 %") if _is_beyond(dot, centre, variance, RARE) else _("inside")
        if said == _("inside") and _is_beyond(dot, centre, variance, USUAL):
            said = _("outside 95 %")
        ends = Interval(low, high).within(*whole)
        usual = _("%(low)s to %(high)s") % {"low": unit.text(ends.low), "high": unit.text(ends.high)}
        rows.append(
            (Cell(dot.label), Cell(dot.figure.text), Cell(dot.figure.n_text, dot.address), Cell(usual), Cell(said))
        )
    return Table(title, ("", _("Value"), _("Answers"), _("Usual for so many"), ""), tuple(rows))
