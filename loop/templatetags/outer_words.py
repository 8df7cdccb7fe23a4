"""Initiatives, loops and read-outs in words and badges."""

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from loop.models import Initiative, ReadOut
from loop.services.initiatives import label_of
from loop.trial.verdict import Verdict

register = template.Library()
TONES = {
    Verdict.HELPED: ("good", "check"),
    Verdict.HURT: ("bad", "alarm"),
    Verdict.NO_LARGER: ("info", "done"),
    Verdict.CANNOT_TELL: ("", "info"),
}
TONE_OF_STATUS = {
    Initiative.Status.DRAFT: ("", "form"),
    Initiative.Status.REGISTERED: ("info", "lock"),
    Initiative.Status.READ_OUT: ("good", "done"),
    Initiative.Status.DROPPED: ("", "cross"),
}
MINUS = "−"


@register.inclusion_tag("includes/_badge.html")
def read_out_verdict(read_out: ReadOut) -> dict[str, str]:
    tone, icon = TONES[Verdict(read_out.verdict)]
    return {"tone": tone, "icon": icon, "text": verdict_text(read_out)}


@register.filter
def verdict_text(read_out: ReadOut) -> str:
    if read_out.verdict == Verdict.NO_LARGER:
        largest = max(abs(read_out.low), abs(read_out.high))
        return _("no effect larger than %s") % number_format(largest, 1)
    return read_out.get_verdict_display()


@register.inclusion_tag("includes/_badge.html")
def initiative_status(initiative: Initiative) -> dict[str, str]:
    tone, icon = TONE_OF_STATUS[Initiative.Status(initiative.status)]
    return {"tone": tone, "icon": icon, "text": initiative.get_status_display()}


@register.filter
def moved(value: float | None) -> str:
    """A change with its sign; the unit stands beside it."""
    if value is None:
        return "–"
    shown = number_format(abs(round(value, 1)), 1)
    return f"{MINUS if round(value, 1) < 0 else '+'}{shown}"


@register.filter
def field_label(name: str) -> str:
    return label_of(name)


@register.simple_tag
def unit_of(initiative: Initiative) -> str:
    return {"nps": _("points"), "csat": _("points of the percentage"), "ces": _("points of the scale")}[
        initiative.metric
    ]


@register.inclusion_tag("includes/_badge.html")
def grade_mark(grade: str) -> dict[str, str]:
    """How much an answer says about causes."""
    said = {
        "randomised": ("good", _("randomised"), _("Chance decided who got it.")),
        "quasi": ("info", _("quasi-experiment"), _("Judged against what stayed as it was; nobody drew lots.")),
        "association": ("", _("association"), _("Goes along with it; need not be the cause.")),
        "anecdote": ("", _("anecdote"), _("Single stories.")),
        "none": ("warn", _("not measured yet"), ""),
    }
    tone, words, title = said[grade]
    return {"tone": tone, "text": words, "title": title}
