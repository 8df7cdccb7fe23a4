"""The same matter in a help desk or CRM: which ticket it is there, and what its state there means for the case."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from loop.models import ActionTaken, Case, CaseEvent, Cause, Outcome, Ticket, WrongMove
from loop.services.cases import reopen_case, resolve_case
from loop.services.history import Line, NotAllowed, changing, lock_case
from vocplatform.lib.text import storable

Status = Case.Status
SOLVED = {"solved", "closed", "resolved", "done"}
OPEN_AGAIN = {"open", "reopened", "in_progress"}


@transaction.atomic
def sync_ticket(
    case_id: int,
    *,
    system: str,
    number: str,
    url: str = "",
    state: str = "",
    cause: Cause | None = None,
    action: ActionTaken | None = None,
    outcome: Outcome | None = None,
    note: str = "",
    now: datetime,
) -> tuple[Ticket, str]:
    """Keep the ticket and let its state move the case. Returns it with the reason why the case stayed, or "".

    Said twice, nothing more happens. Solved there is resolved here, never confirmed: only the customer confirms.
    """
    lock_case(case_id)
    told = {"number": storable(number), "url": url, "state": storable(state).strip().lower()}
    before = Ticket.objects.filter(case_id=case_id, system=system).first()
    if before is not None and all(getattr(before, name) == value for name, value in told.items()):
        return before, ""
    ticket, _created = Ticket.objects.update_or_create(case_id=case_id, system=system, defaults=told)
    changes = {"ticket": [_shown(before), _shown(ticket)]}
    with changing(case_id, Line(CaseEvent.Kind.CHANGED, now, changes=changes)):
        pass
    said = note.strip() or _("Solved in %(system)s, ticket %(number)s.") % {"system": system, "number": number}
    try:
        with transaction.atomic():
            _move(case_id, before, ticket, cause=cause, action=action, outcome=outcome, note=said, now=now)
    except (WrongMove, NotAllowed) as refusal:
        with changing(case_id, Line(CaseEvent.Kind.CHANGED, now, note=f"{said} {refusal}")):
            pass
        return ticket, str(refusal)
    return ticket, ""


def _move(
    case_id: int,
    before: Ticket | None,
    ticket: Ticket,
    *,
    cause: Cause | None,
    action: ActionTaken | None,
    outcome: Outcome | None,
    note: str,
    now: datetime,
) -> None:
    case = Case.objects.get(pk=case_id)
    was_solved = before is not None and before.state in SOLVED
    if ticket.state in SOLVED and case.is_open:
        said = {"cause": cause or case.cause, "action": action or case.action, "outcome": outcome or case.outcome}
        if None in said.values():
            raise NotAllowed(_("Name the root cause, the action and the outcome before the case can be resolved."))
        resolve_case(case_id, **said, note=note, actor=None, now=now)
    elif ticket.state in OPEN_AGAIN and was_solved and case.status == Status.RESOLVED:
        reopen_case(case_id, note=_("The ticket %(number)s was opened again.") % {"number": ticket.number}, now=now)


def _shown(ticket: Ticket | None) -> str:
    return f"{ticket} {ticket.state}".strip() if ticket else ""
