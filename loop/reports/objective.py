"""Five questions behind an objective, each answered from rows with its grade of evidence, or with what is missing.

What leaving means is said once, in the meaning of leaving. Retention at a day is the share of the customers who were
there a year before and have not left since.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from feedback.analytics.leaving import RiskModel, churn_definition, left_by, newest_model
from feedback.analytics.sums import LEADS, read_sums
from feedback.metrics import CSAT, NPS
from feedback.metrics.figure import Figure
from feedback.metrics.histogram import EMPTY
from feedback.metrics.rates import rate
from feedback.models import Answer, ChurnDefinition, CustomerProfile, Reading, Response, Standing, ThemeMention
from loop.models import Case, Objective, Playbook, ReadOut
from loop.reports.trial import Contrast, trial_report
from surveys.models import TouchpointEvent
from vocplatform.lib.periods import day_of, month_of, start_of_day
from vocplatform.lib.power import answers_to_detect, share_variance

YEAR = timedelta(days=365)
MONTHS = 6
MOST_CUSTOMERS = 20_000
MOST_LINES = 8
MOST_PLAYBOOKS = 5
LEAST_PEOPLE = 5
MOST_STORIES = 3


class Grade(StrEnum):
    """How far an answer can be trusted to be about causes."""

    RANDOMISED = "randomised"
    QUASI = "quasi"
    ASSOCIATION = "association"
    ANECDOTE = "anecdote"


@dataclass(frozen=True, slots=True)
class MonthFigure:
    month_on: date
    figure: Figure


@dataclass(frozen=True, slots=True)
class Share:
    name: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class Worked:
    """A remedy or a change with what is known of its effect."""

    name: str
    address: str
    grade: Grade
    read_out: ReadOut | None = None
    contrast: Contrast | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What customers said of an action: confirmed among resolved, beside the same of all other actions.

    Fewer than five resolved cases are single stories and give no share.
    """

    name: str
    confirmed: int
    resolved: int
    figure: Figure | None
    others: Figure | None

    @property
    def grade(self) -> Grade:
        return Grade.ANECDOTE if self.figure is None else Grade.ASSOCIATION


@dataclass(frozen=True)
class ObjectiveReport:
    """`saved_share`: of those who would leave, how many must stay, 0 to 100. `needed`: people in each of two groups.

    `stories` are cases of loyal customers who left, `voices` answers of loyal promoters: read them where numbers lack.
    """

    objective: Objective
    months: Sequence[MonthFigure]
    needed: int
    saved_share: float
    risk: RiskModel | None
    causes: Sequence[Share]
    without_cause: Figure
    worked: Sequence[Worked]
    reasons: Sequence[Share]
    promoters: int
    actions: Sequence[Told] = ()
    stories: Sequence[Case] = ()
    voices: Sequence[Response] = ()

    @property
    def lift(self) -> float:
        return self.objective.target - self.objective.baseline

    @property
    def newest(self) -> Figure | None:
        known = [month.figure for month in self.months if month.figure.is_known]
        return known[-1] if known else None

    @property
    def standing(self) -> str:
        """Judged by the interval of the newest month: reached, below, or cannot tell."""
        if self.newest is None or self.newest.interval is None:
            return "cannot_tell"
        if self.newest.interval.low >= self.objective.target:
            return "reached"
        return "below" if self.newest.interval.high < self.objective.target else "cannot_tell"


def objective_report(objective: Objective, *, now: datetime) -> ObjectiveReport:
    share = objective.baseline / 100
    causes, without = _causes(now)
    reasons, promoters = _reasons_to_stay(now)
    leaving = 100 - objective.baseline
    return ObjectiveReport(
        objective=objective,
        months=_months(objective, now),
        needed=answers_to_detect((objective.target - objective.baseline) / 100, share_variance(share) or 0.01),
        saved_share=100 * (objective.target - objective.baseline) / leaving if leaving else 0.0,
        risk=newest_model(),
        causes=causes,
        without_cause=without,
        worked=_worked(now),
        reasons=reasons,
        promoters=promoters,
        actions=_actions(now),
        stories=[] if causes else _stories(now),
        voices=[] if reasons else list(_praising(now).order_by("-submitted_at", "-pk")[:MOST_STORIES]),
    )


# 1. The trend.
def _months(objective: Objective, now: datetime) -> list[MonthFigure]:
    """The last whole months, oldest first."""
    zone = timezone.get_default_timezone()
    ends = [day_of(now, zone).replace(day=1)]
    for _month in range(MONTHS):
        ends.insert(0, (ends[0] - timedelta(days=1)).replace(day=1))
    if objective.metric == Objective.MetricKey.CSAT:
        return _satisfied(ends)
    definition = churn_definition()
    return [
        MonthFigure(first_on, retention(definition, at=start_of_day(next_on, zone)))
        for first_on, next_on in pairwise(ends)
    ]


