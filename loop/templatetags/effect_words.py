"""Shares, intervals and working time as people read them."""

from datetime import timedelta

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from feedback.charts.whisker import whisker
from feedback.metrics.figure import Figure, Unit
from loop.reports.baseline import Comparison, Doubt, Verdict
from vocplatform.lib.stats import Interval

register = template.Library()
VERDICTS = {Verdict.HELPED: ("good", "check"), Verdict.HURT: ("bad", "alarm"), Verdict.CANNOT_TELL: ("", "info")}


@register.filter
def percent(share: float | None) -> str:
    return "–" if share is None else Unit.PERCENT.text(100 * share)


@register.filter
def points(difference: float | None) -> str:
    return "–" if difference is None else Unit.POINTS.text(100 * difference, signed=True)


@register.filter
def between(interval: Interval | None) -> str:
    if interval is None:
        return ""
    ends = {"low": Unit.PERCENT.text(100 * interval.low), "high": Unit.PERCENT.text(100 * interval.high)}
    return _("%(low)s to %(high)s") % ends


@register.filter
def between_points(interval: Interval | None) -> str:
    if interval is None:
        return ""
    ends = {"low": points(interval.low), "high": points(interval.high)}
    return _("%(low)s to %(high)s") % ends


@register.filter
def working_time(minutes: float | None) -> str:
    """Working minutes as hours, since a working day is no day."""
    if minutes is None:
        return "–"
    if minutes < 60:
        return _("%(n)d min") % {"n": round(minutes)}
    return _("%(n).1f working h") % {"n": minutes / 60}


@register.filter
def wait_words(within: timedelta | None) -> str:
    if within is None:
        return _("later")
    return ngettext("within %(n)d day", "within %(n)d days", within.days) % {"n": within.days}


@register.filter
def verdict_words(verdict: Verdict) -> str:
    return {
        Verdict.HELPED: _("contact helped"),
        Verdict.HURT: _("contact hurt"),
        Verdict.CANNOT_TELL: _("cannot tell"),
    }[verdict]


@register.filter
def doubt_words(doubt: Doubt | None) -> str:
    return {
        None: "",
        Doubt.FEW_CONTACTED: _("Too few of the customers we contacted have answered again."),
        Doubt.FEW_UNTREATED: _(
            "Too few customers without contact have answered again, so there is nothing to compare."
        ),
        Doubt.NO_CLEAR_DIFFERENCE: _("The interval of the difference includes 0."),
    }[doubt]


@register.simple_tag
def uplift_whisker(comparison: Comparison) -> SafeString | str:
    """The difference with its interval around nothing; decoration beside the numbers."""
    if comparison.uplift is None or comparison.uplift_interval is None:
        return ""
    spread = comparison.uplift_interval.scaled(100)
    figure = Figure(100 * comparison.uplift, comparison.contacted.n, spread, Unit.POINTS)
    return whisker(figure, whole=(-100, 100))


@register.inclusion_tag("includes/_badge.html")
def verdict_mark(verdict: Verdict) -> dict[str, str]:
    tone, icon = VERDICTS[verdict]
    return {"tone": tone, "icon": icon, "text": verdict_words(verdict)}
