"""What was known of customers at one moment: the one place from which profiles, warnings and forecasts are made."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Count, F, Max, Min, Q

from feedback.analytics.selection import labels_of_answers
from feedback.metrics.health import QUARTER_DAYS, Habits, Known, Score
from feedback.metrics.leads import SCALES
from feedback.models import Answer, Standing
from feedback.models.standing import standing_is
from surveys.models import TouchpointEvent
from vocplatform.lib import lookups  # noqa: F401  registers any_of

YEAR = timedelta(days=365)
EASE = "ces"


def known_of(customer_ids: Sequence[int], *, at: datetime) -> dict[int, Known]:
    """Facts up to `at` and none after it, in four queries for any number of customers."""
    habits = _habits(customer_ids, at)
    answers = _answers(customer_ids, at)
    scores, eases, comments = _scores(answers), _eases(answers), _comments(answers)
    labels = labels_of_answers([pk for mine in comments.values() for pk in mine])
    return {
        pk: Known(
            now=at,
            habits=habits.get(pk, Habits()),
            scores=tuple(scores.get(pk, ())),
            eases=tuple(eases.get(pk, ())),
            labels=tuple(labels[comment] for comment in comments.get(pk, ()) if comment in labels),
        )
        for pk in customer_ids
    }


def _habits(customer_ids: Sequence[int], at: datetime) -> dict[int, Habits]:
    events = (
        TouchpointEvent.objects.happened().filter(customer__any_of=list(customer_ids), occurred_at__lte=at).order_by()
    )
    rows = events.values_list("customer_id").annotate(
        first=Min("occurred_at"),
        last=Max("occurred_at"),
        ever=Count("pk"),
        year=Count("pk", filter=Q(occurred_at__gt=at - YEAR)),
        quarter=Count("pk", filter=Q(occurred_at__gt=at - timedelta(days=QUARTER_DAYS))),
    )
    return {pk: Habits(*facts) for pk, *facts in rows}


def _answers(customer_ids: Sequence[int], at: datetime) -> list[tuple]:
    """Of the year before, oldest first: (customer, response, moment, answer, kind, number)."""
    mine = Q(response__customer__any_of=list(customer_ids))
    when = Q(response__submitted_at__lte=at, response__submitted_at__gt=at - YEAR)
    rows = Answer.objects.filter(
        mine, when, standing_is(Standing.COUNTED, on="response__"), kind__in=[*SCALES, "text"]
    ).annotate(who=F("response__customer_id"), at=F("response__submitted_at"))
    ordered = rows.order_by("at", "response_id", "pk")
    return list(ordered.values_list("who", "response_id", "at", "pk", "kind", "number"))


def _scores(answers: list[tuple]) -> dict[int, list[Score]]:
    """The first scale of each response, effort apart."""
    found: dict[int, list[Score]] = {}
    seen: set[int] = set()
    for who, response, at, _pk, kind, number in answers:
        if kind in SCALES and kind != EASE and number is not None and response not in seen:
            seen.add(response)
            found.setdefault(who, []).append(Score(at, kind, number))
    return found


def _eases(answers: list[tuple]) -> dict[int, list[Score]]:
    found: dict[int, list[Score]] = {}
    seen: set[int] = set()
    for who, response, at, _pk, kind, number in answers:
        if kind == EASE and number is not None and response not in seen:
            seen.add(response)
            found.setdefault(who, []).append(Score(at, kind, number))
    return found


def _comments(answers: list[tuple]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for who, _response, _at, pk, kind, _number in answers:
        if kind == "text":
            found.setdefault(who, []).append(pk)
    return found
