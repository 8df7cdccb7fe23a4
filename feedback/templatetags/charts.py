from collections.abc import Mapping

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from feedback.analytics.by_touchpoint import Cell
from feedback.charts.whisker import whisker
from feedback.metrics.change import Change
from feedback.metrics.figure import FEW_ANSWERS, Figure, State, count_text
from feedback.metrics.status import Lines
from feedback.models import Alert

register = template.Library()


@register.simple_tag
def figure_cell(cell: Cell, lines: Mapping[str, Lines] | None = None) -> SafeString:
    """A figure in a table: value, n, interval and a little picture of it, leading to its rows.

    Written here and not as a template, because a page has hundreds of them.
    """
    figure = cell.figure
    if not figure.is_known:
        said = figure.state_text if figure.state is State.HIDDEN else "–"
        return format_html('<span class="cell-none" title="{}">{}</span>', figure.state_text, said)
    few = " cell-few" if figure.n < FEW_ANSWERS else ""
    reach = f" · {figure.interval_text}" if figure.interval else ""
    picture = whisker(figure, whole=cell.metric.axis, target=lines[cell.metric.key].target if lines else None)
    shown = '<span class="cell-value{}">{}</span><span class="cell-basis">n {}{}</span>{}'
    inside = format_html(shown, few, figure.text, figure.n_text, reach, picture)
    if not cell.rows:
        return format_html('<span class="cell">{}</span>', inside)
    return format_html('<a class="cell" href="{}?{}">{}</a>', reverse("responses"), cell.rows, inside)


@register.simple_tag
def rate(figure: Figure) -> SafeString | str:
    """A figure in a line of text, never without n and interval."""
    if not figure.is_known:
        return str(figure.state_text)
    basis = [_("95%%: %s") % figure.interval_text] if figure.interval else []
    basis += [_("n = %s") % figure.n_text, *(str(caution.text) for caution in figure.cautions)]
    return format_html(
        '<b class="numbers">{}</b> <span class="muted numbers">({})</span>', figure.text, ", ".join(basis)
    )


@register.simple_tag
def open_alerts() -> int:
    """How many metrics are out of the ordinary right now."""
    return Alert.objects.open().count()


@register.filter
def counted(n: int) -> str:
    return count_text(n)


@register.simple_tag
def change(shown: Change) -> SafeString | str:
    if shown.difference is None:
        return ""
    reach = f" ({shown.interval_text})" if shown.interval else ""
    return format_html(
        '<span class="kpi-change kpi-{}"><b>{}</b> {}{}</span>',
        shown.verdict.value,
        shown.verdict.text,
        shown.text,
        reach,
    )
