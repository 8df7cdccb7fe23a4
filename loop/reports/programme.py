"""The twelve-month list and the level of maturity, both read off what is done here and not off what is claimed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import Count, Min
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from feedback.analytics.leaving import newest_model
from feedback.metrics import CES, CSAT, NPS
from feedback.models import (
    Answer,
    DigestPlan,
    DriverStudy,
    Investigation,
    KeptFigure,
    Reading,
    Response,
    Segment,
    Standing,
)
from feedback.models.standing import standing_is
from loop.models import CaseEvent, Initiative, Objective, Placement, ProgrammeStep, ReadOut
from surveys.models import Invitation, Journey, Touchpoint, TouchpointEvent

QUARTER = timedelta(days=90)
WEEK = timedelta(days=7)
WEEKS = 13
LEVELS = (_("Reactive"), _("Responsive"), _("Proactive"), _("Predictive"))


class Observed:
    """What is done here, counted when first asked for; each count is one query."""

    def __init__(self, now: datetime) -> None:
        self.now, self.since = now, now - QUARTER

    @cached_property
    def answers(self) -> dict[str, int]:
        """Kind of question -> counted answers of the last 90 days."""
        asked = Answer.objects.filter(
            standing_is(Standing.COUNTED, on="response__"),
            kind__in=[NPS.kind, CSAT.kind, CES.kind],
            response__submitted_at__gt=self.since,
        )
        return dict(asked.order_by().values_list("kind").annotate(Count("pk")))

    @cached_property
    def metrics(self) -> int:
        return sum(n >= 30 for n in self.answers.values())

    @cached_property
    def weeks_with_answers(self) -> int:
        rows = Response.objects.counted().filter(submitted_at__gt=self.now - WEEKS * WEEK, submitted_at__lte=self.now)
        days = rows.order_by().values_list("submitted_at__date", flat=True).distinct()
        return len({(self.now.date() - day).days // 7 for day in days})

    @cached_property
    def comments(self) -> int:
        return Reading.objects.filter(is_current=True, status=Reading.Status.SCORED).count()

    @cached_property
    def people_on_cases(self) -> int:
        acted = CaseEvent.objects.filter(at__gt=self.since, actor__isnull=False)
        return acted.order_by().values("actor").distinct().count()

    @cached_property
    def cases_worked(self) -> int:
        acted = CaseEvent.objects.filter(at__gt=self.since, actor__isnull=False)
        return acted.order_by().values("case").distinct().count()

    @cached_property
    def invited(self) -> int:
        return Invitation.objects.filter(created_at__gt=self.since, rule__isnull=False).count()

    @cached_property
    def drawn(self) -> int:
        return Placement.objects.drawn().filter(placed_at__gt=self.since).count()

    @cached_property
    def has_forecast(self) -> int:
        model = newest_model()
        return int(bool(model and model.is_useful))

    @cached_property
    def kinds(self) -> dict[str, int]:
        """Kind of initiative -> how many were registered."""
        begun = Initiative.objects.filter(registered_at__isnull=False)
        return dict(begun.order_by().values_list("kind").annotate(Count("pk")))

    @cached_property
    def read_outs(self) -> dict[str, int]:
        return dict(ReadOut.objects.order_by().values_list("verdict").annotate(Count("pk")))

    @property
    def told(self) -> int:
        return sum(n for verdict, n in self.read_outs.items() if verdict != "cannot_tell")

    @cached_property
    def touchpoints(self) -> int:
        return Touchpoint.objects.filter(stage__journey__state=Journey.State.CURRENT).count()

    @cached_property
    def future_journeys(self) -> int:
        return Journey.objects.filter(state=Journey.State.FUTURE).count()

    @cached_property
    def scaled(self) -> int:
        """Registered after the first that helped: what is spread before anything was proven is not scaled success."""
        first = ReadOut.objects.filter(verdict="helped").aggregate(at=Min("made_at"))["at"]
        return Initiative.objects.filter(registered_at__gt=first).count() if first else 0


Counting = Callable[[Observed], int]


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the list. Without a count only a person can say that it was done."""

    key: str
    part: int
    title: str | Promise
    needed: int = 1
    count: Counting | None = None
    url_name: str = ""


