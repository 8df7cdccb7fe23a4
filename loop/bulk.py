"""The same service for many cases: each in its own transaction, each with its own answer."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from loop.models import Case, WrongMove
from loop.services import cases, desk, tags
from loop.services.history import NotAllowed, StaleEdit
from loop.services.taking_back import as_it_stood, take_back_resolution

REFUSALS = (StaleEdit, NotAllowed, WrongMove)


Before = int | str | None | list | dict


@dataclass(frozen=True, slots=True)
class Step:
    """What undoes one row, plain enough for a session: the case as it was left, and what stood there before."""

    pk: int
    version: int
    before: Before


@dataclass(frozen=True, slots=True)
class RowResult:
    """`problem` is empty where it was done; `undo` is None where there is nothing to take back."""

    code: str
    problem: str = ""
    undo: Step | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One case, as somebody saw it, and what is asked of it."""

    case: Case
    version: int
    wanted: Mapping[str, object]
    by: Mapping[str, object]  # who and when


def do_to_all(
    act: str, picked: Mapping[int, int], wanted: Mapping[str, object], *, actor: AbstractBaseUser, now: datetime
) -> list[RowResult]:
    """`picked`: case -> version seen. A case that the actor may not see is answered like one that is not there."""
    found, by = Case.objects.visible_to(actor).in_bulk(picked), {"actor": actor, "now": now}
    if act == "mine":
        wanted = {**wanted, "owner": actor}
    return [_do(act, found.get(pk), version, wanted, by) for pk, version in picked.items()]


def _do(act: str, case: Case | None, version: int, wanted: Mapping[str, object], by: Mapping[str, object]) -> RowResult:
    if case is None:
        return RowResult("?", _("There is no such case."))
    try:
        return RowResult(case.code, undo=DOES[act][0](Asked(case, version, wanted, by)))
    except REFUSALS as refusal:
        return RowResult(case.code, str(refusal))


def undo_all(act: str, steps: Iterable[Step], *, actor: AbstractBaseUser, now: datetime) -> list[RowResult]:
    """Put back what stood there. A case that somebody has changed since stays as it is, and says so."""
    steps, by = list(steps), {"actor": actor, "now": now}
    found = Case.objects.visible_to(actor).in_bulk([step.pk for step in steps])
    return [_undo(act, found.get(step.pk), step, by) for step in steps]


def _undo(act: str, case: Case | None, step: Step, by: Mapping[str, object]) -> RowResult:
    if case is None:
        return RowResult("?", _("There is no such case."))
    try:
        DOES[act][1](case, step, by)
    except StaleEdit:
        return RowResult(case.code, _("Somebody has changed this case since."))
    except REFUSALS as refusal:
        return RowResult(case.code, str(refusal))
    return RowResult(case.code)


def _assign(asked: Asked) -> Step:
    done = cases.assign_case(asked.case.pk, **asked.wanted, version=asked.version, **asked.by)
    return Step(done.pk, done.version, asked.case.owner_id)


def _give_back(case: Case, step: Step, by: Mapping[str, object]) -> None:
    owner = get_user_model().objects.filter(pk=step.before).first()
    cases.assign_case(case.pk, owner=owner, note=_("Undone."), version=step.version, **by)


def _snooze(asked: Asked) -> Step:
    done = desk.snooze_case(asked.case.pk, **asked.wanted, version=asked.version, **asked.by)
    until = asked.case.snoozed_until
    return Step(done.pk, done.version, [until and until.isoformat(), asked.case.awaits_reply])


def _sleep_as_before(case: Case, step: Step, by: Mapping[str, object]) -> None:
    until, awaits_reply = step.before
    until = parse_datetime(until) if until else None
    if until is None or until <= by["now"]:
        desk.wake_case(case.pk, version=step.version, **by)
    else:
        desk.snooze_case(case.pk, until=until, awaits_reply=awaits_reply, version=step.version, **by)


def _tag(asked: Asked) -> Step | None:
    fresh = tags.tag_case(asked.case.pk, **asked.wanted, **asked.by)
    return Step(asked.case.pk, asked.case.version, fresh) if fresh else None


def _untag(case: Case, step: Step, by: Mapping[str, object]) -> None:
    tags.tag_case(case.pk, drop=step.before, **by)


def _close(asked: Asked) -> Step:
    before = as_it_stood(asked.case)
    done = cases.resolve_case(asked.case.pk, **asked.wanted, version=asked.version, **asked.by)
    return Step(done.pk, done.version, before)


def _open_again(case: Case, step: Step, by: Mapping[str, object]) -> None:
    take_back_resolution(case.pk, before=step.before, version=step.version, **by)


DOES: dict[str, tuple[Callable[[Asked], Step | None], Callable[[Case, Step, Mapping[str, object]], None]]] = {
    "mine": (_assign, _give_back),
    "assign": (_assign, _give_back),
    "snooze": (_snooze, _sleep_as_before),
    "tag": (_tag, _untag),
    "close": (_close, _open_again),
}
