"""Bars: how often each answer was given, one stacked bar of groups, and the way from invited to finished."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from feedback.charts.chart import Cell, Chart, Table, drawing
from feedback.charts.svg import element, link, percent, text
from feedback.metrics.figure import count_text

COLUMN_HEIGHT, TOP, BOTTOM = 210, 26, 178
STACK_HEIGHT = 34
STEP_HEIGHT = 46


@dataclass(frozen=True, slots=True)
class Part:
    """One bar. `mood` is good, middle, mixed or bad, and says which pattern it gets as well as which colour."""

    label: str
    count: int
    share: float
    mood: str
    address: str = ""


def share_text(share: float) -> str:
    """Whole percent; what is there but below one half is not 0."""
    if 0 < share < 0.005:
        return "<1\u202f%"
    return f"{number_format(round(100 * share))}\u202f%"


def distribution_chart(title: str, parts: Sequence[Part]) -> Chart:
    """Columns on one baseline, each a link to the responses with that answer."""
    highest = max((part.share for part in parts), default=0) or 1
    slot = 1 / max(len(parts), 1)
    columns = [_column(place, part, slot, highest) for place, part in enumerate(parts)]
    picture = [
        hatch("columns"),
        element("line", x1="0%", x2="100%", y1=BOTTOM + 0.5, y2=BOTTOM + 0.5, class_="chart-axis"),
    ]
    return Chart(
        drawing(title, _summary(parts), picture, columns, height=COLUMN_HEIGHT, kind="columns"), _table(title, parts)
    )


def _column(place: int, part: Part, slot: float, highest: float) -> SafeString:
    tall = (BOTTOM - TOP) * part.share / highest
    x, wide = slot * (place + 0.12), slot * 0.76
    middle = percent(slot * (place + 0.5))
    shapes = [
        element("rect", x=percent(slot * place), y=0, width=percent(slot), height=COLUMN_HEIGHT, class_="chart-hit")
    ]
    if part.count:
        shapes.append(bar(percent(x), BOTTOM - max(tall, 1.5), percent(wide), max(tall, 1.5), part.mood, "columns"))
    shapes.append(text(share_text(part.share), x=middle, y=BOTTOM - tall - 7, class_="chart-amount", anchor="middle"))
    shapes.append(text(part.label, x=middle, y=BOTTOM + 19, class_="chart-tick chart-value", anchor="middle"))
    return _leading(part, *shapes)


def stacked_chart(title: str, parts: Sequence[Part], *, key: str) -> Chart:
    """One bar cut into groups; wide groups carry their share, the legend in the page carries all."""
    pieces, start = [], 0.0
    for part in parts:
        shapes = [bar(percent(start), 0, percent(part.share), STACK_HEIGHT, part.mood, key)] if part.count else []
        if part.share >= 0.14:
            shapes.append(
                text(
                    share_text(part.share),
                    x=percent(start + part.share / 2),
                    y=22,
                    class_=f"chart-in chart-in-{part.mood}",
                    anchor="middle",
                )
            )
        if shapes:
            pieces.append(_leading(part, *shapes))
        start += part.share
    svg = drawing(title, _summary(parts), [hatch(key)], pieces, height=STACK_HEIGHT, kind="stack")
    return Chart(svg, _table(title, parts))


def funnel_chart(title: str, parts: Sequence[Part], notes: Sequence[str]) -> Chart:
    """One bar under the other, as long as its share of the first; `notes` say what was kept of the step before."""
    rows = []
    for place, (part, note) in enumerate(zip(parts, notes, strict=True)):
        y = place * STEP_HEIGHT
        shapes = [
            element("rect", x="0%", y=y, width="100%", height=STEP_HEIGHT, class_="chart-hit"),
            text(part.label, x="0%", y=y + 13, class_="chart-label"),
            text(note, x="100%", y=y + 13, class_="chart-amount", anchor="end"),
            element("rect", x="0%", y=y + 20, width="100%", height=16, rx=3, class_="chart-track"),
        ]
        if part.count:
            shapes.append(
                element(
                    "rect",
                    x="0%",
                    y=y + 20,
                    width=percent(max(part.share, 0.004)),
                    height=16,
                    rx=3,
                    class_="chart-step",
                )
            )
        rows.append(_leading(part, *shapes))
    svg = drawing(title, _summary(parts), [], rows, height=STEP_HEIGHT * len(parts), kind="funnel")
    return Chart(svg, _table(title, parts))


def bar(x: str, y: float, width: str, height: float, mood: str, key: str) -> SafeString:
    """A filled bar; bad ones are hatched as well, so that the groups are told apart without colour."""
    shape = element("rect", x=x, y=y, width=width, height=height, class_=f"chart-bar chart-{mood}")
    if mood != "bad":
        return shape
    return shape + element(
        "rect", x=x, y=y, width=width, height=height, fill=f"url(#hatch-{key})", class_="chart-hatch"
    )


def hatch(key: str) -> SafeString:
    line = element("path", d="M-1,7 L7,-1 M-1,1 L1,-1 M5,7 L7,5", class_="chart-hatch-line")
    pattern = element("pattern", line, id=f"hatch-{key}", width=6, height=6, patternUnits="userSpaceOnUse")
    return element("defs", pattern)


def _leading(part: Part, *shapes: object) -> SafeString:
    label = f"{part.label}: {count_text(part.count)} ({share_text(part.share)})"
    if part.address and part.count:
        return link(part.address, label, *shapes)
    return element("g", element("title", label), *shapes)


def _summary(parts: Sequence[Part]) -> str:
    return ", ".join(f"{part.label} {share_text(part.share)}" for part in parts) or _("No answers in this period.")


def _table(title: str, parts: Sequence[Part]) -> Table:
    rows = tuple(
        (
            Cell(part.label),
            Cell(count_text(part.count), part.address if part.count else ""),
            Cell(share_text(part.share)),
        )
        for part in parts
    )
    return Table(title, ("", _("Count"), _("Share")), rows)
