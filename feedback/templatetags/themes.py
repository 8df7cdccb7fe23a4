from django import template
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from feedback.metrics.figure import FEW_ANSWERS, Figure, Unit
from feedback.metrics.shares import Shift

register = template.Library()


def fine(value: float | None) -> str:
    """Percent with one decimal below ten: most themes are small shares."""
    if value is None:
        return "–"
    decimals = 1 if abs(value) < 9.95 else 0
    return f"{number_format(round(value, decimals), decimal_pos=decimals, use_l10n=True)}\u202f%"


def reach(figure: Figure) -> str:
    if figure.interval is None:
        return ""
    if figure.unit is Unit.PERCENT:
        return _("%(low)s to %(high)s") % {"low": fine(figure.interval.low), "high": fine(figure.interval.high)}
    return figure.interval_text


@register.simple_tag
def share_cell(figure: Figure, address: str, hits: int | None = None) -> SafeString:
    """A share or a score in a table, with its n and interval, leading to its rows."""
    if not figure.is_known:
        return format_html('<span class="cell-none" title="{}">–</span>', figure.state_text)
    few = " cell-few" if figure.n < FEW_ANSWERS else ""
    value = fine(figure.value) if figure.unit is Unit.PERCENT else figure.text
    basis = _("%(hits)s of %(n)s") % {"hits": hits, "n": figure.n_text} if hits is not None else f"n {figure.n_text}"
    return format_html(
        '<a class="cell" href="{}"><span class="cell-value{}">{}</span><span class="cell-basis">{}{}</span></a>',
        address,
        few,
        value,
        basis,
        f" · {reach(figure)}" if figure.interval else "",
    )


@register.simple_tag
def share_text(figure: Figure) -> str:
    return fine(figure.value) if figure.is_known else str(figure.state_text)


@register.simple_tag
def share_reach(figure: Figure) -> str:
    return reach(figure)


@register.simple_tag
def turn(shift: Shift) -> SafeString:
    """More or less often than before; neither is good or bad by itself."""
    if shift.difference is None:
        return format_html('<span class="muted">{}</span>', shift.turn.text)
    arrow = {"more": "▲", "less": "▼"}.get(shift.turn.value, "")
    return format_html(
        '<span class="turn turn-{}"><b>{}{}</b> <span class="numbers">{}{}</span></span>',
        shift.turn.value,
        format_html('<span aria-hidden="true">{}</span> ', arrow) if arrow else "",
        shift.turn.text,
        shift.text,
        f" ({shift.interval_text})" if shift.interval else "",
    )
