"""Who chose what: the very responses behind an option of a question, and how many the roll-ups say they are."""

from dataclasses import dataclass

from django.db.models import OuterRef, Q, QuerySet, Sum

from feedback.analytics.filters import Filters
from feedback.analytics.sums import added, names_segment, read_sums
from feedback.metrics.first_contact import POINTS
from feedback.metrics.histogram import BINS
from feedback.metrics.leads import CHOOSING
from feedback.models import Answer, ChoiceRollup, SegmentChoiceRollup
from vocplatform.lib import lookups  # noqa: F401  registers lists


def answered_q() -> Q:
    """Answers to a closed question that say something; choices may have been taken away by hand."""
    return Q(number__isnull=False) | (Q(kind__in=CHOOSING, choices__isnull=False) & ~Q(choices=[]))


def chosen(filters: Filters) -> QuerySet[Answer]:
    """The answers that choose it, for Exists within a query of responses."""
    answers = Answer.objects.filter(answered_q(), response=OuterRef("pk"), question_key=filters.question)
    if not filters.choice:
        return answers
    said = Q(choices__lists=filters.choice)
    return answers.filter(said | Q(number=int(filters.choice)) if filters.choice.isdecimal() else said)


@dataclass(frozen=True, slots=True)
class Chosen:
    """How many respondents, and how many of them without a name."""

    n: int = 0
    anonymous: int = 0


NOBODY = Chosen()


def read_choices(q: Q, *by: str, guarded: bool = False) -> dict[tuple, Chosen]:
    """(question, choice) -> respondents, or by other columns, in one query.

    The choice ANYTHING stands for whoever answered.
    """
    by = by or ("question_key", "choice_key")
    model = SegmentChoiceRollup if names_segment(q) else ChoiceRollup
    anonymous = Sum("answers", default=0, filter=Q() if guarded else Q(is_anonymous=True))
    rows = model.objects.filter(q).order_by().values_list(*by)
    found = rows.annotate(n=Sum("answers"), without_name=anonymous)
    return {tuple(row[: len(by)]): Chosen(*row[len(by) :]) for row in found}


def is_counted(filters: Filters) -> bool:
    """Whether the roll-ups know how many responses these filters leave: one question, nothing beside it."""
    return not (filters.metric or filters.theme or filters.intent)


def count_chosen(filters: Filters) -> int:
    """Call only where `is_counted`."""
    q = filters.rollup_q() & Q(question_key=filters.question)
    offered = read_choices(q)
    if offered:
        return offered.get((filters.question, filters.choice), NOBODY).n
    bins = added(read_sums(q, "question_key").values()).histogram
    place = point_of_choice(filters.choice)
    return bins.n if not filters.choice else bins.bins[place] if place is not None else 0


def point_of_choice(choice: str) -> int | None:
    """The bin of a yes, a no or a point of a scale."""
    if choice.isdecimal():
        return int(choice) if int(choice) < BINS else None
    return POINTS.get(choice)
