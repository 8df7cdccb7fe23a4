"""Drivers drawn with their uncertainty: how much each weighs against how well it is done, and what lows and tops do."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from feedback.charts.chart import Cell, Chart, Table, drawing
from feedback.charts.svg import element, percent, text

HEIGHT, TOP, BOTTOM, LEFT, RIGHT = 340, 24, 300, 0.07, 0.985
ROW_HEIGHT = 66
MIDDLE, REACH = 0.5, 0.47


@dataclass(frozen=True, slots=True)
class Spot:
    """A driver: importance and performance from 0 to 100, each with the two ends of its interval where it has one."""

    number: int
    name: str
    importance: float
    importance_ends: tuple[float, float]
    performance: float
    performance_ends: tuple[float, float] | None
    is_first: bool


@dataclass(frozen=True, slots=True)
class Pull:
    """What low ratings cost and top ratings add, in points of the outcome; None where too few rated so."""

    name: str
    penalty: float | None
    penalty_ends: tuple[float, float] | None
    reward: float | None
    reward_ends: tuple[float, float] | None
    words: str


def shown(value: float | None, decimals: int = 0) -> str:
    return "–" if value is None else number_format(round(value, decimals) + 0.0, decimal_pos=decimals, use_l10n=True)


def ends_text(ends: tuple[float, float] | None, decimals: int = 0) -> str:
    if ends is None:
        return ""
    return _("%(low)s to %(high)s") % {"low": shown(ends[0], decimals), "high": shown(ends[1], decimals)}


def priority_matrix(title: str, spots: Sequence[Spot], *, fair_share: float, usual: float) -> Chart:
    """Boxes are the 95 % intervals of both. Upper left is done well and weighs little; lower right is where to look."""
    most = max([fair_share * 2, *(spot.importance_ends[1] for spot in spots)])
    seen = [end for spot in spots for end in (spot.performance_ends or (spot.performance, spot.performance))]
    low, high = max(0.0, min([*seen, usual]) - 8), min(100.0, max([*seen, usual]) + 8)

    def x(importance: float) -> float:
        return LEFT + (RIGHT - LEFT) * importance / most

    def y(performance: float) -> float:
        return BOTTOM - (BOTTOM - TOP) * (performance - low) / (high - low)

    picture = [
        element(
            "rect",
            x=percent(x(fair_share)),
            y=y(usual),
            width=percent(RIGHT - x(fair_share)),
            height=BOTTOM - y(usual),
            class_="chart-shady",
        ),
        element("line", x1=percent(LEFT), x2=percent(RIGHT), y1=BOTTOM, y2=BOTTOM, class_="chart-axis"),
        element("line", x1=percent(LEFT), x2=percent(LEFT), y1=TOP, y2=BOTTOM, class_="chart-axis"),
        element("line", x1=percent(LEFT), x2=percent(RIGHT), y1=y(usual), y2=y(usual), class_="chart-border"),
        element("line", x1=percent(x(fair_share)), x2=percent(x(fair_share)), y1=TOP, y2=BOTTOM, class_="chart-border"),
        text(_("weighs more →"), x=percent(RIGHT), y=BOTTOM + 32, class_="chart-tick", anchor="end"),
        text(_("↑ done better"), x=percent(LEFT), y=TOP - 9, class_="chart-tick"),
        text(_("look here first"), x=percent(RIGHT - 0.01), y=BOTTOM - 9, class_="chart-role", anchor="end"),
        *_ticks(most, low, high, x, y),
    ]
    boxes = [_spot(spot, x, y) for spot in spots]
    summary = "; ".join(_described(spot) for spot in spots)
    return Chart(drawing(title, summary, picture, boxes, height=HEIGHT, kind="matrix"), _matrix_table(title, spots))


def _ticks(most: float, low: float, high: float, x, y):
    step = next(step for step in (5, 10, 20, 25, 50) if most / step <= 6)
    for value in range(0, int(most) + 1, step):
        yield text(f"{shown(value)}\u202f%", x=percent(x(value)), y=BOTTOM + 16, class_="chart-tick", anchor="middle")
    step = 10 if high - low <= 60 else 20
    for value in range(int(-(-low // step) * step), int(high) + 1, step):
        yield text(shown(value), x=percent(LEFT - 0.012), y=y(value) + 4, class_="chart-tick", anchor="end")


def _spot(spot: Spot, x, y) -> SafeString:
    left, right = (x(end) for end in spot.importance_ends)
    ends = spot.performance_ends or (spot.performance, spot.performance)
    place = percent(x(spot.importance))
    return element(
        "g",
        element("title", _described(spot)),
        element(
            "rect",
            x=percent(left),
            y=y(ends[1]),
            width=percent(max(right - left, 0.004)),
            height=max(y(ends[0]) - y(ends[1]), 2),
            rx=3,
            class_="chart-box chart-box-first" if spot.is_first else "chart-box",
        ),
        element("circle", cx=place, cy=y(spot.performance), r=10, class_="chart-number"),
        text(str(spot.number), x=place, y=y(spot.performance) + 4, class_="chart-number-text", anchor="middle"),
    )


def _described(spot: Spot) -> str:
    return _("%(number)s. %(name)s: weighs %(share)s %% (%(share_ends)s), done %(done)s of 100 (%(done_ends)s)") % {
        "number": spot.number,
        "name": spot.name,
        "share": shown(spot.importance),
        "share_ends": ends_text(spot.importance_ends),
        "done": shown(spot.performance),
        "done_ends": ends_text(spot.performance_ends),
    }


def _matrix_table(title: str, spots: Sequence[Spot]) -> Table:
    rows = tuple(
        (
            Cell(f"{spot.number}. {spot.name}"),
            Cell(shown(spot.importance, 1)),
            Cell(ends_text(spot.importance_ends, 1)),
            Cell(shown(spot.performance, 1)),
            Cell(ends_text(spot.performance_ends, 1)),
        )
        for spot in spots
    )
    heads = (_("Driver"), _("Share of R², %"), _("95% interval"), _("Done, 0–100"), _("95% interval"))
    return Table(title, heads, rows)


def contrast_chart(title: str, pulls: Sequence[Pull]) -> Chart:
    """To the left what a low rating costs, to the right what a top rating adds, on one scale; lines are intervals."""
    ends = [abs(end) for pull in pulls for pair in (pull.penalty_ends, pull.reward_ends) if pair for end in pair]
    most = max(ends, default=1.0) or 1.0
    rows = [_pull(place, pull, most) for place, pull in enumerate(pulls)]
    height = ROW_HEIGHT * len(pulls) + 4
    zeros = [_zero(place * ROW_HEIGHT) for place in range(len(pulls))]
    summary = "; ".join(_pull_words(pull) for pull in pulls)
    return Chart(drawing(title, summary, zeros, rows, height=height, kind="contrast"), _pull_table(title, pulls))


def _zero(y: float) -> SafeString:
    """Between the words of a row, not through them."""
    return element("line", x1=percent(MIDDLE), x2=percent(MIDDLE), y1=y + 19, y2=y + 41, class_="chart-axis")


def _pull(place: int, pull: Pull, most: float) -> SafeString:
    y = place * ROW_HEIGHT
    shapes = [
        element("title", _pull_words(pull)),
        text(pull.name, x="0%", y=y + 14, class_="chart-label"),
        text(pull.words, x="0%", y=y + 53, class_="chart-tick"),
    ]
    for value, ends, side, mood in (
        (pull.penalty, pull.penalty_ends, -1, "bad"),
        (pull.reward, pull.reward_ends, 1, "good"),
    ):
        if value is None:
            continue
        tip = MIDDLE + side * REACH * value / most
        left, right = sorted((MIDDLE, tip))
        shapes.append(
            element(
                "rect",
                x=percent(left),
                y=y + 22,
                width=percent(right - left),
                height=16,
                class_=f"chart-bar chart-{mood}",
            )
        )
        x1, x2 = sorted(MIDDLE + side * REACH * end / most for end in ends)
        shapes.append(element("line", x1=percent(x1), x2=percent(x2), y1=y + 30, y2=y + 30, class_="chart-span"))
    return element("g", *shapes)


def _pull_words(pull: Pull) -> str:
    return _(
        "%(name)s: a low rating costs %(penalty)s (%(penalty_ends)s), a top rating adds %(reward)s (%(reward_ends)s)"
    ) % {
        "name": pull.name,
        "penalty": shown(pull.penalty, 1),
        "penalty_ends": ends_text(pull.penalty_ends, 1),
        "reward": shown(pull.reward, 1),
        "reward_ends": ends_text(pull.reward_ends, 1),
    }


def _pull_table(title: str, pulls: Sequence[Pull]) -> Table:
    rows = tuple(
        (
            Cell(pull.name),
            Cell(shown(pull.penalty, 2)),
            Cell(ends_text(pull.penalty_ends, 2)),
            Cell(shown(pull.reward, 2)),
            Cell(ends_text(pull.reward_ends, 2)),
            Cell(pull.words),
        )
        for pull in pulls
    )
    heads = (_("Driver"), _("Low costs"), _("95% interval"), _("Top adds"), _("95% interval"), _("Nature"))
    return Table(title, heads, rows)
