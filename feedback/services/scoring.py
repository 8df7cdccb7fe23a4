"""Every comment gets a reading. Reading twice gives the same rows again and announces nothing twice."""

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.conf import settings
from django.db import OperationalError, transaction

from feedback.hooks import response_scored
from feedback.models import Answer, Reading, Response, ScoringBatch
from feedback.models.response import MAX_ATTEMPTS
from feedback.sentiment.conflict import CONFLICTS
from feedback.sentiment.engine import NO_CONTEXT, Context, Engine
from feedback.sentiment.engine import Reading as Heard
from feedback.sentiment.registry import get_engine
from feedback.services.rollups import mark_responses
from feedback.services.setbacks import (
    FRESH,
    GaveUp,
    attempting,
    count_attempts,
    park_exhausted,
    take_batch,
)
from surveys.models import SurveyVersion
from vocplatform.lib import lookups  # noqa: F401  registers any_of
from vocplatform.lib.bulk import copy_rows

log = logging.getLogger(__name__)

BATCH = 500
NEIGHBOURS = 50  # scored along with the one a task was sent for, so that a burst does not cost a transaction each
NUDGES = 50  # a claim larger than this is a backlog: what follows is left to the followers' own sweeps

COPIED = ("status", "reason", "language", "compound", "p_negative", "p_positive", "label", "intent")
WRITTEN = (*COPIED, "flags", "conflict", "spans", "is_current", "scored_at")


def score_response(response_id: int, *, now: datetime) -> bool:
    """Read the comments of one complete response and say whether it was waiting for that.

    A response that is scored, unfinished, gone or in another worker's hands is left alone. Whoever changes an answer
    empties `scored_at`, and the response waits again.
    """
    own = Response.objects.complete().filter(pk=response_id, scored_at__isnull=True, parked_at__isnull=True)
    if not count_attempts(own.filter(attempts__lt=MAX_ATTEMPTS)):
        return False
    try:
        with attempting([response_id], now=now):
            return bool(_score([response_id], now))
    except GaveUp:
        return False


def score_backlog(*, now: datetime, limit: int = BATCH) -> int:
    """Score up to `limit` waiting responses that nobody else holds and return how many there were.

    Where one of them fails, each is scored by itself, so that it fails alone. What was tried before waits for
    `score_again`: together with the one that failed, the others would fail again.
    """
    batch = take_batch(Response.objects.unscored(before=now).filter(attempts=0)[:limit], now=now)
    if batch is None:
        return 0
    try:
        return _score_batch(batch, now)
    except OperationalError:
        batch.delete()
        raise
    except Exception as problem:
        log.warning("batch_failed responses=%s problem=%s", len(batch.response_ids), type(problem).__name__)
        batch.delete()
        return sum(score_response(pk, now=now) for pk in batch.response_ids)


@transaction.atomic
def _score_batch(batch: ScoringBatch, now: datetime) -> int:
    """The note goes first: its lock says that the worker lives, and whatever undoes the work brings the note back.

    Another worker may have been quicker with some of the rows, or even with all of them.
    """
    deleted, _models = ScoringBatch.objects.filter(pk=batch.pk).delete()
    if not deleted:
        return 0
    _score(batch.response_ids, now)
    return len(batch.response_ids)


def score_again(*, now: datetime, limit: int = BATCH) -> int:
    """Try what failed before, each by itself and the least tried first; set aside what failed too often."""
    waiting = Response.objects.unscored(before=now)
    park_exhausted(waiting, now=now)
    tried = waiting.filter(attempts__gt=0).order_by("attempts", "submitted_at")
    return sum(score_response(pk, now=now) for pk in tried.values_list("pk", flat=True)[:limit])


@transaction.atomic
def rescore(response_ids: Sequence[int], *, now: datetime) -> int:
    """Read again with today's engine. Earlier readings stay beside the new ones; the figures follow, no case does."""
    scored = Response.objects.filter(pk__in=response_ids, scored_at__isnull=False)
    claimed = list(scored.select_for_update().values_list("pk", "version_id", "locale"))
    _write_readings(claimed, now)
    ids = [pk for pk, _, _ in claimed]
    Response.objects.filter(pk__in=ids).update(themed_at=None)
    mark_responses(ids, now=now)
    return len(claimed)


def _score(ids: list[int], now: datetime) -> int:
    rows = Response.objects.filter(pk__any_of=ids, scored_at__isnull=True).order_by("submitted_at")
    claimed = list(rows.select_for_update(skip_locked=True).values_list("pk", "version_id", "locale"))
    if not claimed:
        return 0
    _write_readings(claimed, now)
    ids = [pk for pk, _, _ in claimed]
    Response.objects.filter(pk__any_of=ids).update(scored_at=now, themed_at=None, **FRESH)
    mark_responses(ids, now=now)
    if len(ids) <= NUDGES:
        for pk in ids:
            response_scored.announce(pk)
    return len(ids)


