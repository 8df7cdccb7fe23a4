"""How likely an open case is to miss the promise that runs out next, told from cases that stood where it stands now.

Of earlier cases with the same clock, those still waiting with as much working time left are like it; the share of them
that missed is the answer. Only promises whose time is up are looked at, so that nobody's fate is still open.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from loop.models import Case, SlaPolicy, Status
from loop.services.clocks import CLOCKS, work_calendar
from loop.sla.clock import ROUND_THE_CLOCK, WorkCalendar, working_minutes_between
from loop.sla.face import Clock, Face

LOOK_BACK = timedelta(days=180)
MOST_CASES = 1500
FEWEST = 20
MISSED = -1.0
ANY = ""  # severity
READ = ("severity", "sla_policy_id", "closed_at", "paused_at", *(name for pair in CLOCKS.values() for name in pair))


@dataclass(frozen=True, slots=True)
class Chance:
    """`share` from 0 to 1, of `n` cases."""

    share: float
    n: int


@dataclass(frozen=True)
class BreachHistory:
    """`spare`: by clock and severity the working minutes that were left when it was done, ascending; MISSED below 0."""

    calendars: Mapping[int | None, WorkCalendar]
    spare: Mapping[tuple[str, str], Sequence[float]]

    def chance(self, case: Case, clock: Clock, *, now: datetime) -> Chance | None:
        """Among cases of its severity, else of any; None where fewer than FEWEST are like it or the clock stands."""
        calendar = self.calendars.get(case.sla_policy_id)
        if calendar is None or clock.face not in (Face.RUNNING, Face.SOON):
            return None
        left = working_minutes_between(calendar, now, clock.due_at)
        alike = (self._alike(clock.name, severity, left) for severity in (case.severity, ANY))
        return next((chance for chance in alike if chance.n >= FEWEST), None)

    def _alike(self, clock: str, severity: str, left: float) -> Chance:
        spare = self.spare.get((clock, severity), ())
        missed, waited = bisect_left(spare, 0.0), bisect_left(spare, max(left, 0.0))
        return Chance(missed / waited if waited else 0.0, waited)


def measure_breaches(*, now: datetime) -> BreachHistory:
    """From the newest MOST_CASES cases of half a year; duplicates promised nothing of their own."""
    policies = SlaPolicy.objects.select_related("calendar").prefetch_related("calendar__holidays")
    calendars = {None: ROUND_THE_CLOCK} | {policy.pk: work_calendar(policy) for policy in policies}
    cases = Case.objects.exclude(status=Status.DUPLICATE).filter(opened_at__gte=now - LOOK_BACK).newest_first()
    spare: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in cases.values(*READ)[:MOST_CASES]:
        for clock, minutes in _fates(row, calendars[row["sla_policy_id"]], now=now):
            spare[clock, row["severity"]].append(minutes)
            spare[clock, ANY].append(minutes)
    return BreachHistory(calendars, {key: sorted(minutes) for key, minutes in spare.items()})


def _fates(row: Mapping[str, object], calendar: WorkCalendar, *, now: datetime) -> Iterator[tuple[str, float]]:
    """A case that ended another way before its time was up, or whose clock stands, neither kept nor missed anything."""
    for clock, (stopped, due) in CLOCKS.items():
        done_at, due_at, closed_at = row[stopped], row[due], row["closed_at"]
        if due_at is None or due_at > now or (row["paused_at"] and done_at is None):
            continue
        if done_at is not None and done_at <= due_at:
            yield str(clock), working_minutes_between(calendar, done_at, due_at)
        elif done_at is not None or closed_at is None or closed_at > due_at:
            yield str(clock), MISSED
