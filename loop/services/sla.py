"""Overdue cases climb the escalation ladder: each rung once per case, clock and due time."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from loop.hooks import case_escalated
from loop.models import Case, CaseEvent, Escalation, Notice
from loop.services.audience import audience_of, unique
from loop.services.clocks import Clock, coming_escalations, set_next_times
from loop.services.history import lock_case
from loop.services.notices import write_notices
from loop.services.webhooks import tell_lines

BATCH = 500


def watch_sla(*, now: datetime) -> int:
    """Raise what is due and return how many cases were escalated."""
    due = Case.objects.to_escalate(now).values_list("pk", flat=True)[:BATCH]
    return sum(bool(escalate_case(pk, now=now)) for pk in list(due))


@transaction.atomic
def escalate_case(case_id: int, *, now: datetime) -> list[Escalation]:
    """Climb every rung that is due. Several at once, after an outage, make one notice per person and not one each."""
    case = lock_case(case_id)
    if case.paused_at is not None:
        return []
    due = [rung for rung in coming_escalations(case) if rung[0] <= now]
    raised = [_raise(case, clock, due_at, step, now=now) for _at, clock, due_at, step in due]
    set_next_times(case)
    case.save(update_fields=["next_due_at", "escalate_at", "updated_at"])
    if raised:
        people = unique(person for rung in due for person in audience_of(case, rung[3].audience, now=now))
        key = f"escalated:{max(escalation.pk for escalation in raised)}"
        write_notices(case, people, Notice.Kind.ESCALATED, key=key, now=now)
        case_escalated.announce(case.pk)
    return raised


def _raise(case: Case, clock: str, due_at: datetime, step, *, now: datetime) -> Escalation:
    escalation = Escalation.objects.create(case=case, clock=clock, level=step.level, due_at=due_at, raised_at=now)
    line = case.history.create(
        kind=CaseEvent.Kind.ESCALATED,
        at=now,
        note=_("Overdue: %(clock)s, level %(level)d.") % {"clock": Clock(clock).label, "level": step.level},
        version=case.version,
    )
    tell_lines([line])
    return escalation
