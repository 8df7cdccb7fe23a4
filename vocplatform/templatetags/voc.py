"""What every staff page draws the same way: icons, times, people, scores and figures."""

from datetime import datetime, timedelta

from django import template
from django.contrib.auth.models import AbstractBaseUser
from django.http import QueryDict
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from feedback.metrics import METRICS
from feedback.metrics.figure import Figure
from feedback.models import Reading
from surveys.definition.kinds import KINDS
from vocplatform import navigation as ways
from vocplatform import roles as role_table
from vocplatform.lib.words import day_and_minute, in_words

register = template.Library()

MINUTE = timedelta(minutes=1)
BAND_OF_MOOD = {"bad": "low", "middle": "middle", "good": "high"}
TONE_OF_FEELING = {Reading.Label.NEGATIVE: "bad", Reading.Label.MIXED: "warn", Reading.Label.POSITIVE: "good"}


@register.simple_tag
def icon(name: str, *, turns: bool = False) -> SafeString:
    """A drawing from icons.svg, silent for screen readers. `turns`: it points along the line of reading."""
    sheet = static("voc/icons.svg")
    css = "icon icon-turns" if turns else "icon"
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>', css, sheet, name
    )


@register.filter
def exactly(when: datetime) -> str:
    local = timezone.localtime(when)
    return f"{date_format(local, 'DATETIME_FORMAT')} {local.tzname()}"


@register.filter
def ago(when: datetime | None) -> str | SafeString:
    """How long ago, or in how long; the exact moment is the title."""
    if when is None:
        return ""
    passed = timezone.now() - when
    if abs(passed) < MINUTE:
        words = _("now")
    elif passed > timedelta(0):
        words = _("%s ago") % in_words(passed)
    else:
        words = _("in %s") % in_words(-passed)
    return format_html('<time datetime="{}" title="{}">{}</time>', when.isoformat(), exactly(when), words)


@register.filter
def moment(when: datetime | None) -> str | SafeString:
    """Day and minute in the reader's zone; the exact moment with its zone is the title."""
    if when is None:
        return ""
    words = day_and_minute(when)
    return format_html('<time datetime="{}" title="{}">{}</time>', when.isoformat(), exactly(when), words)


@register.filter
def person(user: AbstractBaseUser | None) -> str:
    return (user.get_full_name() or user.get_username()) if user else ""


@register.filter
def initials(user: AbstractBaseUser | None) -> str:
    words = person(user).replace(".", " ").replace("_", " ").split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.filter
def roles(user: AbstractBaseUser) -> list[str]:
    return [name for name in user.groups.values_list("name", flat=True) if name in role_table.ROLES]


@register.inclusion_tag("includes/_score.html")
def score_badge(kind: str, number: int | None) -> dict[str, str]:
    """The number in its band, with the scale beside it. A 0 is a number; no number is a dash."""
    nature, metric = KINDS.get(kind), METRICS.get(kind)
    name = metric.name if metric else _("Rating")
    if number is None:
        return {"band": "", "shown": "–", "scale": _("no score"), "title": _("No score")}
    band = metric.band_of(number) if metric else None
    words = _("%(name)s %(number)s of %(top)s") % {"name": name, "number": number, "top": nature.maximum}
    return {
        "band": BAND_OF_MOOD[band.mood] if band else "plain",
        "shown": str(number),
        "scale": f"{name} /{nature.maximum}",
        "title": f"{words}: {band.label}" if band else words,
    }


@register.inclusion_tag("includes/_badge.html")
def feeling_badge(label: str) -> dict[str, str]:
    """What a comment feels like; a comment that nobody could read is not scored, never neutral."""
    if label == Reading.Status.NOT_SCORED:
        return {"text": Reading.Status.NOT_SCORED.label}
    return {"tone": TONE_OF_FEELING.get(label, ""), "text": Reading.Label(label).label}


@register.filter
def signed(value: float | None) -> str:
    return "" if value is None else f"{value:+.2f}".replace("-", "−")


@register.inclusion_tag("includes/_figure.html")
def figure(shown: Figure, label: str, icon: str = "") -> dict[str, object]:
    """A number never stands alone: what it rests on and how far it may be off stand under it."""
    basis = [_("n = %s") % shown.n] if shown.n else []
    if shown.interval_text:
        basis.append(_("95%%: %s") % shown.interval_text)
    return {
        "icon": icon,
        "label": label,
        "shown": shown.text,
        "basis": " · ".join(basis) or shown.state_text,
        "warnings": [caution.text for caution in shown.cautions],
    }


@register.simple_tag(takes_context=True)
def navigation(context: template.Context) -> list[ways.ShownGroup]:
    return ways.ways_of(context["request"])


@register.simple_tag(takes_context=True)
def address_with(context: template.Context, **changes: object) -> str:
    """This page's query with some values changed; None takes one out. The page number starts over."""
    query: QueryDict = context["request"].GET.copy()
    query.pop("page", None)
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = str(value)
    return f"?{query.urlencode()}"
