"""What happens to a submitted response afterwards: the customer changes it, or somebody answers the link again."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from feedback.hooks import response_submitted
from feedback.models import Response
from feedback.services.answer_rows import Reason, revise, set_aside, values_of, write_answers
from feedback.services.corrections import forget_labels
from feedback.services.redaction import hide_personal_data
from feedback.services.responses import SEVERAL_SCORES
from feedback.services.rollups import mark_responses
from surveys.definition.flow import Answers, shown
from surveys.definition.schema import Definition

MACHINE_SECONDS = 10  # different scores from one link within this time come from something that follows every link
MOST_DISPUTED = 50


@transaction.atomic
def edit_response(
    response_id: int,
    definition: Definition,
    values: Answers,
    *,
    now: datetime,
    cleared: Collection[str] = frozenset(),
) -> Response:
    """Change a submitted answer; what it said before is kept, and scoring starts anew."""
    response = Response.objects.select_for_update().get(pk=response_id)
    rows = {row.question_key: row for row in response.answers.all()}
    before = values_of(rows.values(), definition)
    said = {**before, **hide_personal_data(definition, values)}
    after = {key: value for key, value in said.items() if key not in cleared}
    path = {question.key for question in shown(definition, after)}
    kept = {key: value for key, value in after.items() if key in path}
    if kept == before:
        return response
    for question in definition.questions:
        if question.key in kept and question.key in before and kept[question.key] != before[question.key]:
            revise(rows[question.key], question, kept[question.key], now=now)
            forget_labels(rows[question.key].pk, now=now)
    write_answers(response.pk, definition, {key: value for key, value in kept.items() if key not in before})
    _take_back(response, before, kept, frozenset(cleared), now)
    response.edited_at, response.scored_at = now, None
    response.attempts, response.parked_at = 0, None  # what could not be read before may be readable now
    response.save(update_fields=["edited_at", "scored_at", "attempts", "parked_at"])
    response_submitted.announce(response.pk)
    return response


def _take_back(response: Response, before: Answers, kept: Answers, cleared: frozenset[str], now: datetime) -> None:
    gone = {key: value for key, value in before.items() if key not in kept}
    response.answers.filter(question_key__in=gone).delete()
    withdrawn = {key: value for key, value in gone.items() if key in cleared}
    set_aside(response.pk, withdrawn, Reason.WITHDRAWN, now=now)
    hidden = {key: value for key, value in gone.items() if key not in cleared}
    set_aside(response.pk, hidden, Reason.HIDDEN, now=now)


@transaction.atomic
def dispute_answers(response_id: int, definition: Definition, values: Answers, *, now: datetime) -> bool:
    """A finished link was answered again, by another form: the first answers stay, different ones are put aside.

    Returns whether anything differed. Different scores within seconds come from a machine that follows every link;
    then the response is flagged.
    """
    response = Response.objects.select_for_update().get(pk=response_id)
    stored = values_of(response.answers.all(), definition)
    said = hide_personal_data(definition, values)
    different = {key: value for key, value in said.items() if stored.get(key) != value}
    if not different:
        return False
    if response.set_aside.filter(reason=Reason.DISPUTED).count() >= MOST_DISPUTED:
        return True
    set_aside(response.pk, different, Reason.DISPUTED, now=now)
    scores = [one.key for one in definition.questions if one.nature.is_scale and one.key in different]
    is_machine = now - response.submitted_at < timedelta(seconds=MACHINE_SECONDS)
    if scores and is_machine and SEVERAL_SCORES not in response.flags:
        response.flags = [*response.flags, SEVERAL_SCORES]
        response.is_flagged = True
        response.save(update_fields=["flags", "is_flagged"])
        mark_responses([response.pk], now=now)
    return True