def retention(definition: ChurnDefinition, *, at: datetime) -> Figure:
    """Of the customers who were there a year before `at`, the share that has not left by then; percent.

    Of very many, every k-th is looked at.
    """
    begin = at - YEAR
    seen = TouchpointEvent.objects.happened().filter(customer__erased_at__isnull=True, customer__isnull=False)
    recent = seen.filter(occurred_at__lte=begin, occurred_at__gt=begin - timedelta(days=definition.silence_days))
    ids = sorted(recent.order_by().values_list("customer_id", flat=True).distinct())
    ids = ids[:: -(-len(ids) // MOST_CUSTOMERS) or 1]
    if definition.kind == ChurnDefinition.Kind.EVENT:
        gone_before = left_by(ids, definition, now=begin)
        ids = [pk for pk in ids if pk not in gone_before]
    left = left_by(ids, definition, now=at)
    return rate(len(ids) - len(left), len(ids))


def _satisfied(ends: Sequence[date]) -> list[MonthFigure]:
    asked = Q(kind=CSAT.kind, standing=Standing.COUNTED, on__gte=ends[0], on__lt=ends[-1])
    months = dict.fromkeys(ends[:-1], EMPTY)
    for (on,), counted in read_sums(asked & LEADS, "on").items():
        months[month_of(on).first_on] += counted.histogram
    return [MonthFigure(month_on, CSAT.measure(histogram)) for month_on, histogram in months.items()]


# 3. Why loyal customers leave.
def _loyal(now: datetime):
    """Customers whom we have known for a year and more."""
    return CustomerProfile.objects.filter(first_event_at__lte=now - YEAR, customer__erased_at__isnull=True)


def _causes(now: datetime) -> tuple[list[Share], Figure]:
    """How many of the loyal ones with a case of each upper cause have left; and of those without any case."""
    told = Case.objects.filter(cause__isnull=False, customer__profile__in=_loyal(now)).order_by()
    rows = told.values_list("cause__name", "cause__parent__name", "customer_id", "customer__profile__left_at")
    people: dict[str, dict[int, bool]] = {}
    for name, parent, customer, left_at in rows.distinct()[: MOST_CUSTOMERS * 5]:
        people.setdefault(parent or name, {})[customer] = left_at is not None
    shares = [
        Share(name, rate(sum(who.values()), len(who))) for name, who in people.items() if len(who) >= LEAST_PEOPLE
    ]
    has_case = Exists(Case.objects.filter(customer=OuterRef("customer")))
    others = _loyal(now).exclude(has_case).aggregate(n=Count("pk"), left=Count("left_at"))
    shares.sort(key=lambda share: share.figure.value, reverse=True)
    return shares[:MOST_LINES], rate(others["left"], others["n"])


def _stories(now: datetime) -> list[Case]:
    gone = Case.objects.filter(customer__profile__in=_loyal(now).filter(left_at__isnull=False))
    return list(gone.select_related("cause", "touchpoint").order_by("-opened_at", "-pk")[:MOST_STORIES])


# 4. Which actions worked.
def _worked(now: datetime) -> list[Worked]:
    """Remedies that chance decided come first, then changes judged against what stayed as it was."""
    begun = Playbook.objects.with_arms().filter(started_at__isnull=False).order_by("-started_at", "-pk")
    found = []
    for playbook in begun[:MOST_PLAYBOOKS]:
        for contrast in trial_report(playbook, now=now).contrasts:
            name = f"{playbook}: {contrast.arm}"
            found.append(Worked(name, playbook.get_absolute_url(), Grade.RANDOMISED, contrast=contrast))
    for made in ReadOut.objects.select_related("initiative").order_by("-made_at", "-pk")[:MOST_LINES]:
        initiative = made.initiative
        found.append(Worked(initiative.name, initiative.get_absolute_url(), Grade.QUASI, read_out=made))
    return found


def _actions(now: datetime) -> list[Told]:
    """Chance decided nothing here: whoever got a refund had another case than whoever got an apology."""
    over = Case.objects.filter(action__isnull=False, resolved_at__gt=now - YEAR).exclude(status=Case.Status.DUPLICATE)
    said = Count("pk", filter=Q(status=Case.Status.CONFIRMED))
    rows = list(over.order_by().values_list("action__name").annotate(n=Count("pk"), confirmed=said))
    n, confirmed = sum(row[1] for row in rows), sum(row[2] for row in rows)
    told = []
    for name, mine, yes in sorted(rows, key=lambda row: (-row[1], row[0]))[:MOST_LINES]:
        is_enough = min(mine, n - mine) >= LEAST_PEOPLE
        figures = (rate(yes, mine), rate(confirmed - yes, n - mine)) if is_enough else (None, None)
        told.append(Told(name, yes, mine, *figures))
    return told


# 5. Why long-term customers stay.
def _praising(now: datetime) -> QuerySet[Response]:
    """Commented answers of the last year by promoters known for a year who have not left."""
    top = NPS.bands[-1]
    praised = Answer.objects.filter(response=OuterRef("pk"), kind=NPS.kind, number__gte=top.low)
    worded = Answer.objects.filter(response=OuterRef("pk"), kind="text", text__isnull=False).exclude(text="")
    return Response.objects.counted().filter(
        Exists(praised),
        Exists(worded),
        submitted_at__gt=now - YEAR,
        customer__profile__in=_loyal(now).filter(left_at__isnull=True),
    )


def _reasons_to_stay(now: datetime) -> tuple[list[Share], int]:
    """What loyal promoters praise: of their commented answers in a year, the share that praises each theme.

    Of fewer than five answers a share says nothing: they can be read instead.
    """
    asked = _praising(now)
    n = asked.count()
    if n < LEAST_PEOPLE:
        return [], n
    said = ThemeMention.objects.filter(response__in=asked.order_by(), label=Reading.Label.POSITIVE).order_by()
    counted: Mapping[str, int] = dict(said.values_list("theme__name").annotate(Count("response", distinct=True)))
    ranked = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_LINES]
    return [Share(name, rate(hits, n)) for name, hits in ranked], n
