"""The worker's door to the services of this floor; each task is safe to repeat, and a sweep finds what it missed."""

import math
import time
from datetime import timedelta

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from feedback.models import DirtyBucket, Response
from feedback.services import erasure, rollups, scoring

GRACE = timedelta(seconds=10)  # a nudge gets this long before the sweep takes the response for forgotten
BACKLOG_SECONDS = 40  # one task works at most this long, so that it ends before the worker's time limit
BACKLOG_TASKS = 8


@shared_task(acks_late=True, autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5)
def score_response(response_id: int) -> None:
    """Score the one, then whoever else waits: in a burst most of these tasks find nothing left to do."""
    if scoring.score_response(response_id, now=timezone.now()):
        scoring.score_backlog(now=timezone.now(), limit=scoring.NEIGHBOURS)


@shared_task(acks_late=True, autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5)
def score_backlog() -> None:
    end = time.monotonic() + BACKLOG_SECONDS
    while scoring.score_backlog(now=timezone.now(), limit=scoring.BATCH) and time.monotonic() < end:
        pass


@shared_task
def sweep_unscored() -> None:
    waiting = Response.objects.unscored(before=timezone.now() - GRACE)[: BACKLOG_TASKS * scoring.BATCH].count()
    for _ in range(math.ceil(waiting / scoring.BATCH)):
        score_backlog.delay()


@shared_task(acks_late=True, autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5)
def refresh_rollups(response_id: int) -> None:
    rollups.refresh_rollups(response_id, now=timezone.now())


@shared_task(acks_late=True)
def rebuild_rollups() -> None:
    """Count marked buckets until none is left or the time is up; the next sweep goes on."""
    end = time.monotonic() + BACKLOG_SECONDS
    while rollups.rebuild_waiting(limit=50) and time.monotonic() < end:
        pass


@shared_task
def sweep_dirty_buckets() -> None:
    if DirtyBucket.objects.exists():
        rebuild_rollups.delay()


@shared_task
def sweep_invitations() -> None:
    rollups.mark_recent_invitations(now=timezone.now())


@shared_task
def recount_rollups() -> None:
    rollups.recount_tonight(now=timezone.now())


@shared_task(acks_late=True, autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5)
def erase_customer(customer_id: int) -> None:
    erasure.erase_customer(customer_id)


@shared_task
def sweep_erased() -> None:
    for pk in erasure.responses_with_traces().values_list("customer_id", flat=True).distinct()[:500]:
        erase_customer.delay(pk)
