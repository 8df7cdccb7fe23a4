"""Until when to snooze: a few moments that people mean, one they name, or the customer's word with a last day."""

from datetime import date, datetime, time, timedelta

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

MORNING = time(9)
REPLY = "reply"
REPLY_AT_THE_LATEST = timedelta(days=14)


def moments(now: datetime) -> dict[str, tuple[str, datetime]]:
    """Key -> (words, moment), in the reader's zone."""
    local = timezone.localtime(now)
    monday = local.date() + timedelta(days=7 - local.weekday())
    return {
        "3h": (_("in 3 hours"), now + timedelta(hours=3)),
        "tomorrow": (_("tomorrow morning"), morning_of(local.date() + timedelta(days=1))),
        "3d": (_("in 3 days"), morning_of(local.date() + timedelta(days=3))),
        "monday": (_("next Monday"), morning_of(monday)),
        "2w": (_("in 2 weeks"), morning_of(local.date() + timedelta(days=14))),
        REPLY: (_("until the customer replies"), morning_of(local.date() + REPLY_AT_THE_LATEST)),
    }


def morning_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, MORNING))


class SnoozeField(forms.ChoiceField):
    """A choice among moments; the cleaned value is the moment itself. `short` leaves the date out of the words."""

    def __init__(self, *, short: bool = False, **kwargs) -> None:
        super().__init__(choices=_offered_in_short if short else _offered, **kwargs)

    def clean(self, value: str) -> datetime | None:
        key = super().clean(value)
        return moments(timezone.now())[key][1] if key else None


def _offered() -> list[tuple[str, str]]:
    return [
        (key, f"{words}{_at_the_latest(key)}: {date_format(timezone.localtime(when), 'D j M, H:i')}")
        for key, (words, when) in moments(timezone.now()).items()
    ]


def _offered_in_short() -> list[tuple[str, str]]:
    return [(key, words) for key, (words, _when) in moments(timezone.now()).items()]


def _at_the_latest(key: str) -> str:
    return _(", at the latest") if key == REPLY else ""
