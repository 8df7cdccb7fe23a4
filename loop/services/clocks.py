"""When a case's promises run out, in working time of its service level's calendar."""

from collections.abc import Sequence
from datetime import datetime

from loop.models import Case, CaseEvent, Escalation, SlaPolicy, SlaTarget
from loop.sla.clock import NoWorkingTime, Span, WorkCalendar, add_working_minutes, working_minutes_between

Kind = CaseEvent.Kind
Clock = Escalation.Clock
CLOCKS = {
    # clock              stops at            runs out at
    Clock.ACKNOWLEDGE: ("acknowledged_at", "acknowledge_due_at"),
    Clock.CONTACT: ("contacted_at", "contact_due_at"),
    Clock.RESOLVE: ("resolved_at", "resolve_due_at"),
}
DUE_FIELDS = ("acknowledge_due_at", "contact_due_at", "resolve_due_at", "confirm_due_at")


def work_calendar(policy: SlaPolicy) -> WorkCalendar:
    calendar = policy.calendar
    return WorkCalendar.of(calendar.time_zone, calendar.hours, [holiday.on for holiday in calendar.holidays.all()])


def default_policy() -> SlaPolicy | None:
    return SlaPolicy.objects.select_related("calendar").filter(is_default=True).first()


def target_of(case: Case) -> SlaTarget | None:
    targets = case.sla_policy.targets.all() if case.sla_policy else ()
    return next((target for target in targets if target.severity == case.severity), None)


def set_due_times(case: Case) -> None:
    """Fix when each running clock ends, by service level and severity; a clock that has stopped stays.

    Counted from the opening, or from the reopening: then the case is resolved anew, and whoever was never contacted is
    still owed the first contact. Pauses since then do not count.
    """
    target = target_of(case)
    if target is None:
        return
    calendar, start = work_calendar(case.sla_policy), case.reopened_at or case.opened_at
    pauses = [(begins, ends) for begins, ends in pauses_of(case) if ends > start] if case.pk else []
    for clock, (stopped, due) in CLOCKS.items():
        if getattr(case, stopped) is None:
            setattr(case, due, _due(calendar, start, getattr(target, f"{clock}_minutes"), pauses))


def pauses_of(case: Case) -> list[Span]:
    """The finished pauses, from the history."""
    lines = case.history.filter(kind__in=[Kind.PAUSED, Kind.RESUMED]).order_by("pk").values_list("kind", "at")
    pauses, begun = [], None
    for kind, at in lines:
        if kind == Kind.PAUSED:
            begun = at
        elif begun is not None:
            pauses.append((begun, at))
            begun = None
    return pauses


def start_confirm_clock(case: Case, *, now: datetime) -> None:
    target = target_of(case)
    case.confirm_due_at = target and _due(work_calendar(case.sla_policy), now, target.confirm_minutes)


def shift_clocks(case: Case, *, paused_at: datetime, now: datetime) -> None:
    """Give back the working minutes of a pause to every clock that had not run out before it."""
    if case.sla_policy is None:
        return
    calendar = work_calendar(case.sla_policy)
    minutes = working_minutes_between(calendar, paused_at, now)
    for field in DUE_FIELDS:
        due = getattr(case, field)
        if due is not None and due > paused_at:
            setattr(case, field, _due(calendar, due, minutes))


def running_clocks(case: Case) -> list[tuple[Clock, datetime]]:
    """The clocks that still run and when they run out, soonest first. A closed case has none."""
    if not case.is_open:
        return []
    clocks = [
        (clock, getattr(case, due))
        for clock, (stopped, due) in CLOCKS.items()
        if getattr(case, stopped) is None and getattr(case, due) is not None
    ]
    return sorted(clocks, key=lambda clock: clock[1])


def set_next_times(case: Case) -> None:
    """Keep what the inbox sorts by and what the escalation sweep looks for in step with the clocks."""
    clocks = running_clocks(case)
    case.next_due_at = clocks[0][1] if clocks else None
    case.escalate_at = min((at for at, _clock, _due, _step in coming_escalations(case)), default=None)


def coming_escalations(case: Case) -> list[tuple]:
    """(when, clock, its due time, step) for every rung of the ladder that was not climbed yet, soonest first."""
    clocks = running_clocks(case)
    if not clocks or case.sla_policy is None:
        return []
    steps, calendar = list(case.sla_policy.steps.all()), work_calendar(case.sla_policy)
    raised = set(case.escalations.values_list("clock", "level", "due_at")) if case.pk else set()
    coming = [
        (_due(calendar, due, step.overdue_minutes), clock, due, step)
        for clock, due in clocks
        for step in steps
        if (clock, step.level, due) not in raised
    ]
    return sorted((rung for rung in coming if rung[0] is not None), key=lambda rung: rung[0])


def _due(calendar: WorkCalendar, start: datetime, minutes: float, pauses: Sequence[Span] = ()) -> datetime | None:
    """None where the calendar never opens again: such a service level promises nothing."""
    try:
        return add_working_minutes(calendar, start, minutes, pauses)
    except NoWorkingTime:
        return None
