"""How cases are marked on every page: a word and a drawing each, colour only on top."""

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from loop.models import Case, Severity, Status
from loop.sla.face import Clock, Face
from vocplatform.lib.words import in_words

register = template.Library()

MARK = "includes/_badge.html"
TONE_OF_STATUS = {
    Status.NEW: ("info", "plus"),
    Status.ASSIGNED: ("info", "person"),
    Status.CONTACTED: ("info", "phone"),
    Status.IN_PROGRESS: ("info", "move"),
    Status.RESOLVED: ("good", "check"),
    Status.CONFIRMED: ("good", "done"),
    Status.UNREACHABLE: ("", "cross"),
    Status.DECLINED: ("", "cross"),
    Status.DUPLICATE: ("", "link"),
    Status.REOPENED: ("warn", "reopen"),
}
TONE_OF_SEVERITY = {Severity.CRITICAL: ("bad", "flag"), Severity.HIGH: ("warn", "flag")}
TONE_OF_FACE = {
    Face.KEPT: ("good", "check"),
    Face.LATE: ("warn", "alarm"),
    Face.OVERDUE: ("bad", "alarm"),
    Face.SOON: ("warn", "clock"),
    Face.RUNNING: ("", "clock"),
    Face.STOPPED: ("", "pause"),
}


@register.inclusion_tag(MARK)
def status_mark(status: str) -> dict[str, str]:
    tone, icon = TONE_OF_STATUS[Status(status)]
    return {"tone": tone, "icon": icon, "text": Status(status).label}


@register.inclusion_tag(MARK)
def severity_mark(severity: str) -> dict[str, str]:
    tone, icon = TONE_OF_SEVERITY.get(Severity(severity), ("", ""))
    return {"tone": tone, "icon": icon, "text": Severity(severity).label}


@register.filter
def clock_in(now: datetime, zone: str) -> str:
    """What the clock shows where the customer lives; nothing for a zone that nobody knows."""
    try:
        return date_format(now.astimezone(ZoneInfo(zone)), "D H:i")
    except (ZoneInfoNotFoundError, ValueError):
        return ""


@register.filter
def is_grave(case: Case) -> bool:
    return case.severity in TONE_OF_SEVERITY


@register.inclusion_tag("loop/_clock.html", takes_context=True)
def clock_mark(context: template.Context, clock: Clock | None) -> dict[str, object]:
    """A clock by its name and in words (“First contact: 3 h over”), never in colour alone."""
    return {**clock_face(context, clock), "with_name": True} if clock else {}


@register.inclusion_tag("loop/_clock.html", takes_context=True, name="clock_face")
def clock_face_alone(context: template.Context, clock: Clock) -> dict[str, object]:
    return clock_face(context, clock)


def clock_face(context: template.Context, clock: Clock) -> dict[str, object]:
    tone, icon = TONE_OF_FACE[clock.face]
    return {"clock": clock, "tone": tone, "icon": icon, "words": _words(clock, context["now"])}


def _words(clock: Clock, now: datetime) -> str:
    if clock.face is Face.KEPT:
        return _("in time")
    if clock.face is Face.LATE:
        return _("%s late") % in_words(clock.done_at - clock.due_at)
    if clock.face is Face.STOPPED:
        return _("stopped")
    if clock.face is Face.OVERDUE:
        return _("%s over") % in_words(now - clock.due_at)
    return _("%s left") % in_words(clock.due_at - now)
