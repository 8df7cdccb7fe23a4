"""Two people changed one case: what stood there, what they made of it, what I wanted. Field by field, in words."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime

from loop.models import Case, Severity, Status
from loop.services.history import StaleEdit

CHOICES = {"status": Status, "severity": Severity}


@dataclass(frozen=True, slots=True)
class Difference:
    label: str
    base: str
    theirs: str
    mine: str

    @property
    def is_contested(self) -> bool:
        return bool(self.mine and self.theirs and self.mine != self.theirs)


def differences(stale: StaleEdit) -> list[Difference]:
    """Every field that either side touched; empty text where a side left it alone."""
    names = [*stale.theirs, *(name for name in stale.mine if name not in stale.theirs)]
    return [_difference(name, stale.theirs.get(name, ("", "")), stale.mine) for name in names]


def _difference(name: str, theirs: tuple[str, str], mine: Mapping[str, str]) -> Difference:
    base, now, wanted = *theirs, mine.get(name, "")
    return Difference(label_of(name), *(in_words_of(name, value) for value in (base, now, wanted)))


def label_of(name: str) -> str:
    known = {field.name: field for field in Case._meta.get_fields() if hasattr(field, "verbose_name")}
    return str(known[name].verbose_name) if name in known else name


def in_words_of(name: str, value: str) -> str:
    """History keeps plain values; people read labels and their own time."""
    if name in CHOICES and value in CHOICES[name].values:
        return str(CHOICES[name](value).label)
    moment = parse_datetime(value) if name.endswith(("_at", "_until")) and value else None
    return date_format(localtime(moment), "SHORT_DATETIME_FORMAT") if moment else value
