"""How a case moves. Every move checks MOVES and its guard, and writes its line of history in the same transaction.

All raise StaleEdit when `version` is not the case's any more, WrongMove, and NotAllowed with the reason in words.
"""

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from loop.hooks import case_closed, notices_written
from loop.models import ActionTaken, Case, CaseEvent, Cause, DeedKind, Notice, Outcome
from loop.services.audience import caretakers, is_of_team, receivers_of
from loop.services.clocks import set_due_times, shift_clocks, start_confirm_clock
from loop.services.history import Line, NotAllowed, changing, lock_case
from loop.services.incidents import tell_affected
from loop.services.ledger import KIND_OF_CHANNEL, note_deed
from loop.services.notices import write_notices
from surveys.models import Team
from vocplatform.lib.text import storable

Kind = CaseEvent.Kind
Status = Case.Status
OUTCOME_NOTE_LENGTH = Case._meta.get_field("outcome_note").max_length
WITHOUT_OWNER = (Status.NEW, Status.ASSIGNED, Status.REOPENED)


def assign_case(
    case_id: int,
    *,
    owner: AbstractBaseUser | None,
    team: Team | None = None,
    note: str = "",
    version: int | None = None,
    actor: AbstractBaseUser | None,
    now: datetime,
) -> Case:
    """Give the case to a person, or back to the team with owner=None; `team` None keeps the team.

    A case that leaves its team or the people of its team needs a reason in the note; a new team is told both.
    """
    wanted = {"owner": owner} | ({"team": team} if team else {})
    with changing(case_id, Line(Kind.ASSIGNED, now, actor, note), version=version, **wanted) as case:
        _check_owner(case, owner)
        if not note.strip() and (question := unsaid_reason(case, owner=owner, team=team, actor=actor)):
            raise NotAllowed(question)
        is_handed_on = goes_to_another_team(case, team)
        case.owner, case.team = owner, team or case.team
        if owner is not None and case.status == Status.NEW:
            case.move(Status.ASSIGNED)
        elif owner is None and case.status == Status.ASSIGNED:
            case.move(Status.NEW)
        if owner is not None and owner != actor:
            write_notices(case, [owner], Notice.Kind.ASSIGNED, key=f"assigned:{case.version + 1}", now=now)
            notices_written.announce(case.pk)
        if is_handed_on:
            people = [person for person in receivers_of(case) if person not in (owner, actor)]
            write_notices(case, people, Notice.Kind.HANDED, key=f"handed:{case.version + 1}", now=now)
            notices_written.announce(case.pk)
    return case


def goes_to_another_team(case: Case, team: Team | None) -> bool:
    return team is not None and case.team_id is not None and team.pk != case.team_id


def unsaid_reason(
    case: Case, *, owner: AbstractBaseUser | None, team: Team | None = None, actor: AbstractBaseUser | None
) -> str:
    """What must be said before the case may go there, as a request; empty where nothing needs to be.

    Whoever takes a case that nobody has need not say why, from whichever team he is.
    """
    if goes_to_another_team(case, team):
        return _("Say why another team gets this case.")
    is_free = owner is None or owner.pk == case.owner_id or (case.owner_id is None and owner == actor)
    if is_free or case.team is None or is_of_team(owner, case.team):
        return ""
    return _("Say why somebody outside the team %(team)s gets this case.") % {"team": case.team}


@transaction.atomic
def record_contact(
    case_id: int,
    *,
    channel: str,
    reached: bool,
    note: str = "",
    minutes: int | None = None,
    version: int | None = None,
    actor: AbstractBaseUser,
    now: datetime,
) -> Case:
    """Keep one attempt to contact the customer; only one that reached somebody stops the clock of first contact.

    Whoever makes contact on a case that nobody owns takes it.
    """
    if lock_case(case_id).status == Status.NEW:
        assign_case(case_id, owner=actor, version=version, actor=actor, now=now)
        version = None
    line = Line(Kind.CONTACT, now, actor, note, {"channel": ["", channel], "reached": ["", "yes" if reached else "no"]})
    with changing(case_id, line, version=version, reached=reached) as case:
        _check_open(case)
        if reached:
            case.contacted_at = case.contacted_at or now
            if case.status in (Status.ASSIGNED, Status.REOPENED):
                case.move(Status.CONTACTED)
        note_deed(case, KIND_OF_CHANNEL[channel], reached=reached, minutes=minutes, actor=actor, now=now)
    return case


def start_work(
    case_id: int, *, note: str = "", version: int | None = None, actor: AbstractBaseUser, now: datetime
) -> Case:
    with changing(case_id, Line(Kind.MOVED, now, actor, note), version=version, status=Status.IN_PROGRESS) as case:
        case.move(Status.IN_PROGRESS)
    return case