PARTS = (_("Months 1–2: understand"), _("Months 3–4: decide"), _("Months 5–8: change"), _("Months 9–12: keep going"))
ITEMS = (
    Item("stakeholders", 0, _("Everybody whose help is needed agrees on the aim")),
    Item(
        "baseline", 0, _("Where we stand is kept as a figure"), 1, lambda o: KeptFigure.objects.count(), "kept_figures"
    ),
    Item("research", 0, _("Customers were heard in their own words"), 30, lambda o: o.comments, "responses"),
    Item("journey", 0, _("The journey is drawn with its touchpoints"), 3, lambda o: o.touchpoints, "journey_map"),
    Item("gaps", 0, _("What weighs most was studied"), 1, lambda o: _done_studies(), "drivers"),
    Item("vision", 1, _("A vision is written down")),
    Item(
        "objective",
        1,
        _("An objective with a number and a day"),
        1,
        lambda o: Objective.objects.count(),
        "loop:objectives",
    ),
    Item("future", 1, _("The journey as it should be"), 1, lambda o: o.future_journeys, "journey_map"),
    Item(
        "priorities",
        1,
        _("Initiatives weighed by impact and effort"),
        3,
        lambda o: _weighed(),
        "loop:initiative_matrix",
    ),
    Item("roadmap", 1, _("Initiatives with an owner and a day"), 3, lambda o: _dated(), "loop:initiatives"),
    Item("quick_wins", 2, _("Quick wins went live"), 2, lambda o: _quick(o), "loop:initiatives"),
    Item("processes", 2, _("A process was changed"), 1, lambda o: o.kinds.get("process", 0), "loop:initiatives"),
    Item("technology", 2, _("Our systems send events"), 100, lambda o: _events(o), "journey_map"),
    Item("training", 2, _("Staff were trained"), 1, lambda o: o.kinds.get("training", 0), "loop:initiatives"),
    Item("measuring", 2, _("Two metrics with 30 answers a quarter"), 2, lambda o: o.metrics, "measures"),
    Item("monitoring", 3, _("Figures come by themselves to whoever decides"), 1, lambda o: _digests(), "digests"),
    Item("analysing", 3, _("Alerts are investigated"), 1, lambda o: Investigation.objects.count(), "alerts"),
    Item("piloting", 3, _("A change was read out with a clear answer"), 1, lambda o: o.told, "loop:initiatives"),
    Item("scaling", 3, _("What was proven is spread"), 1, lambda o: o.scaled, "loop:initiatives"),
    Item("culture", 3, _("Five people and more work on cases"), 5, lambda o: o.people_on_cases, "loop:effect"),
)


def _done_studies() -> int:
    return DriverStudy.objects.filter(status=DriverStudy.Status.DONE).count()


def _weighed() -> int:
    return Initiative.objects.under_way().count()


def _dated() -> int:
    return Initiative.objects.under_way().filter(owner__isnull=False, go_live_on__isnull=False).count()


def _quick(observed: Observed) -> int:
    live = Initiative.objects.quick_wins().filter(registered_at__isnull=False, go_live_on__lte=observed.now.date())
    return live.under_way().count()


def _events(observed: Observed) -> int:
    """As many as matter: counting a million to say "100 of 100" would be waste."""
    recent = TouchpointEvent.objects.filter(occurred_at__gt=observed.since).order_by()
    return len(recent.values_list("pk", flat=True)[:100])


def _digests() -> int:
    return DigestPlan.objects.filter(is_on=True).count()


@dataclass(frozen=True, slots=True)
class ItemLine:
    item: Item
    count: int | None
    step: ProgrammeStep | None

    @property
    def is_done(self) -> bool:
        """What rows show counts; a person's word counts only where there are no rows to look at."""
        if self.item.count is None:
            return bool(self.step and self.step.done_on)
        return self.count >= self.item.needed

    @property
    def shown(self) -> int | None:
        return None if self.count is None else min(self.count, self.item.needed)


@dataclass(frozen=True)
class Part:
    title: str | Promise
    lines: Sequence[ItemLine]

    @property
    def done(self) -> int:
        return sum(line.is_done for line in self.lines)


@dataclass(frozen=True, slots=True)
class Criterion:
    level: int
    title: str | Promise
    count: int
    needed: int

    @property
    def is_met(self) -> bool:
        return self.count >= self.needed


@dataclass(frozen=True)
class Maturity:
    """`level` is 1 to 4: the highest of which everything is met, with everything below it."""

    level: int
    criteria: Sequence[Criterion]

    @property
    def name(self) -> str | Promise:
        return LEVELS[self.level - 1]

    @property
    def next_step(self) -> Criterion | None:
        return next((each for each in self.criteria if not each.is_met), None)


@dataclass(frozen=True)
class ProgrammeReport:
    parts: Sequence[Part]
    maturity: Maturity

    @property
    def done(self) -> int:
        return sum(part.done for part in self.parts)


def programme_report(*, now: datetime) -> ProgrammeReport:
    observed = Observed(now)
    steps = {step.key: step for step in ProgrammeStep.objects.all()}
    lines = [ItemLine(item, item.count(observed) if item.count else None, steps.get(item.key)) for item in ITEMS]
    parts = [Part(title, [line for line in lines if line.item.part == place]) for place, title in enumerate(PARTS)]
    return ProgrammeReport(parts, maturity(observed))


def maturity(observed: Observed) -> Maturity:
    criteria = [
        Criterion(2, _("metrics with 30 answers in 90 days"), observed.metrics, 2),
        Criterion(2, _("of the last 13 weeks with answers"), observed.weeks_with_answers, 10),
        Criterion(2, _("people who worked on cases in 90 days"), observed.people_on_cases, 2),
        Criterion(2, _("cases that somebody worked on in 90 days"), observed.cases_worked, 5),
        Criterion(3, _("customers asked by a rule in 90 days"), observed.invited, 30),
        Criterion(3, _("initiatives registered before they went live"), sum(observed.kinds.values()), 2),
        Criterion(3, _("initiatives read out"), sum(observed.read_outs.values()), 1),
        Criterion(4, _("forecast of leaving that beats the base rate"), observed.has_forecast, 1),
        Criterion(4, _("segments in use"), Segment.objects.active().count(), 1),
        Criterion(4, _("cases whose remedy was drawn by lot in 90 days"), observed.drawn, 20),
        Criterion(4, _("initiatives whose effect could be told"), observed.told, 1),
    ]
    level = 1
    while level < len(LEVELS) and all(each.is_met for each in criteria if each.level == level + 1):
        level += 1
    return Maturity(level, criteria)
