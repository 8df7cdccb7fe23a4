"""Is everybody treated alike? Time to first contact and recovery by segment, with intervals.

A queue ordered by value must not leave anybody behind; this is the view that would show it.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import quantiles

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from loop.models import Case, Status
from loop.reports.sla import calendars_of, pauses_by_case
from loop.reports.survival import Spell, time_until
from loop.sla.clock import WorkCalendar, working_minutes_between
from vocplatform.lib.stats import Interval, share_difference_interval, wilson_interval

FEWEST_IN_GROUP = 5  # smaller groups are joined: a table must not point at a person
MOST_GROUPS = 12
ERROR_RATE = 0.05
BY_VALUE, BY_LANGUAGE, BY_ATTRIBUTE = "value", "language", "attribute."


@dataclass(frozen=True)
class Rate:
    """`gap` is this group's share less everybody else's; it is clear when chance alone would rarely show it."""

    count: int
    n: int
    gap: float | None
    gap_interval: Interval | None

    @property
    def share(self) -> float | None:
        return self.count / self.n if self.n else None

    @property
    def interval(self) -> Interval | None:
        return wilson_interval(self.count, self.n)

    @property
    def is_behind(self) -> bool:
        return self.gap_interval is not None and self.gap_interval.high < 0


@dataclass(frozen=True)
class GroupLine:
    """`median_minutes`: working minutes after which half of the group was contacted; None while that is not seen."""

    name: str
    cases: int
    in_time: Rate
    confirmed: Rate
    median_minutes: float | None


@dataclass(frozen=True)
class FairnessReport:
    by: str
    cases: int
    lines: Sequence[GroupLine]

    @property
    def behind(self) -> Sequence[GroupLine]:
        return [line for line in self.lines if line.in_time.is_behind or line.confirmed.is_behind]


@dataclass(frozen=True, slots=True)
class Seen:
    """One case: was it contacted in time (None: still running), confirmed, and how long did contact take."""

    group: str
    in_time: bool | None
    is_confirmed: bool
    spell: Spell


def segments_of(cases: QuerySet[Case]) -> list[str]:
    """By what cases can be told apart: value, language and the attributes that most customers have."""
    names: Counter[str] = Counter()
    for attributes in cases.filter(customer__isnull=False).values_list("customer__attributes", flat=True)[:2000]:
        names.update(name for name, value in attributes.items() if isinstance(value, str | bool))
    return [BY_VALUE, BY_LANGUAGE, *(f"{BY_ATTRIBUTE}{name}" for name, _n in names.most_common(8))]


def fairness_report(cases: QuerySet[Case], *, by: str, now: datetime) -> FairnessReport:
    """Duplicates are left out. Differences share the error rate among all groups (Bonferroni)."""
    kept = cases.exclude(status=Status.DUPLICATE)
    rows = list(kept.select_related("customer", "sla_policy__calendar"))
    pauses, calendars = pauses_by_case(kept), calendars_of(rows)
    groups = _groups(rows, by)
    seen = [
        Seen(
            groups[case.pk],
            _in_time(case, now),
            case.status == Status.CONFIRMED,
            _spell(case, calendars[case.sla_policy_id], pauses.get(case.pk, ()), now),
        )
        for case in rows
    ]
    return FairnessReport(by, len(rows), _lines(seen))


def _lines(seen: Sequence[Seen]) -> Sequence[GroupLine]:
    by_group: dict[str, list[Seen]] = defaultdict(list)
    for each in seen:
        by_group[each.group].append(each)
    confidence = 1 - ERROR_RATE / max(2 * len(by_group), 1)
    lines = [
        GroupLine(
            name=name,
            cases=len(group),
            in_time=_rate([each.in_time for each in group], [each.in_time for each in seen], confidence),
            confirmed=_rate([each.is_confirmed for each in group], [each.is_confirmed for each in seen], confidence),
            median_minutes=time_until([each.spell for each in group], 0.5),
        )
        for name, group in by_group.items()
    ]
    return sorted(lines, key=lambda line: line.name)


def _rate(group: Sequence[bool | None], everybody: Sequence[bool | None], confidence: float) -> Rate:
    mine = [value for value in group if value is not None]
    rest_n = sum(value is not None for value in everybody) - len(mine)
    rest = sum(value is True for value in everybody) - sum(mine)
    if not mine or not rest_n:
        return Rate(sum(mine), len(mine), None, None)
    interval = share_difference_interval(sum(mine), len(mine), rest, rest_n, confidence=confidence)
    return Rate(sum(mine), len(mine), sum(mine) / len(mine) - rest / rest_n, interval)


def _groups(cases: Sequence[Case], by: str) -> Mapping[int, str]:
    named = _by_value(cases) if by == BY_VALUE else {case.pk: _name(case, by) for case in cases}
    sizes = Counter(named.values())
    kept = {name for name, n in sizes.most_common(MOST_GROUPS) if n >= FEWEST_IN_GROUP}
    return {pk: name if name in kept else _("others") for pk, name in named.items()}


def _name(case: Case, by: str) -> str:
    if case.customer is None:
        return _("not known")
    if by == BY_LANGUAGE:
        return case.customer.locale or _("not known")
    value = case.customer.attributes.get(by.removeprefix(BY_ATTRIBUTE))
    return _("not known") if value is None else str(value)


def _by_value(cases: Sequence[Case]) -> Mapping[int, str]:
    """Thirds of the customers whose value is known."""
    values = {case.pk: case.customer.annual_value for case in cases if case.customer}
    known = sorted({case.customer_id: values[case.pk] for case in cases if values.get(case.pk) is not None}.values())
    if len(known) < 3:
        return dict.fromkeys((case.pk for case in cases), _("not known"))
    low, high = quantiles(known, n=3)
    names = (_("1 lowest third of value"), _("2 middle third"), _("3 highest third"))
    return {
        case.pk: _("not known")
        if values.get(case.pk) is None
        else names[(values[case.pk] > low) + (values[case.pk] > high)]
        for case in cases
    }


def _in_time(case: Case, now: datetime) -> bool | None:
    """Was first contact in time? None where nothing was promised, it still runs, or it ended another way."""
    due = case.contact_due_at
    if due is None:
        return None
    if case.contacted_at is not None:
        return case.contacted_at <= due
    end = case.closed_at or case.paused_at or now
    return False if end > due else None


def _spell(case: Case, calendar: WorkCalendar, pauses, now: datetime) -> Spell:
    end = case.contacted_at or case.closed_at or now
    return Spell(working_minutes_between(calendar, case.opened_at, end, pauses), case.contacted_at is not None)
