"""Were the promises kept? Working time to acknowledge, contact, resolve and confirm, and the share within target."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import QuerySet

from loop.models import Case, CaseEvent, Escalation, SlaPolicy
from loop.reports.survival import Spell, time_until
from loop.services.clocks import work_calendar
from loop.sla.clock import ROUND_THE_CLOCK, Span, WorkCalendar, working_minutes_between
from vocplatform.lib.stats import Interval, wilson_interval

Clock = Escalation.Clock
Status = Case.Status


class Fate(StrEnum):
    KEPT = "kept"
    BROKEN = "broken"
    RUNNING = "running"
    DROPPED = "dropped"  # the case ended another way before the promise ran out, or nothing was promised


@dataclass(frozen=True)
class ClockReport:
    """Minutes are working minutes without pauses; `share` is kept of kept and broken, with its Wilson interval."""

    clock: str
    kept: int
    broken: int
    running: int
    median_minutes: float | None
    p90_minutes: float | None

    @property
    def n(self) -> int:
        return self.kept + self.broken

    @property
    def share(self) -> float | None:
        return self.kept / self.n if self.n else None

    @property
    def interval(self) -> Interval | None:
        return wilson_interval(self.kept, self.n)


@dataclass(frozen=True)
class SlaReport:
    cases: int
    clocks: Sequence[ClockReport]
    ever_resolved: int
    reopened: int

    @property
    def reopened_share(self) -> float | None:
        return self.reopened / self.ever_resolved if self.ever_resolved else None

    @property
    def reopened_interval(self) -> Interval | None:
        return wilson_interval(self.reopened, self.ever_resolved)


def sla_report(cases: QuerySet[Case], *, now: datetime) -> SlaReport:
    """Duplicates are left out: their promise is the other case's."""
    kept = cases.exclude(status=Status.DUPLICATE)
    rows = list(kept.select_related("sla_policy__calendar"))
    calendars, pauses, resolved = calendars_of(rows), pauses_by_case(kept), _first_resolved(kept)
    undone = {case.pk for case in rows if case.reopened_at and case.reopened_at > resolved.get(case.pk, now)}
    looks = [
        Look(case, calendars[case.sla_policy_id], pauses.get(case.pk, ()), case.pk in undone, now) for case in rows
    ]
    clocks = [_report(clock, looks) for clock in Clock]
    return SlaReport(cases=len(rows), clocks=clocks, ever_resolved=len(resolved), reopened=len(undone))


@dataclass(frozen=True)
class Look:
    """One case seen with its calendar; `was_undone`: it was resolved once and had to be reopened."""

    case: Case
    calendar: WorkCalendar
    pauses: Sequence[Span]
    was_undone: bool
    now: datetime

    def fate(self, clock: str) -> Fate:
        done, due = self.done_at(clock), getattr(self.case, f"{clock}_due_at")
        if due is None:
            return Fate.DROPPED
        if clock == Clock.RESOLVE and self.was_undone:  # what had to be done again kept no promise
            return Fate.BROKEN
        if done is not None:
            return Fate.KEPT if done <= due else Fate.BROKEN
        end = self._over_at(clock) or self.case.paused_at or self.now
        if end > due:
            return Fate.BROKEN
        return Fate.DROPPED if self._over_at(clock) else Fate.RUNNING

    def spell(self, clock: str) -> Spell | None:
        """None for a promise that never began: nothing is confirmed before it is resolved."""
        start = self.case.resolved_at if clock == Clock.CONFIRM else self.case.opened_at
        if start is None:
            return None
        done = self.done_at(clock)
        end = done or self._over_at(clock) or self.now
        return Spell(working_minutes_between(self.calendar, start, end, self.pauses), done is not None)

    def done_at(self, clock: str) -> datetime | None:
        names = {Clock.ACKNOWLEDGE: "acknowledged_at", Clock.CONTACT: "contacted_at", Clock.CONFIRM: "confirmed_at"}
        return getattr(self.case, names.get(clock, "resolved_at"))

    def _over_at(self, clock: str) -> datetime | None:
        """When the case ended without this step."""
        ended = self.case.status in (Status.UNREACHABLE, Status.DECLINED)
        return self.case.closed_at if ended and clock != Clock.CONFIRM else None


def pauses_by_case(cases: QuerySet[Case]) -> Mapping[int, list[Span]]:
    """The finished pauses of many cases in one query."""
    kinds = [CaseEvent.Kind.PAUSED, CaseEvent.Kind.RESUMED]
    lines = CaseEvent.objects.filter(case__in=cases.order_by().values("pk"), kind__in=kinds).order_by("pk")
    begun: dict[int, datetime] = {}
    pauses: dict[int, list[Span]] = defaultdict(list)
    for case_id, kind, at in lines.values_list("case_id", "kind", "at"):
        if kind == CaseEvent.Kind.PAUSED:
            begun[case_id] = at
        elif case_id in begun:
            pauses[case_id].append((begun.pop(case_id), at))
    return pauses


def _first_resolved(cases: QuerySet[Case]) -> Mapping[int, datetime]:
    lines = CaseEvent.objects.filter(case__in=cases.order_by().values("pk"), went_to=Status.RESOLVED)
    return dict(lines.order_by("-at").values_list("case_id", "at"))


def _report(clock: str, looks: Sequence[Look]) -> ClockReport:
    fates = [look.fate(clock) for look in looks]
    spells = [spell for look in looks if (spell := look.spell(clock)) is not None]
    return ClockReport(
        clock=clock,
        kept=fates.count(Fate.KEPT),
        broken=fates.count(Fate.BROKEN),
        running=fates.count(Fate.RUNNING),
        median_minutes=time_until(spells, 0.5),
        p90_minutes=time_until(spells, 0.9),
    )


def calendars_of(cases: Sequence[Case]) -> Mapping[int | None, WorkCalendar]:
    policies: dict[int, SlaPolicy] = {case.sla_policy_id: case.sla_policy for case in cases if case.sla_policy_id}
    return {None: ROUND_THE_CLOCK} | {pk: work_calendar(policy) for pk, policy in policies.items()}
