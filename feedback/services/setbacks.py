"""What fails again and again is set aside, so that it delays nobody; staff see it and may put it back.

The attempt is counted and committed before the work starts: a row that kills its worker has counted all the same. A
batch is noted as one row instead, which costs a fiftieth of counting in each of its own; whoever was in a batch that
nobody finished has counted then. A database that is away is nobody's fault, so what fails by it is not counted.
"""

import logging
import traceback
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import OperationalError, transaction
from django.db.models import F

from feedback.hooks import response_scored, response_submitted
from feedback.models import Response, ScoringBatch
from feedback.models.response import MAX_ATTEMPTS, ResponseQuerySet

log = logging.getLogger(__name__)
LOST_AFTER = timedelta(seconds=15)  # a batch takes less than one
FRESH = {"attempts": 0, "parked_at": None, "last_error": ""}  # how a row stands that nothing is wrong with


def count_attempts(waiting: ResponseQuerySet) -> list[int]:
    """Count one attempt for rows that nobody else holds and return their ids."""
    with transaction.atomic():
        ids = list(waiting.select_for_update(skip_locked=True).values_list("pk", flat=True))
        if ids:
            Response.objects.filter(pk__any_of=ids).update(attempts=F("attempts") + 1)
    return ids


def count_attempt(response_id: int) -> bool:
    """The same for one row, waiting for whoever holds it; False for one that is gone, set aside or tried too often."""
    open_rows = Response.objects.complete().filter(pk=response_id, parked_at__isnull=True, attempts__lt=MAX_ATTEMPTS)
    return bool(open_rows.update(attempts=F("attempts") + 1))


@transaction.atomic
def take_batch(waiting: ResponseQuerySet, *, now: datetime) -> ScoringBatch | None:
    """Note which waiting rows are taken on together, of those that nobody else holds; None where there is none."""
    ids = list(waiting.select_for_update(skip_locked=True).values_list("pk", flat=True))
    return ScoringBatch.objects.create(response_ids=ids, taken_at=now) if ids else None


@transaction.atomic
def count_lost_batches(*, now: datetime) -> int:
    """Count the first attempt of each row of a batch whose worker is gone; from then on they are tried singly.

    A worker that falls again and again leaves several batches with the same rows behind before one is old enough to
    be called lost. All of them together count once, or the innocent among the rows would be set aside too.
    """
    lost = list(ScoringBatch.objects.filter(taken_at__lt=now - LOST_AFTER).select_for_update(skip_locked=True))
    for batch in lost:
        untried = Response.objects.filter(pk__any_of=batch.response_ids, scored_at__isnull=True, attempts=0)
        untried.update(attempts=1)
        batch.delete()
    return len(lost)


class GaveUp(Exception):
    """This work failed; what went wrong stands in its rows."""


@contextmanager
def attempting(ids: Collection[int], *, now: datetime) -> Iterator[None]:
    """One transaction of work on rows whose attempt was counted. Raises GaveUp when it fails."""
    try:
        with transaction.atomic():
            yield
    except OperationalError:
        Response.objects.filter(pk__in=ids, attempts__gt=0).update(attempts=F("attempts") - 1)
        raise
    except Exception as problem:
        _note(ids, _told(problem), now=now)
        raise GaveUp from problem


def _note(ids: Collection[int], error: str, *, now: datetime) -> None:
    failed = Response.objects.filter(pk__in=ids)
    failed.update(last_error=error)
    failed.filter(attempts__gte=MAX_ATTEMPTS).update(parked_at=now)
    log.error("attempt_failed responses=%s first=%s problem=%s", len(ids), min(ids), error)


def _told(problem: Exception) -> str:
    """What and where, but never the message: it may quote what a customer wrote."""
    place = traceback.extract_tb(problem.__traceback__)[-1]
    return f"{type(problem).__name__} in {place.name} ({place.filename.rpartition('/')[2]}:{place.lineno})"[:200]


def park_exhausted(waiting: ResponseQuerySet, *, now: datetime) -> int:
    """Set aside what took its worker with it five times, so that nobody was left to say so."""
    return waiting.order_by().filter(attempts__gte=MAX_ATTEMPTS).update(parked_at=now)


def replay_response(response_id: int) -> bool:
    """Put a response that was set aside back into the line."""
    response = Response.objects.parked().filter(pk=response_id).first()
    if response is None or not Response.objects.parked().filter(pk=response_id).update(**FRESH):
        return False
    (response_scored if response.scored_at else response_submitted).announce(response_id)
    return True
