"""What staff do with a case without moving it: notes, naps, pauses, another severity. Raises as loop.services.cases."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from loop.hooks import cause_named, notices_written
from loop.models import Case, CaseEvent, Cause, Notice, Severity
from loop.services.cases import check_cause
from loop.services.clocks import set_due_times, shift_clocks
from loop.services.history import Line, NotAllowed, changing
from loop.services.notices import write_notices
from vocplatform.lib.text import storable

Kind = CaseEvent.Kind


@transaction.atomic
def add_note(
    case_id: int, *, text: str, mentions: Iterable[AbstractBaseUser] = (), actor: AbstractBaseUser, now: datetime
) -> CaseEvent:
    """Two people's notes never conflict: both stay."""
    if not text.strip():
        raise NotAllowed(_("The note is empty."))
    with changing(case_id, Line(Kind.NOTE, now, actor, text.strip())) as case:
        others = [person for person in mentions if person != actor]
    event = case.history.filter(kind=Kind.NOTE, actor=actor).latest("pk")
    write_notices(case, others, Notice.Kind.MENTIONED, key=f"mentioned:{event.pk}", now=now)
    notices_written.announce(case.pk)
    return event


def pause_case(
    case_id: int, *, reason: str, version: int | None = None, actor: AbstractBaseUser, now: datetime
) -> Case:
    """Stop the clocks while we wait for somebody else; the reason is shown beside every late case."""
    with changing(case_id, Line(Kind.PAUSED, now, actor, reason.strip()), version=version, pause_reason=reason) as case:
        if not case.is_open:
            raise NotAllowed(_("This case is closed; its clocks have stopped."))
        if case.paused_at is not None:
            raise NotAllowed(_("The clocks of this case are stopped already."))
        if not reason.strip():
            raise NotAllowed(_("Say what you are waiting for."))
        case.paused_at, case.pause_reason = now, storable(reason).strip()[:200]
    return case


def resume_case(
    case_id: int, *, note: str = "", version: int | None = None, actor: AbstractBaseUser | None = None, now: datetime
) -> Case:
    with changing(case_id, Line(Kind.RESUMED, now, actor, note), version=version) as case:
        if case.paused_at is None:
            raise NotAllowed(_("The clocks of this case are running."))
        shift_clocks(case, paused_at=case.paused_at, now=now)
        case.paused_at, case.pause_reason = None, ""
    return case


def snooze_case(
    case_id: int,
    *,
    until: datetime,
    awaits_reply: bool = False,
    note: str = "",
    version: int | None = None,
    actor: AbstractBaseUser,
    now: datetime,
) -> Case:
    """Out of sight until then; the clocks run on. The customer's word ends every nap.

    `awaits_reply`: it is what the nap is for, and `until` only the day on which waiting is over.
    """
    with changing(case_id, Line(Kind.SNOOZED, now, actor, note), version=version, snoozed_until=until) as case:
        if not case.is_open:
            raise NotAllowed(_("This case is closed and rests already."))
        if until <= now:
            raise NotAllowed(_("Choose a time in the future."))
        case.snoozed_until, case.awaits_reply = until, awaits_reply
    return case


def wake_case(
    case_id: int, *, note: str = "", version: int | None = None, actor: AbstractBaseUser | None = None, now: datetime
) -> Case:
    with changing(case_id, Line(Kind.SNOOZED, now, actor, note), version=version, snoozed_until=None) as case:
        case.snoozed_until, case.awaits_reply = None, False
    return case


def change_severity(
    case_id: int,
    *,
    severity: Severity,
    note: str = "",
    version: int | None = None,
    actor: AbstractBaseUser,
    now: datetime,
) -> Case:
    """The due times are set anew from the opening, so that a case made critical late may be overdue at once."""
    with changing(case_id, Line(Kind.CHANGED, now, actor, note), version=version, severity=severity) as case:
        if not case.is_open:
            raise NotAllowed(_("This case is closed. Reopen it first."))
        case.severity = severity
        set_due_times(case)
    return case


def name_cause(
    case_id: int,
    *,
    cause: Cause,
    note: str = "",
    version: int | None = None,
    actor: AbstractBaseUser,
    now: datetime,
) -> Case:
    """Say what went wrong as soon as it is known; the resolution may still say otherwise."""
    with changing(case_id, Line(Kind.CHANGED, now, actor, note), version=version, cause=cause) as case:
        if not case.is_open:
            raise NotAllowed(_("This case is closed. Reopen it first."))
        check_cause(cause)
        case.cause = cause
        cause_named.announce(case.pk)
    return case


def link_ticket(
    case_id: int, *, external_ref: str, version: int | None = None, actor: AbstractBaseUser | None, now: datetime
) -> Case:
    with changing(case_id, Line(Kind.CHANGED, now, actor), version=version, external_ref=external_ref) as case:
        case.external_ref = storable(external_ref).strip()[:120]
    return case
