"""The same service for many cases: each in its own transaction, each with its own answer."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from loop.models import Case, WrongMove
from loop.services import cases, desk
from loop.services.history import NotAllowed, StaleEdit

SERVICES: dict[str, Callable[..., Case]] = {
    "mine": cases.assign_case,
    "assign": cases.assign_case,
    "snooze": desk.snooze_case,
    "close": cases.resolve_case,
}
CHANGES = {"mine": "owner", "assign": "owner", "snooze": "snoozed_until"}  # what an undo puts back; closing asks anew
REFUSALS = (StaleEdit, NotAllowed, WrongMove)


@dataclass(frozen=True, slots=True)
class Step:
    """What undoes one row, plain enough for a session: the case as it was left, and what stood there before."""

    pk: int
    version: int
    before: int | str | None


@dataclass(frozen=True, slots=True)
class RowResult:
    """`problem` is empty where it was done; `undo` is None where it cannot be taken back."""

    code: str
    problem: str = ""
    undo: Step | None = None


def do_to_all(
    act: str, picked: Mapping[int, int], wanted: Mapping[str, object], *, actor: AbstractBaseUser, now: datetime
) -> list[RowResult]:
    """`picked`: case -> version seen. A case that the actor may not see is answered like one that is not there."""
    found = Case.objects.visible_to(actor).in_bulk(picked)
    if act == "mine":
        wanted = {"owner": actor}
    return [_do(act, found.get(pk), version, wanted, actor, now) for pk, version in picked.items()]


def _do(
    act: str,
    case: Case | None,
    version: int,
    wanted: Mapping[str, object],
    actor: AbstractBaseUser,
    now: datetime,
) -> RowResult:
    if case is None:
        return RowResult("?", _("There is no such case."))
    try:
        done = SERVICES[act](case.pk, **wanted, version=version, actor=actor, now=now)
    except REFUSALS as refusal:
        return RowResult(case.code, str(refusal))
    return RowResult(case.code, undo=_step(act, case, done))


def _step(act: str, before: Case, after: Case) -> Step | None:
    if act not in CHANGES:
        return None
    if CHANGES[act] == "owner":
        return Step(after.pk, after.version, before.owner_id)
    return Step(after.pk, after.version, before.snoozed_until and before.snoozed_until.isoformat())


def undo_all(act: str, steps: Iterable[Step], *, actor: AbstractBaseUser, now: datetime) -> list[RowResult]:
    """Put back what stood there. A case that somebody has changed since stays as it is, and says so."""
    steps = list(steps)
    found = Case.objects.visible_to(actor).in_bulk([step.pk for step in steps])
    return [_undo(act, found.get(step.pk), step, actor, now) for step in steps]


def _undo(act: str, case: Case | None, step: Step, actor: AbstractBaseUser, now: datetime) -> RowResult:
    if case is None:
        return RowResult("?", _("There is no such case."))
    if case.version != step.version:
        return RowResult(case.code, _("Somebody has changed this case since."))
    try:
        if CHANGES[act] == "owner":
            owner = get_user_model().objects.filter(pk=step.before).first()
            cases.assign_case(case.pk, owner=owner, version=step.version, actor=actor, now=now)
        else:
            _sleep_as_before(case, step, actor, now)
    except REFUSALS as refusal:
        return RowResult(case.code, str(refusal))
    return RowResult(case.code)


def _sleep_as_before(case: Case, step: Step, actor: AbstractBaseUser, now: datetime) -> None:
    until = parse_datetime(str(step.before)) if step.before else None
    if until is None or until <= now:
        desk.wake_case(case.pk, actor=actor, now=now)
    else:
        desk.snooze_case(case.pk, until=until, version=step.version, actor=actor, now=now)
