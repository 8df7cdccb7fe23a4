"""What a case's clocks show to people: which one runs, until when, and whether it was kept. No database."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SOON = timedelta(hours=2)


class Face(StrEnum):
    KEPT = "kept"
    LATE = "late"
    OVERDUE = "overdue"
    SOON = "soon"
    RUNNING = "running"
    STOPPED = "stopped"


class Timed(Protocol):
    """The part of a case that a clock can be read from."""

    is_open: bool
    paused_at: datetime | None
    next_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Clock:
    name: str
    label: str | Promise
    due_at: datetime
    done_at: datetime | None
    face: Face


CLOCKS = (
    ("acknowledge", _("Acknowledge"), "acknowledge_due_at", "acknowledged_at"),
    ("contact", _("First contact"), "contact_due_at", "contacted_at"),
    ("resolve", _("Resolve"), "resolve_due_at", "resolved_at"),
    ("confirm", _("Confirm"), "confirm_due_at", "confirmed_at"),
)


def clocks_of(case: Timed, *, now: datetime) -> Iterator[Clock]:
    """Every clock that the case was given, in the order in which they end."""
    for name, label, due_field, done_field in CLOCKS:
        due_at, done_at = getattr(case, due_field), getattr(case, done_field)
        if due_at is not None:
            yield Clock(name, label, due_at, done_at, _face(case, due_at, done_at, now))


def next_clock(case: Timed, *, now: datetime) -> Clock | None:
    """The clock that runs out next; None where nothing is awaited any more."""
    waiting = [clock for clock in clocks_of(case, now=now) if clock.done_at is None]
    if not waiting or not case.is_open:
        return None
    return min(waiting, key=lambda clock: (clock.due_at != case.next_due_at, clock.due_at))


def _face(case: Timed, due_at: datetime, done_at: datetime | None, now: datetime) -> Face:
    if done_at is not None:
        return Face.KEPT if done_at <= due_at else Face.LATE
    if case.paused_at is not None:
        return Face.STOPPED
    if due_at <= now:
        return Face.OVERDUE
    return Face.SOON if due_at - now <= SOON else Face.RUNNING
