"""What a comparison of arms says, in words and as a dot on its line."""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from feedback.charts.whisker import whisker
from feedback.metrics.figure import Figure, Unit
from loop.models import Playbook, Severity
from loop.reports.trial import Comparison, Contrast
from loop.trial.verdict import Verdict
from vocplatform.lib.stats import Interval

register = template.Library()
TONES = {
    Verdict.HELPED: ("good", "check"),
    Verdict.HURT: ("bad", "alarm"),
    Verdict.NO_LARGER: ("info", "done"),
    Verdict.CANNOT_TELL: ("", "info"),
}
TONE_OF_STATUS = {
    Playbook.Status.DRAFT: ("", "form"),
    Playbook.Status.RUNNING: ("info", "move"),
    Playbook.Status.STOPPED: ("", "done"),
}
WIDEST_POINTS, WIDEST_SCORE = 50, 2


@register.inclusion_tag("includes/_badge.html")
def trial_verdict(contrast: Contrast) -> dict[str, str]:
    tone, icon = TONES[contrast.verdict]
    return {"tone": tone, "icon": icon, "text": _words(contrast)}


def _words(contrast: Contrast) -> str:
    if contrast.verdict is Verdict.NO_LARGER:
        return _("no effect larger than %s points") % Unit.POINTS.text(100 * contrast.largest).lstrip("+")
    return {
        Verdict.HELPED: _("helped"),
        Verdict.HURT: _("hurt"),
        Verdict.CANNOT_TELL: _("cannot tell"),
    }[contrast.verdict]


@register.inclusion_tag("includes/_badge.html")
def playbook_status(playbook: Playbook) -> dict[str, str]:
    tone, icon = TONE_OF_STATUS[Playbook.Status(playbook.status)]
    return {"tone": tone, "icon": icon, "text": playbook.get_status_display()}


@register.simple_tag
def points_line(comparison: Comparison) -> SafeString:
    return _line(comparison, Unit.POINTS, 100, WIDEST_POINTS)


@register.simple_tag
def score_line(comparison: Comparison) -> SafeString:
    return _line(comparison, Unit.SCORE, 1, WIDEST_SCORE)


def _line(comparison: Comparison, unit: Unit, factor: float, widest: float) -> SafeString:
    effect = comparison.effect
    if effect is None:
        figure = Figure.cannot_tell(unit)
    else:
        interval = effect.interval and effect.interval.scaled(factor)
        figure = Figure.known(effect.value * factor, comparison.n + comparison.other_n, interval, unit)
    return whisker(figure, whole=(-widest, widest))


@register.filter
def score(value: float | None) -> str:
    return "–" if value is None else Unit.SCORE.text(value)


@register.filter
def score_difference(value: float | None) -> str:
    return "–" if value is None else Unit.SCORE.text(value, signed=True)


@register.filter
def between_scores(interval: Interval | None) -> str:
    if interval is None:
        return _("cannot tell")
    ends = {"low": score_difference(interval.low), "high": score_difference(interval.high)}
    return _("%(low)s to %(high)s") % ends


@register.filter
def severity_names(severities: list[str]) -> str:
    return ", ".join(str(Severity(name).label) for name in severities)
