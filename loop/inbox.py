"""What the inbox shows: its views, how many cases stand in each, and what is known about every row."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from feedback.metrics.figure import Unit
from feedback.models import Answer, Reading, ThemeMention
from loop.models import Case, CaseVisit, Message
from loop.reports.breach import BreachHistory
from loop.reports.worth import Worth, by_worth
from loop.sla.face import Clock, Face, next_clock
from surveys.models import CustomerAddress
from vocplatform.lib.words import day_and_minute

BREACH_AHEAD = timedelta(hours=2)
TOPICS_SHOWN = 2
SCORE_KINDS = ("nps", "csat", "ces", "rating")
WORST_FIRST = (Reading.Label.NEGATIVE, Reading.Label.MIXED, Reading.Label.NEUTRAL, Reading.Label.POSITIVE)

ASKING = (Reading.Intent.RESPONSE_NEEDED, Reading.Intent.SUGGESTION)

Condition = Callable[[AbstractBaseUser, datetime], Q]


@dataclass(frozen=True, slots=True)
class View:
    key: str
    title: str | Promise
    condition: Condition
    nothing: str | Promise
    key_of_way: str  # g and this letter go there
    is_alarming: bool = False


def _awake(now: datetime) -> Q:
    return Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=now)


VIEWS = (
    View("mine", _("Mine"), lambda user, now: Q(owner=user) & _awake(now), _("No case is waiting for you."), "y"),
    View(
        "unassigned",
        _("Unassigned"),
        lambda user, now: Q(owner__isnull=True) & _awake(now),
        _("Every case has somebody who looks after it."),
        "u",
    ),
    View(
        "breaching",
        _("Breaching in 2 h"),
        lambda user, now: Q(paused_at__isnull=True, next_due_at__lt=now + BREACH_AHEAD),
        _("No clock runs out within two hours."),
        "b",
        is_alarming=True,
    ),
    View(
        "reopened",
        _("Reopened"),
        lambda user, now: Q(status=Case.Status.REOPENED),
        _("No customer has said that it is not solved."),
        "o",
    ),
    View(
        "back",
        _("Back from snooze"),
        lambda user, now: Q(snoozed_until__lte=now),
        _("No snoozed case has come back."),
        "k",
    ),
    View("all", _("All open"), lambda user, now: Q(), _("There is no open case."), "a"),
)
VIEW_BY_KEY = {view.key: view for view in VIEWS}


def cases_in(view: View, user: AbstractBaseUser, *, now: datetime, ended: bool = False) -> QuerySet[Case]:
    """The open cases of one view that this person may see, by what runs out first.

    `ended`: among the ended ones too, newest first, because nothing runs out there.
    """
    cases = Case.objects.visible_to(user).filter(view.condition(user, now))
    return cases.newest_first() if ended else cases.open().by_breach_risk()


def worth_first(cases: QuerySet[Case], worth: Worth, *, now: datetime) -> QuerySet[Case]:
    """The other order of open cases: what an hour brings most. Promises that run out first stay first."""
    return by_worth(cases, worth, soon=now + BREACH_AHEAD)


class BackFirst:
    """Cases back from their nap on top, the rest in its order: two reads along an index instead of sorting them all."""

    def __init__(self, cases: QuerySet[Case], *, now: datetime) -> None:
        self._back, self._rest = cases.filter(snoozed_until__lte=now), cases.filter(~Q(snoozed_until__lte=now))

    @cached_property
    def _on_top(self) -> int:
        return self._back.count()

    def count(self) -> int:
        return self._on_top + self._rest.count()

    def __getitem__(self, wanted: slice) -> list[Case]:
        begin, end, on_top = wanted.start or 0, wanted.stop, self._on_top
        back = list(self._back[begin:end]) if begin < on_top else []
        rest = list(self._rest[max(begin - on_top, 0) : end - on_top]) if end > on_top else []
        return back + rest


def counts_of(user: AbstractBaseUser, *, now: datetime, more: Mapping[str, Q] | None = None) -> dict[str, int]:
    """How many open cases stand in each view, and under each further condition; read once for all of them."""
    conditions = {view.key: view.condition(user, now) for view in VIEWS} | dict(more or {})
    counts = {key: Count("pk", filter=condition) for key, condition in conditions.items()}
    return Case.objects.visible_to(user).open().aggregate(**counts)


def matching(text: str) -> Q:
    """Cases whose code, incident, customer or words hold this text. LIKE signs in it are only signs."""
    said = Answer.objects.filter(response=OuterRef("response"), text__icontains=text)
    reached = CustomerAddress.objects.filter(address__iexact=text).values("customer")
    return (
        Q(code__iexact=text)
        | Q(incident__in=Case.objects.filter(code__iexact=text).values("pk"))
        | Q(summary__icontains=text)
        | Q(customer__name__icontains=text)
        | Q(customer__external_id__iexact=text)
        | Q(customer__in=reached)
        | Exists(said)
    )


def with_rows(cases: QuerySet[Case], *, reader: AbstractBaseUser) -> QuerySet[Case]:
    """Everything a row needs, in a number of queries that does not grow with the rows."""
    visit = CaseVisit.objects.filter(case=OuterRef("pk"), user=reader).values("seen_at")[:1]
    read = Prefetch("readings", Reading.objects.filter(is_current=True), to_attr="current_readings")
    answers = Prefetch("response__answers", Answer.objects.prefetch_related(read))
    topics = Prefetch("response__mentions", ThemeMention.objects.select_related("theme"))
    last_word = Message.objects.filter(case=OuterRef("pk")).order_by("-created_at", "-pk").values("direction")[:1]
    return (
        cases.select_related("customer", "touchpoint", "owner", "team", "response")
        .prefetch_related(answers, topics, "tags")
        .annotate(last_word=Subquery(last_word), read_at=Subquery(visit))
    )


@dataclass(frozen=True, slots=True)
class Row:
    case: Case
    score: Answer | None
    words: str
    feeling: str
    asks: str
    topics: Sequence[str]
    clock: Clock | None
    is_back: bool
    is_asleep: bool
    is_answered_by_customer: bool
    is_unread: bool
    why_here: str = ""  # the reason of its place in the list


def row_of(case: Case, *, now: datetime, worth: Worth | None = None, breaches: BreachHistory | None = None) -> Row:
    clock = next_clock(case, now=now)
    answers = list(case.response.answers.all()) if case.response_id else []
    snoozed_until = case.snoozed_until
    return Row(
        case=case,
        score=first_score(answers),
        words=first_words(answers) or case.summary,
        feeling=feeling_of(answers),
        asks=request_of(answers),
        topics=topics_of(case),
        clock=clock,
        is_back=snoozed_until is not None and snoozed_until <= now,
        is_asleep=snoozed_until is not None and snoozed_until > now,
        is_answered_by_customer=case.last_word == Message.Direction.IN,
        is_unread=case.read_at is None or case.read_at < case.updated_at,
        why_here=worth.reason(case) if worth else breach_reason(case, clock, breaches, now=now) if breaches else "",
    )


def breach_reason(case: Case, clock: Clock | None, breaches: BreachHistory, *, now: datetime) -> str:
    """How likely it misses its deadline, where enough cases were like it; else when that is."""
    if clock is None:
        return gettext("Nothing is promised.")
    if chance := breaches.chance(case, clock, now=now):
        share = Unit.PERCENT.text(100 * chance.share)
        return gettext("%(share)s likely to miss its deadline (from %(n)d like it)") % {"share": share, "n": chance.n}
    due = day_and_minute(clock.due_at)
    return (gettext("Was due %s") if clock.face is Face.OVERDUE else gettext("Due %s")) % due


def first_score(answers: Iterable[Answer]) -> Answer | None:
    """The answer that stands for the response: NPS before CSAT before effort before a rating."""
    scored = [answer for answer in answers if answer.kind in SCORE_KINDS and answer.number is not None]
    return min(scored, key=lambda answer: SCORE_KINDS.index(answer.kind), default=None)


def first_words(answers: Iterable[Answer]) -> str:
    return next((answer.text.strip() for answer in answers if answer.text and answer.text.strip()), "")


def feeling_of(answers: Iterable[Answer]) -> str:
    """The worst label among the comments; `not_scored` where there are only comments that nobody could read."""
    readings = [reading for answer in answers for reading in answer.current_readings]
    labels = {reading.label for reading in readings if reading.label}
    if not labels:
        return Reading.Status.NOT_SCORED if readings else ""
    return next(label for label in WORST_FIRST if label in labels)


def topics_of(case: Case) -> Sequence[str]:
    """What it is about, the complaints first."""
    mentions = list(case.response.mentions.all()) if case.response_id else []
    mentions.sort(key=lambda mention: mention.label != Reading.Label.NEGATIVE)
    return list(dict.fromkeys(mention.theme.name for mention in mentions))[:TOPICS_SHOWN]


def request_of(answers: Iterable[Answer]) -> str:
    """What the first comment that asks for something asks of us, in words."""
    readings = (reading for answer in answers for reading in answer.current_readings)
    return next((reading.get_intent_display() for reading in readings if reading.intent in ASKING), "")
