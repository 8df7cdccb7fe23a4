"""Many stacked bars under one another: how many speak of each theme, and how they sound."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from feedback.charts.bars import Part, bar, hatch, share_text
from feedback.charts.chart import Cell, Chart, Table, drawing
from feedback.charts.svg import element, link, percent, text
from feedback.metrics.figure import count_text

ROW_HEIGHT = 44
BAR_TOP, BAR_HEIGHT = 20, 15
WIDEST = 0.96


@dataclass(frozen=True, slots=True)
class Stack:
    """One bar: its label, the number behind it and its groups; `size` is its length as a share of the longest."""

    label: str
    amount: str
    size: float
    parts: tuple[Part, ...]
    address: str


def stacks_chart(title: str, stacks: Sequence[Stack]) -> Chart:
    """The longer the bar, the more people; its groups are links to them."""
    rows = [shape for place, stack in enumerate(stacks) for shape in _row(place * ROW_HEIGHT, stack)]
    summary = ", ".join(f"{stack.label} {stack.amount}" for stack in stacks)
    svg = drawing(title, summary, [hatch("stacks")], rows, height=ROW_HEIGHT * len(stacks), kind="stacks")
    return Chart(svg, _table(title, stacks))


def _row(y: int, stack: Stack) -> list[SafeString]:
    head = link(
        stack.address,
        f"{stack.label}: {stack.amount}",
        element("rect", x="0%", y=y, width="100%", height=BAR_TOP, class_="chart-hit"),
        text(stack.label, x="0%", y=y + 13, class_="chart-label"),
        text(stack.amount, x="100%", y=y + 13, class_="chart-amount", anchor="end"),
    )
    shapes, start = [head], 0.0
    for part in stack.parts:
        wide = part.share * stack.size * WIDEST
        if part.count:
            label = f"{stack.label}, {part.label}: {count_text(part.count)} ({share_text(part.share)})"
            drawn = bar(percent(start), y + BAR_TOP, percent(max(wide, 0.003)), BAR_HEIGHT, part.mood, "stacks")
            shapes.append(link(part.address, label, drawn))
        start += wide
    return shapes


def _table(title: str, stacks: Sequence[Stack]) -> Table:
    groups = [part.label for part in stacks[0].parts] if stacks else []
    rows = tuple(
        (
            Cell(stack.label),
            Cell(stack.amount, stack.address),
            *(Cell(count_text(part.count), part.address if part.count else "") for part in stack.parts),
        )
        for stack in stacks
    )
    return Table(title, (_("Theme"), _("Responses"), *groups), rows)
