"""SVG as text. Widths are percent so that a chart fits a phone without shrinking its letters; heights are pixels."""

from dataclasses import dataclass
from functools import cache
from html import escape
from itertools import pairwise

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

CAMEL = ("viewBox", "preserveAspectRatio", "patternUnits")
Value = str | int | float | None


def element(name: str, *children: object, **attributes: Value) -> SafeString:
    """`class_` is class, `stroke_width` is stroke-width; None leaves an attribute out. Texts are escaped."""
    shown = "".join(f' {_attribute(key)}="{_shown(value)}"' for key, value in attributes.items() if value is not None)
    inside = "".join(map(conditional_escape, children)) if children else ""
    return mark_safe(f"<{name}{shown}>{inside}</{name}>")  # noqa: S308  every part above is escaped


@cache
def _attribute(key: str) -> str:
    return key if key in CAMEL else key.rstrip("_").replace("_", "-")


def _shown(value: Value) -> str:
    if isinstance(value, int | float):
        return _number(value)
    return value if isinstance(value, SafeString) else escape(str(value))


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def percent(share: float) -> str:
    return f"{_number(float(100 * share))}%"


def text(words: object, *, x: str | float, y: float, class_: str, anchor: str = "start") -> SafeString:
    return element("text", words, x=x, y=y, class_=class_, text_anchor=None if anchor == "start" else anchor)


def link(address: str, label: object, *children: object, class_: str = "chart-point") -> SafeString:
    """A part of a drawing that leads to its rows: reached by Tab, and its label is also its tooltip.

    Without an address it is only a part with a tooltip, which Tab reaches too.
    """
    if not address:
        said = {"role": "img", "tabindex": "0", "aria_label": str(label)}
        return element("g", element("title", label), *children, class_=class_, **said)
    return element("a", element("title", label), *children, href=address, class_=class_, aria_label=str(label))


def stretched(*shapes: object, height: float, class_: str = "") -> SafeString:
    """Lines and areas on a field 1000 wide that stretches to the chart's width; strokes keep their own."""
    return element(
        "svg",
        *shapes,
        class_=class_ or None,
        viewBox=f"0 0 1000 {_number(float(height))}",
        preserveAspectRatio="none",
        width="100%",
        height=height,
    )


@dataclass(frozen=True, slots=True)
class Place:
    """A point: `x` as a share of the width, `y` in pixels."""

    x: float
    y: float

    @property
    def pair(self) -> str:
        return f"{_number(float(1000 * self.x))},{_number(float(self.y))}"


def line_path(places: list[Place], *, smooth: bool = False) -> str:
    """Straight, or bent so that it is level at each point and never overshoots one."""
    if not places:
        return ""
    steps = [f"M{places[0].pair}"]
    for before, here in pairwise(places):
        if smooth:
            middle = (before.x + here.x) / 2
            steps.append(f"C{Place(middle, before.y).pair} {Place(middle, here.y).pair} {here.pair}")
        else:
            steps.append(f"L{here.pair}")
    return "".join(steps)


def band_path(upper: list[Place], lower: list[Place], *, smooth: bool = False) -> str:
    """The area between two lines."""
    if not upper:
        return ""
    there = line_path(upper, smooth=smooth)
    back = line_path(lower[::-1], smooth=smooth).replace("M", "L", 1)
    return f"{there}{back}Z"
