"""Two people changed one case: what stood there, what they made of it, what I wanted. Field by field, in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from loop.models import Case, Severity, Status
from loop.services.history import StaleEdit, shown
from vocplatform.lib.words import day_and_minute

CHOICES = {"status": Status, "severity": Severity}
Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """`mine` and `theirs` are empty where that side left the field alone."""

    label: str
    base: str
    theirs: str
    mine: str

    @property
    def is_contested(self) -> bool:
        return bool(self.mine and self.theirs and self.mine != self.theirs)


def differences(stale: StaleEdit) -> list[Difference]:
    """Every field that either side touched."""
    fields = [*stale.theirs, *(name for name in stale.mine if name not in stale.theirs and hasattr(stale.case, name))]
    owners = {*stale.theirs.get("owner", ()), stale.mine.get("owner", ""), shown(stale.case.owner)}
    names = people_named(owners)
    return [_difference(field, stale, names) for field in fields]


def _difference(field: str, stale: StaleEdit, names: Names) -> Difference:
    def say(value: str) -> str:
        return in_words_of(field, value, names) or _("none")

    base, now = stale.theirs.get(field, (shown(getattr(stale.case, field, None)), ""))
    return Difference(
        label_of(field),
        say(base),
        say(now) if field in stale.theirs else "",
        say(stale.mine[field]) if field in stale.mine else "",
    )


def people_named(usernames: set[str]) -> Names:
    """User name -> the name that people know; who is gone keeps the user name."""
    found = get_user_model().objects.filter(username__in=usernames - {""})
    return {person.get_username(): person.get_full_name() or person.get_username() for person in found}


def label_of(name: str) -> str:
    known = {field.name: field for field in Case._meta.get_fields() if hasattr(field, "verbose_name")}
    return str(known[name].verbose_name) if name in known else name


def in_words_of(field: str, value: str, names: Names) -> str:
    """History keeps plain values; people read labels, names and their own time."""
    if field in CHOICES and value in CHOICES[field].values:
        return str(CHOICES[field](value).label)
    if field == "owner":
        return names.get(value, value)
    moment = parse_datetime(value) if field.endswith(("_at", "_until")) and value else None
    return day_and_minute(moment) if moment else value
