"""Why it goes wrong, whose causes these are, and what they cost: the report from which improvements begin."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from django.db.models import Count, Q, QuerySet, Sum

from loop.models import Case, Cause, Deed, Status
from loop.reports.endings import Share, ever_resolved, opened_again
from surveys.models import Team

MOST_TEAMS = 6


@dataclass(frozen=True)
class CauseLine:
    """`median_minutes` is of the cases whose minutes somebody entered, `timed` of them."""

    cause: Cause
    owner: Team | None
    cases: int
    by_team: Sequence[int]
    confirmed: Share
    reopened: Share
    minutes: int
    timed: int
    median_minutes: float | None
    cost: Decimal

    @property
    def is_unowned(self) -> bool:
        return self.owner is None


@dataclass(frozen=True)
class CauseReport:
    """`teams` are the columns, those with most cases; `unnamed` cases have no cause yet."""

    cases: int
    unnamed: int
    teams: Sequence[Team]
    lines: Sequence[CauseLine]


def cause_report(cases: QuerySet[Case]) -> CauseReport:
    """Causes that nobody owns stand first: what belongs to nobody is put right by nobody."""
    cases = cases.exclude(status=Status.DUPLICATE)
    counts = _counts(cases)
    teams = _teams(cases)
    effort, again = _effort(cases), opened_again(cases, by="cause")
    causes = Cause.objects.select_related("owner_team", "parent__owner_team").in_bulk(counts)
    lines = [_line(causes[pk], row, teams, effort.get(pk, []), again.get(pk, 0)) for pk, row in counts.items()]
    return CauseReport(
        cases=cases.count(),
        unnamed=cases.filter(cause__isnull=True).count(),
        teams=teams,
        lines=sorted(lines, key=lambda line: (not line.is_unowned, -line.cases, line.cause.name)),
    )


@dataclass
class Counted:
    cases: int = 0
    confirmed: int = 0
    resolved: int = 0
    by_team: dict[int | None, int] | None = None


def _counts(cases: QuerySet[Case]) -> Mapping[int, Counted]:
    ended = Count("pk", filter=Q(status=Status.CONFIRMED))
    rows = cases.filter(cause__isnull=False).order_by().values("cause", "team").annotate(n=Count("pk"), confirmed=ended)
    counts: dict[int, Counted] = defaultdict(lambda: Counted(by_team={}))
    for row in rows:
        counted = counts[row["cause"]]
        counted.cases += row["n"]
        counted.confirmed += row["confirmed"]
        counted.by_team[row["team"]] = row["n"]
    for cause, resolved in ever_resolved(cases, by="cause").items():
        counts[cause].resolved = resolved
    return counts


def _teams(cases: QuerySet[Case]) -> Sequence[Team]:
    busiest = cases.filter(team__isnull=False, cause__isnull=False).order_by().values("team").annotate(n=Count("pk"))
    order = [row["team"] for row in busiest.order_by("-n", "team")[:MOST_TEAMS]]
    found = Team.objects.in_bulk(order)
    return [found[pk] for pk in order]


def _effort(cases: QuerySet[Case]) -> Mapping[int, list[tuple[int | None, Decimal]]]:
    """Cause -> (minutes, cost) of each case that anything was done on."""
    deeds = Deed.objects.filter(case__in=cases.order_by().values("pk"), case__cause__isnull=False)
    sums = deeds.order_by().values("case", "case__cause").annotate(minutes=Sum("minutes"), cost=Sum("cost"))
    effort: dict[int, list[tuple[int | None, Decimal]]] = defaultdict(list)
    for row in sums:
        effort[row["case__cause"]].append((row["minutes"], row["cost"]))
    return effort


def _line(
    cause: Cause,
    counted: Counted,
    teams: Sequence[Team],
    effort: Sequence[tuple[int | None, Decimal]],
    again: int,
) -> CauseLine:
    timed = [minutes for minutes, _cost in effort if minutes is not None]
    return CauseLine(
        cause=cause,
        owner=cause.owner_team or (cause.parent.owner_team if cause.parent else None),
        cases=counted.cases,
        by_team=[counted.by_team.get(team.pk, 0) for team in teams],
        confirmed=Share(counted.confirmed, counted.cases),
        reopened=Share(again, counted.resolved),
        minutes=sum(timed),
        timed=len(timed),
        median_minutes=median(timed) if timed else None,
        cost=sum((cost for _minutes, cost in effort), Decimal(0)),
    )
