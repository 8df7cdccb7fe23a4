"""How much a survey is answered, and how soon a change of its score would show at that rate."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from surveys.definition.schema import DefinedQuestion, Definition
from surveys.forms.asked import first_scale
from surveys.models import Survey
from vocplatform.lib.power import TYPICAL_NPS, answers_to_detect, nps_variance, share_variance

WATCHED = timedelta(days=28)
ENOUGH_ANSWERS = 30  # from here on the survey's own spread is taken
CHANGES = (5, 10, 20)  # points
TYPICAL_SHARE = 0.75
FAVOURABLE = {"csat": 4, "ces": 5, "rating": 4}  # from this point on an answer is a good one
MOST_DAYS = 3650


@dataclass(frozen=True, slots=True)
class Change:
    """`days` to gather `answers` once; None where that takes more than ten years or nobody answers."""

    points: int
    answers: int
    days: int | None

    @property
    def months(self) -> float | None:
        return self.days / 30.4 if self.days is not None else None


@dataclass(frozen=True, slots=True)
class Power:
    """`measured` are the scores of the last 28 days; `planned` takes their place where somebody expects other ones."""

    question: DefinedQuestion
    measured: int
    spread_from: int
    planned: int | None
    changes: tuple[Change, ...]

    @property
    def has_rate(self) -> bool:
        return bool(self.planned or self.measured)

    @property
    def is_typical(self) -> bool:
        """The spread is a usual one, not this survey's own: too few have answered."""
        return self.spread_from < ENOUGH_ANSWERS


def power_of(survey: Survey, definition: Definition, *, now: datetime, planned: int | None = None) -> Power | None:
    """None for a survey without a score. `planned` answers a month are taken in the place of what was measured."""
    question = first_scale(definition)
    if question is None:
        return None
    measured, spread_from, variance = _measured(survey, question, now)
    a_day = planned / 30.4 if planned is not None else measured / WATCHED.days
    needed = {points: answers_to_detect(points / 100, variance) for points in CHANGES}
    return Power(
        question=question,
        measured=measured,
        spread_from=spread_from,
        planned=planned,
        changes=tuple(Change(points, answers, _days(answers, a_day)) for points, answers in needed.items()),
    )


def _days(answers: int, a_day: float) -> int | None:
    days = answers / a_day if a_day > 0 else None
    return max(1, round(days)) if days is not None and days <= MOST_DAYS else None


def _measured(survey: Survey, question: DefinedQuestion, now: datetime) -> tuple[int, int, float]:
    """Scores in the last 28 days, all scores there are, and the variance of one; tests are left out."""
    mine = Q(answers__question_key=question.key, answers__number__isnull=False)
    finished = survey.responses.filter(mine, submitted_at__isnull=False, is_test=False)
    rows = finished.values_list("answers__number").annotate(
        n=Count("pk"), recent=Count("pk", filter=Q(submitted_at__gte=now - WATCHED))
    )
    counts = {number: n for number, n, _recent in rows.order_by()}
    recent = sum(row[2] for row in rows.order_by())
    n = sum(counts.values())
    return recent, n, _variance(question, counts, n)


def _variance(question: DefinedQuestion, counts: dict[int, int], n: int) -> float:
    if question.kind == "nps":
        bands = (
            sum(count for number, count in counts.items() if low <= number <= high)
            for low, high in ((9, 10), (7, 8), (0, 6))
        )
        return nps_variance(*(bands if n >= ENOUGH_ANSWERS else TYPICAL_NPS)) or nps_variance(*TYPICAL_NPS)
    good = sum(count for number, count in counts.items() if number >= FAVOURABLE[question.kind])
    own = share_variance(good / n) if n >= ENOUGH_ANSWERS else 0.0
    return own or share_variance(TYPICAL_SHARE)