def resolve_case(
    case_id: int,
    *,
    cause: Cause,
    action: ActionTaken,
    outcome: Outcome,
    note: str,
    minutes: int | None = None,
    version: int | None = None,
    actor: AbstractBaseUser,
    now: datetime,
) -> Case:
    """Say why it went wrong, what was done and how it ended; the customer is asked next whether it is solved."""
    wanted = {"status": Status.RESOLVED, "cause": cause, "action": action, "outcome": outcome, "outcome_note": note}
    with changing(case_id, Line(Kind.MOVED, now, actor, note), version=version, **wanted) as case:
        check_cause(cause)
        if not note.strip():
            raise NotAllowed(_("Say in a sentence how it ended for the customer."))
        case.move(Status.RESOLVED)
        case.cause, case.action, case.outcome, case.resolved_at = cause, action, outcome, now
        case.outcome_note = storable(note).strip()[:OUTCOME_NOTE_LENGTH]
        _put_down(case, now=now)
        start_confirm_clock(case, now=now)
        note_deed(case, DeedKind.REMEDY, action=action, minutes=minutes, actor=actor, now=now)
        case_closed.announce(case.pk)
        tell_affected(case, now=now)
    return case


def confirm_case(case_id: int, *, note: str, now: datetime) -> Case:
    """Only the customer, or a later score, confirms: no person of the staff is an argument here."""
    with changing(case_id, Line(Kind.MOVED, now, None, note)) as case:
        case.move(Status.CONFIRMED)
        case.confirmed_at = now
    return case


def mark_unreachable(
    case_id: int, *, note: str = "", version: int | None = None, actor: AbstractBaseUser, now: datetime
) -> Case:
    with changing(case_id, Line(Kind.MOVED, now, actor, note), version=version, status=Status.UNREACHABLE) as case:
        attempts = case.history.filter(kind=Kind.CONTACT)
        if case.reopened_at is not None:
            attempts = attempts.filter(at__gte=case.reopened_at)
        if not attempts.exists():
            raise NotAllowed(_("Try to reach the customer first, and note the attempt."))
        _end(case, Status.UNREACHABLE, now=now)
    return case


def decline_case(
    case_id: int, *, note: str, version: int | None = None, actor: AbstractBaseUser, now: datetime
) -> Case:
    """Close without a remedy, for a reason: the customer wants none, or there is nothing to put right."""
    with changing(case_id, Line(Kind.MOVED, now, actor, note), version=version, status=Status.DECLINED) as case:
        if not note.strip():
            raise NotAllowed(_("Say why nothing is done about this case."))
        _end(case, Status.DECLINED, now=now)
    return case


@transaction.atomic
def mark_duplicate(
    case_id: int, *, of: Case, note: str = "", version: int | None = None, actor: AbstractBaseUser, now: datetime
) -> Case:
    """Merge this case into another one of the same matter; the other one keeps a line and the link."""
    for pk in sorted({case_id, of.pk}):  # always in one order, so that two merges cannot wait for each other
        lock_case(pk)
    with changing(case_id, Line(Kind.MOVED, now, actor, note), version=version, duplicate_of=of) as case:
        _check_twin(case, of)
        case.duplicate_of = of
        _end(case, Status.DUPLICATE, now=now)
    merged = Line(Kind.CHANGED, now, actor, note, {"merged": ["", case.code]})
    with changing(of.pk, merged):
        case.duplicates.update(duplicate_of=of, updated_at=now)
        of.tags.add(*case.tags.all())
    return case


def reopen_case(
    case_id: int, *, note: str, version: int | None = None, actor: AbstractBaseUser | None = None, now: datetime
) -> Case:
    """Start again with new due times; what was said about cause and action stays until it is said anew."""
    with changing(case_id, Line(Kind.MOVED, now, actor, note), version=version, status=Status.REOPENED) as case:
        case.move(Status.REOPENED)
        case.reopened_at, case.closed_at, case.resolved_at, case.confirmed_at = now, None, None, None
        case.duplicate_of = None
        case.confirm_due_at = None
        set_due_times(case)
        people = [person for person in caretakers(case, now=now) if person != actor]
        write_notices(case, people, Notice.Kind.REOPENED, key=f"reopened:{now.isoformat()}", now=now)
        notices_written.announce(case.pk)
    return case


def _end(case: Case, status: Status, *, now: datetime) -> None:
    case.move(status)
    _put_down(case, now=now)
    case_closed.announce(case.pk)


def _put_down(case: Case, *, now: datetime) -> None:
    """A closed case is neither paused nor asleep."""
    case.closed_at = now
    if case.paused_at is not None:
        shift_clocks(case, paused_at=case.paused_at, now=now)
        case.history.create(kind=Kind.RESUMED, at=now, version=case.version)
    case.paused_at, case.pause_reason, case.snoozed_until, case.awaits_reply = None, "", None, False


def _check_open(case: Case) -> None:
    if not case.is_open:
        raise NotAllowed(_("This case is closed. Reopen it first."))


def _check_owner(case: Case, owner: AbstractBaseUser | None) -> None:
    _check_open(case)
    if owner is None and case.status not in WITHOUT_OWNER:
        raise NotAllowed(_("Work on this case has begun, so it needs an owner: name another person."))
    if owner is not None and not owner.is_active:
        raise NotAllowed(_("%(person)s has left and cannot own a case.") % {"person": owner})


def check_cause(cause: Cause) -> None:
    if cause.children.exists():
        raise NotAllowed(_("“%(cause)s” is too general: choose one of the causes below it.") % {"cause": cause})


def _check_twin(case: Case, of: Case) -> None:
    if case.pk == of.pk:
        raise NotAllowed(_("A case cannot be a duplicate of itself."))
    if of.status == Status.DUPLICATE:
        raise NotAllowed(_("%(code)s is a duplicate itself: choose the case it was merged into.") % {"code": of.code})
