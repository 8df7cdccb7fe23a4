"""The very responses behind a figure: the same filters, but rows instead of counts."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from feedback.analytics import choices, topics
from feedback.analytics.answered import with_answers
from feedback.analytics.filters import ANY_CONFLICT, Filters
from feedback.analytics.sums import LEADS, added, read_sums, rollups
from feedback.metrics import METRICS
from feedback.metrics.figure import HIDDEN_BELOW, Metric
from feedback.metrics.first_contact import POINTS
from feedback.metrics.leads import SCALES, YES_NO, Leads
from feedback.metrics.sentiment import LABELS
from feedback.models import Answer, Conflict, Correction, KeptFigure, Reading, Response, Rollup
from surveys.models import SurveyVersion
from vocplatform.lib import lookups  # noqa: F401  registers any_of
from vocplatform.lib.periods import Period
from vocplatform.lib.search import says_q

EXPERIENCE = "experience"
FEW_HITS, SOME_HITS = 2_000, 5_000
LATEST = 300, 3_000, 20_000
UNREAD, WAITING = "not_scored", "waiting"


@dataclass(frozen=True, slots=True)
class Versions:
    """What the published versions in question say about their questions."""

    leads: dict[int, Leads]
    anonymous: frozenset[int]

    @classmethod
    def of(cls, filters: Filters) -> "Versions":
        rows = SurveyVersion.objects.all()
        if filters.survey:
            rows = rows.filter(survey__slug=filters.survey)
        found = list(rows.order_by("pk").values_list("pk", "definition"))
        return cls(
            {pk: Leads.of(definition) for pk, definition in found},
            frozenset(pk for pk, definition in found if definition.get("is_anonymous")),
        )

    def lead_q(self, kind: str) -> Q:
        """The answers that speak for their response: of one kind, or of the scale that opens the survey."""
        keys: dict[str, list[int]] = defaultdict(list)
        for pk, leads in self.leads.items():
            key = leads.opening if kind == EXPERIENCE else leads.by_kind.get(kind)
            if key:
                keys[key].append(pk)
        if not keys:
            return Q(pk__in=[])
        if len(keys) == 1:
            return Q(question_key=next(iter(keys)))
        q = Q()
        for key, versions in keys.items():
            q |= Q(question_key=key, response__version_id__in=versions)
        return q


def select_responses(filters: Filters, versions: Versions | None = None) -> QuerySet[Response]:
    """Return the responses that the filters leave, newest first."""
    rows = Response.objects.filter(filters.response_q())
    if filters.metric:
        rows = rows.filter(Exists(_answers(filters, versions or Versions.of(filters))))
    if filters.conflict:
        rows = rows.filter(Exists(_contradicting(filters.conflict)))
    rows = topics.narrow(rows, filters)
    if filters.question:
        rows = rows.filter(Exists(choices.chosen(filters)))
    if filters.text:
        rows = rows.filter(_who_said(filters.text))
    if filters.figure:
        rows = rows.filter(KeptFigure.objects.get(code=filters.figure).rows_q)
    return rows.order_by("-submitted_at", "-pk")


def _who_said(text: str) -> Q | Exists:
    """Few hits are looked up by name; of many, the newest are soon found on the way.

    Left to itself, a planner that cannot know how rare a word is walks through every response to find thirty.
    """
    hits = _hits(text, FEW_HITS + 1)
    if len(hits) <= FEW_HITS:
        return Q(pk__any_of=hits)
    on_the_way = Answer.objects.filter(says_q("text", text, one_by_one=True), kind="text", response=OuterRef("pk"))
    return Exists(on_the_way)


def _hits(text: str, limit: int) -> list[int]:
    """Responses with a comment that says so, in no order: what an index of words finds soonest."""
    said = Answer.objects.filter(says_q("text", text), kind="text")
    return list(said.order_by().values_list("response_id", flat=True)[:limit])


def _answers(filters: Filters, versions: Versions) -> QuerySet[Answer]:
    answers = Answer.objects.filter(response=OuterRef("pk"))
    if filters.metric == EXPERIENCE:
        return answers.filter(versions.lead_q(EXPERIENCE), kind__in=SCALES, number__isnull=False)
    metric = METRICS[filters.metric]
    answers = answers.filter(versions.lead_q(metric.kind), kind=metric.kind)
    if metric.kind == "text":
        return _labelled(answers, filters, metric)
    low, high = metric.scale
    if band := metric.band(filters.band):
        low, high = band.low, band.high
    if filters.value is not None:
        low = high = filters.value
    return answers.annotate(point=point_of_answer()).filter(point__range=(low, high))


def point_of_answer() -> Case:
    """The number that was given; a yes is a 1 and a no is a 0. Null for other choices and for words."""
    said = (When(kind=YES_NO, choices=[choice], then=point) for choice, point in POINTS.items())
    return Case(*said, default=F("number"), output_field=IntegerField())


def _contradicting(which: str) -> QuerySet[Answer]:
    comments = Answer.objects.filter(response=OuterRef("pk"), kind="text").annotate(against=conflict_of_answer())
    return comments.filter(against__in=Conflict.values if which == ANY_CONFLICT else [which])


def _labelled(answers: QuerySet[Answer], filters: Filters, metric: Metric) -> QuerySet[Answer]:
    answers = answers.filter(text__isnull=False).exclude(text="").annotate(label=label_of_answer())
    if filters.band == WAITING:
        return answers.filter(label__isnull=True)
    if filters.band == UNREAD:
        return answers.filter(label="")
    return answers.filter(label__in=[filters.band] if filters.band else [band.key for band in metric.bands])


def label_of_answer() -> Coalesce:
    """What counts as a comment's label: a person's correction, else the current reading; "" could not be read."""
    return _said_of_answer("label")


def conflict_of_answer() -> Coalesce:
    """Which way a comment contradicts its score, by the same person or reading; "" where it does not."""
    return _said_of_answer("conflict")


def _said_of_answer(field: str) -> Coalesce:
    corrected = Correction.objects.in_force().filter(answer=OuterRef("pk")).values(field)[:1]
    reading = Reading.objects.filter(answer=OuterRef("pk"), is_current=True).values(field)[:1]
    return Coalesce(Subquery(corrected), Subquery(reading))


def labels_of_answers(pks: list[int]) -> dict[int, str]:
    """The same for many comments at once; comments without a label are left out."""
    readings = Reading.objects.filter(answer__any_of=pks, is_current=True).exclude(label="").order_by()
    labels = dict(readings.values_list("answer_id", "label"))
    corrections = Correction.objects.in_force().filter(answer__any_of=pks).order_by("corrected_at", "pk")
    return labels | dict(corrections.values_list("answer_id", "label"))


def newest(
    rows: QuerySet[Response], limit: int, *, by: str = "submitted_at", latest_in: Period | None = None
) -> list[Response]:
    """Return the newest with everything that a line of a list shows. Which they are is found first, by keys alone."""
    pks = newest_keys(rows, limit, by=by, latest_in=latest_in)
    shown = with_answers(Response.objects.select_related("touchpoint", "customer").filter(pk__in=pks))
    return sorted(shown, key=lambda response: pks.index(response.pk))


def newest_keys(
    rows: QuerySet[Response], limit: int, *, by: str = "submitted_at", latest_in: Period | None = None
) -> list[int]:
    """The keys of the newest. Of a period the latest responses are searched first, and mostly that is enough.

    A planner cannot know how many responses a condition on their answers lets through. Asked for thirty of a million
    it looks at every answer and sorts what is left; what happened since a given moment is few rows, and it knows that.
    """
    keys = rows.order_by(f"-{by}", "-pk").values_list("pk", flat=True)
    for moment in _latest(latest_in) if latest_in else ():
        found = list(keys.filter(submitted_at__gte=moment)[:limit])
        if len(found) == limit:
            return found
    return list(keys[:limit])


def _latest(period: Period) -> Iterator[datetime]:
    """The moments since which some thousand responses came, whatever they are about."""
    ended = Response.objects.filter(submitted_at__lt=period.ends_at(timezone.get_default_timezone()))
    for many in LATEST:
        yield from ended.order_by("-submitted_at").values_list("submitted_at", flat=True)[many : many + 1]


def without_small_groups(rows: QuerySet[Response], versions: Versions) -> tuple[QuerySet[Response], bool]:
    """Leave out anonymous responses where they are so few that they would point at people. Says whether it did."""
    if not versions.anonymous:
        return rows, False
    anonymous = rows.filter(version_id__in=versions.anonymous)
    found = len(anonymous.order_by().values_list("pk", flat=True)[:HIDDEN_BELOW])
    if not 0 < found < HIDDEN_BELOW:
        return rows, False
    return rows.exclude(version_id__in=versions.anonymous), True


EXACT_UP_TO = 1000


@dataclass(frozen=True, slots=True)
class HowMany:
    """`is_exact` is False where counting every row would take too long: then there are more than `n`."""

    n: int
    is_exact: bool


def how_many(rows: QuerySet[Response], filters: Filters, *, is_whole: bool = True) -> HowMany:
    """Count rows where they are few; of many, ask the roll-ups where these know. `is_whole`: nothing was taken out."""
    if is_whole and filters.text and _is_said_often(filters):
        return HowMany(EXACT_UP_TO, is_exact=False)
    n = rows.order_by()[: EXACT_UP_TO + 1].count()
    if n <= EXACT_UP_TO:
        return HowMany(n, is_exact=True)
    if not is_whole:
        return HowMany(rows.order_by().count(), is_exact=True)
    if not filters.is_countable:
        return HowMany(EXACT_UP_TO, is_exact=False)
    if filters.question:
        return _how_many_chose(filters)
    if filters.theme or filters.intent:
        return _how_many_speak(filters)
    return HowMany(_counted(filters), is_exact=True)


def _is_said_often(filters: Filters) -> bool:
    """Whether among the first hits alone are more than anybody counts."""
    hits = _hits(filters.text, SOME_HITS)
    if len(hits) <= FEW_HITS:
        return False
    rest = select_responses(filters.narrowed(text="")).filter(pk__any_of=hits)
    return rest.order_by()[: EXACT_UP_TO + 1].count() > EXACT_UP_TO


def _how_many_chose(filters: Filters) -> HowMany:
    if choices.is_counted(filters):
        return HowMany(choices.count_chosen(filters), is_exact=True)
    return HowMany(EXACT_UP_TO, is_exact=False)


def _how_many_speak(filters: Filters) -> HowMany:
    if topics.is_counted(filters):
        return HowMany(topics.count(filters), is_exact=True)
    return HowMany(EXACT_UP_TO, is_exact=False)


def _counted(filters: Filters) -> int:
    q = filters.rollup_q()
    if not filters.metric:
        return rollups(q & Q(kind=Rollup.RESPONSES)).aggregate(n=Sum("answers", default=0))["n"]
    if filters.metric == EXPERIENCE:
        return rollups(q & Q(is_opening=True)).aggregate(n=Sum("answers", default=0))["n"]
    metric = METRICS[filters.metric]
    histogram = added(read_sums(q & LEADS & Q(kind=metric.kind), "kind").values()).histogram
    if filters.band in (UNREAD, WAITING):
        place = LABELS.index(filters.band)
        return histogram.between(place, place)
    band = metric.band(filters.band)
    low, high = (band.low, band.high) if band else metric.scale
    return histogram.between(*((filters.value, filters.value) if filters.value is not None else (low, high)))
