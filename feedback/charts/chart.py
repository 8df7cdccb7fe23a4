from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from feedback.charts.svg import element


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The same facts for people who read rather than look, and for copying."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    svg: SafeString
    table: Table


def drawing(
    title: str, summary: str, picture: Sequence[object], points: Sequence[object] = (), *, height: int, kind: str
):
    """The picture is one image to a screen reader; the points stand beside it as a list of links."""
    return element(
        "svg",
        element(
            "g",
            element("title", title),
            element("desc", summary),
            *picture,
            role="img",
            aria_label=f"{title}. {summary}",
        ),
        *points,
        class_=f"chart chart-{kind}",
        role="group",
        aria_label=title,
        width="100%",
        height=height,
    )


def runs(known: Sequence[bool]) -> Iterator[range]:
    """Stretches without a gap: a line must not be drawn over days on which nobody answered."""
    start = None
    for place, is_known in enumerate([*known, False]):
        if is_known and start is None:
            start = place
        elif not is_known and start is not None:
            yield range(start, place)
            start = None