def _write_readings(claimed: list[tuple[int, int, str]], now: datetime) -> None:
    engine = get_engine(settings.SENTIMENT_ENGINE)
    answers = _answers_of([pk for pk, _, _ in claimed])
    versions = SurveyVersion.objects.in_bulk({version_id for _, version_id, _ in claimed})
    questions = {pk: Wording(version.definition) for pk, version in versions.items()}
    comments = [
        comment for pk, version_id, locale in claimed for comment in questions[version_id].comments(answers[pk], locale)
    ]
    heard = engine.read_many([(text, context) for _, text, context in comments])
    _keep_current(engine, [(pk, reading) for (pk, _, _), reading in zip(comments, heard, strict=True)], now)


def _answers_of(response_ids: list[int]) -> dict[int, list[tuple]]:
    """For each response its numbers and texts, as (pk, question key, number, text)."""
    found = defaultdict(list)
    rows = Answer.objects.filter(response__any_of=response_ids, choices__isnull=True).order_by("pk")
    for response_id, *answer in rows.values_list("response_id", "pk", "question_key", "number", "text"):
        found[response_id].append(tuple(answer))
    return found


def context_of(answer: Answer) -> Context:
    """What was known when one comment was written, as the engine hears it."""
    version, locale = answer.response.version, answer.response.locale
    comments = Wording(version.definition).comments(_answers_of([answer.response_id])[answer.response_id], locale)
    return next((context for pk, _, context in comments if pk == answer.pk), NO_CONTEXT)


class Wording:
    """What one survey version asked, as far as it helps to read a comment."""

    def __init__(self, definition: dict) -> None:
        self.locale = definition.get("locale", "")
        self.questions = {question["key"]: question for question in definition.get("questions", ())}
        self.places = {key: place for place, key in enumerate(self.questions)}

    def comments(self, answers: list[tuple], locale: str) -> Iterator[tuple[int, str, Context]]:
        numbers = {key: number for _, key, number, _ in answers if number is not None}
        for pk, key, _, text in answers:
            if text and text.strip():
                yield pk, text, self._context(key, numbers, locale or self.locale)

    def _context(self, key: str, numbers: dict[str, int], locale: str) -> Context:
        asked = self.questions.get(key, {})
        scored = self._nearest_score(key, numbers)
        if scored is None:
            return Context(question=asked.get("text", ""), locale=locale)
        scale = self.questions[scored]
        return Context(asked.get("text", ""), numbers[scored], scale["minimum"], scale["maximum"], locale)

    def _nearest_score(self, key: str, numbers: dict[str, int]) -> str | None:
        """The answered scale the comment most likely explains: the last one before it, else the first after it."""
        here = self.places.get(key, len(self.places))
        scales = [name for name in self.questions if name in numbers and self.questions[name].get("maximum")]
        before = [name for name in scales if self.places[name] < here]
        return before[-1] if before else next(iter(scales), None)


def _keep_current(engine: Engine, heard: list[tuple[int, Heard]], now: datetime) -> None:
    """Write what was heard in each answer; whatever stood as current before steps back but stays.

    Call it with the responses locked: answers that were never read are then written past every question of conflict.
    """
    earlier = Reading.objects.filter(answer__any_of=[pk for pk, _ in heard])
    if not earlier.exists():
        copy_rows(Reading, ("answer", *WRITTEN, "engine", "engine_version"), (_values(*one, now) for one in heard))
        return
    others = earlier.filter(is_current=True).exclude(engine=engine.name, engine_version=engine.version)
    others.update(is_current=False)
    Reading.objects.bulk_create(
        [_as_row(*one, now) for one in heard],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["answer", "engine", "engine_version"],
        update_fields=WRITTEN,
    )


def _as_row(answer_id: int, heard: Heard, now: datetime) -> Reading:
    return Reading(
        **dict(zip(("answer_id", *WRITTEN, "engine", "engine_version"), _values(answer_id, heard, now), strict=True))
    )


def _values(answer_id: int, heard: Heard, now: datetime) -> tuple:
    conflict = next((flag for flag in heard.flags if flag in CONFLICTS), "")
    spans = [span._asdict() for span in heard.spans]
    read = [getattr(heard, name) for name in COPIED]
    return answer_id, *read, list(heard.flags), conflict, spans, True, now, heard.engine, heard.engine_version
