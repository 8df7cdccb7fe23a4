"""Who has how much on the desk, and what nobody has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Count, Min, Q, QuerySet

from loop.models import Case
from loop.services.assignment import capacity_of
from loop.services.audience import is_here
from surveys.models import Team

SOON = timedelta(hours=24)
RECENTLY = timedelta(days=7)


@dataclass(frozen=True)
class Load:
    """`closed` counts what ended within RECENTLY; `soon` what runs out within SOON and is not overdue yet."""

    open: int
    overdue: int
    soon: int
    paused: int
    oldest_opened_at: datetime | None
    closed: int


@dataclass(frozen=True)
class PersonLoad:
    person: AbstractBaseUser
    load: Load
    capacity: int
    is_here: bool

    @property
    def free(self) -> int:
        return max(self.capacity - self.load.open, 0)


@dataclass(frozen=True)
class TeamLoad:
    """`team` None: cases that belong to no team."""

    team: Team | None
    load: Load
    unassigned: int
    people: Sequence[PersonLoad]

    @property
    def capacity(self) -> int:
        return sum(person.capacity for person in self.people if person.is_here)


def workload(cases: QuerySet[Case], *, now: datetime) -> Sequence[TeamLoad]:
    """One row per team that has members or cases; the most overdue first."""
    by_team = {row["team"]: row for row in _counted(cases, "team", now)}
    by_person = {(row["team"], row["owner"]): row for row in _counted(cases, "team", now, "owner")}
    teams = Team.objects.prefetch_related("members__staff_profile").order_by("name")
    rows = [_team_load(team, by_team, by_person, now) for team in teams]
    if None in by_team:
        rows.append(_team_load(None, by_team, by_person, now))
    kept = [row for row in rows if row.people or row.load.open or row.load.closed]
    return sorted(kept, key=lambda row: (-row.load.overdue, -row.load.open))


def _team_load(team: Team | None, by_team: dict, by_person: dict, now: datetime) -> TeamLoad:
    pk = team and team.pk
    members = [member for member in team.members.all() if member.is_active] if team else []
    people = [
        PersonLoad(member, _load(by_person.get((pk, member.pk))), capacity_of(member), is_here(member, now=now))
        for member in members
    ]
    unassigned = by_person.get((pk, None), {}).get("open_cases", 0)
    return TeamLoad(team, _load(by_team.get(pk)), unassigned, sorted(people, key=lambda row: -row.load.open))


def _load(row: dict | None) -> Load:
    if row is None:
        return Load(0, 0, 0, 0, None, 0)
    return Load(row["open_cases"], row["overdue"], row["soon"], row["paused"], row["oldest"], row["closed"])


def _counted(cases: QuerySet[Case], first: str, now: datetime, *more: str):
    is_open = Q(status__in=Case.OPEN)
    running = is_open & Q(paused_at__isnull=True)
    return (
        cases.order_by()
        .values(first, *more)
        .annotate(
            open_cases=Count("pk", filter=is_open),
            overdue=Count("pk", filter=running & Q(next_due_at__lt=now)),
            soon=Count("pk", filter=running & Q(next_due_at__gte=now, next_due_at__lt=now + SOON)),
            paused=Count("pk", filter=is_open & Q(paused_at__isnull=False)),
            oldest=Min("opened_at", filter=is_open),
            closed=Count("pk", filter=~is_open & Q(closed_at__gte=now - RECENTLY)),
        )
    )
