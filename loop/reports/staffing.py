"""How many people the own demand needs, and which open cases will miss their first contact."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.db.models import QuerySet, Sum

from loop.models import Case, Deed, SlaPolicy, Status
from loop.reports.sla import calendars_of
from loop.services.audience import is_here
from loop.services.clocks import default_policy, work_calendar
from loop.sla.clock import ROUND_THE_CLOCK, WorkCalendar, working_minutes_between
from loop.staffing.desk import Breach, Demand, Handling, Need, breach_forecast, drawn_from, exponential, people_needed

SEEN_OVER = timedelta(days=90)
PROMISED = 0.9
FEWEST_TIMED = 20
MOST_SHOWN = 100
LIKELY = 0.05


@dataclass(frozen=True)
class HandlingTime:
    """Minutes of whole cases, as staff entered them; `assumed` is what somebody named where too few did."""

    timed: int
    mean: float | None
    assumed: float | None

    @property
    def is_known(self) -> bool:
        return self.mean is not None or self.assumed is not None


@dataclass(frozen=True)
class Threatened:
    """An open case without contact whose promise still stands, and the chance that it is missed."""

    case: Case
    left_minutes: float
    chance: float


@dataclass(frozen=True)
class StaffingReport:
    """`within` is the promise of first contact in working minutes; `need` is None where nothing can be told."""

    cases: int
    per_day: float
    day_minutes: float
    within: float
    handling: HandlingTime
    people: int
    hours: float
    need: Need | None
    breach: Breach | None
    threatened: Sequence[Threatened]
    waiting: int
    over: int


def staffing_report(
    cases: QuerySet[Case], *, people: int, hours: float, assumed_minutes: float | None = None, now: datetime
) -> StaffingReport:
    """`people` work on cases for `hours` of each working day."""
    policy = default_policy()
    calendar = work_calendar(policy) if policy else ROUND_THE_CLOCK
    day_minutes = day_length(calendar)
    demand, seen = _demand(cases, calendar, day_minutes, now=now)
    known, times = _handling(cases, assumed_minutes, now=now)
    handling = _drawn(known, times, slower=max(day_minutes / (60 * hours), 1.0))
    within = _promise(policy, day_minutes)
    waiting, left = _waiting(cases, now=now)
    need = people_needed(demand, handling, within=within, promised=PROMISED, also=people) if handling and seen else None
    breach = breach_forecast(left, handling, people=people) if handling and left else None
    return StaffingReport(
        cases=seen,
        per_day=demand.per_day,
        day_minutes=day_minutes,
        within=within,
        handling=known,
        people=people,
        hours=hours,
        need=need,
        breach=breach,
        threatened=_threatened(waiting, left, breach),
        waiting=len(waiting),
        over=sum(minutes < 0 for minutes in left),
    )


def people_here(*, now: datetime) -> int:
    """How many members of teams are not absent, one at least."""
    members = get_user_model().objects.filter(is_active=True, teams__isnull=False).select_related("staff_profile")
    return max(sum(is_here(member, now=now) for member in members.distinct()), 1)


def day_length(calendar: WorkCalendar) -> float:
    """Working minutes of an ordinary working day: of those of the week that have any, the mean."""
    lengths = [sum(end - start for start, end in spans) for spans in calendar.hours]
    worked = [minutes for minutes in lengths if minutes]
    return sum(worked) / len(worked) if worked else 1440.0


def _demand(cases: QuerySet[Case], calendar: WorkCalendar, day_minutes: float, *, now: datetime) -> tuple[Demand, int]:
    """What came in SEEN_OVER, laid on working time and cut into days; what comes at night waits for the morning."""
    start = now - SEEN_OVER
    opened = cases.exclude(status=Status.DUPLICATE).filter(opened_at__gte=start, opened_at__lt=now)
    first = opened.order_by("opened_at").values_list("opened_at", flat=True).first()
    if first is None:
        return Demand([[]], day_minutes), 0
    start = max(start, first)  # a platform that began last week has no twelve empty weeks before
    days: dict[int, list[float]] = defaultdict(list)
    at, before, count = 0.0, start, 0
    for opened_at in opened.order_by("opened_at").values_list("opened_at", flat=True).iterator():
        at += working_minutes_between(calendar, before, opened_at)
        days[int(at // day_minutes)].append(at % day_minutes)
        before, count = opened_at, count + 1
    last = int((at + working_minutes_between(calendar, before, now)) // day_minutes)
    return Demand([days.get(day, []) for day in range(max(last, max(days)) + 1)], day_minutes), count


def _handling(cases: QuerySet[Case], assumed: float | None, *, now: datetime) -> tuple[HandlingTime, list[float]]:
    timed = Deed.objects.filter(case__in=cases.values("pk"), minutes__isnull=False, at__gte=now - 2 * SEEN_OVER)
    sums = timed.order_by().values("case").annotate(total=Sum("minutes")).values_list("total", flat=True)
    times = [float(total) for total in sums]
    if len(times) < FEWEST_TIMED:
        return HandlingTime(len(times), None, assumed), []
    return HandlingTime(len(times), sum(times) / len(times), None), times


def _drawn(known: HandlingTime, times: Sequence[float], *, slower: float) -> Handling | None:
    if times:
        return drawn_from(times, slower=slower)
    return exponential(known.assumed, slower=slower) if known.assumed else None


def _promise(policy: SlaPolicy | None, day_minutes: float) -> float:
    """First contact of a normal case; a working day where nothing is promised."""
    target = policy and policy.targets.filter(severity=Case.Severity.NORMAL).first()
    return target.contact_minutes if target else day_minutes


def _waiting(cases: QuerySet[Case], *, now: datetime) -> tuple[list[Case], list[float]]:
    """Open cases that nobody has contacted, soonest first, and the working minutes each has left."""
    waiting = list(
        cases.open()
        .filter(contacted_at__isnull=True, contact_due_at__isnull=False, paused_at__isnull=True)
        .select_related("sla_policy__calendar", "customer", "touchpoint", "owner")
        .order_by("contact_due_at", "pk")
    )
    calendars = calendars_of(waiting)
    return waiting, [_left(case, calendars[case.sla_policy_id], now) for case in waiting]


def _left(case: Case, calendar: WorkCalendar, now: datetime) -> float:
    return working_minutes_between(calendar, now, case.contact_due_at) if case.contact_due_at > now else -1.0


def _threatened(waiting: Sequence[Case], left: Sequence[float], breach: Breach | None) -> Sequence[Threatened]:
    if breach is None:
        return []
    rows = [Threatened(*row) for row in zip(waiting, left, breach.chances, strict=True)]
    likely = [row for row in rows if row.left_minutes >= 0 and row.chance >= LIKELY]
    return sorted(likely, key=lambda row: -row.chance)[:MOST_SHOWN]
