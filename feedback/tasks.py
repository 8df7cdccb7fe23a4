"""The worker's door to the services of this floor; each task is safe to repeat, and a sweep finds what it missed."""

import math
import time
from datetime import timedelta

from celery import shared_task
from django.db import OperationalError
from django.utils import timezone

from feedback.models import Digest, DirtyBucket, DriverStudy, Export, Response, Segment
from feedback.services import (
    alerts,
    digests,
    discovery,
    drivers,
    erasure,
    exports,
    facts,
    profiles,
    rollups,
    scoring,
    segments,
    setbacks,
    themes,
)
from vocplatform.lib.pairs import side_by_side

GRACE = timedelta(seconds=10)  # a nudge gets this long before the sweep takes the response for forgotten
BACKLOG_SECONDS = 40  # one task works at most this long, so that it ends before the worker's time limit
BACKLOG_TASKS = 8
LONG_SECONDS = 25 * 60  # for what must look at every customer in one transaction
EXPORT_SECONDS = 3600  # a million answers take minutes; a file that takes longer than this is given up


@shared_task(acks_late=True, autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5)
def score_response(response_id: int) -> None:
    """Score the one, then whoever else waits: in a burst most of these tasks find nothing left to do."""
    if scoring.score_response(response_id, now=timezone.now()):
        scoring.score_backlog(now=timezone.now(), limit=scoring.NEIGHBOURS)


@shared_task(acks_late=True, autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5)
def score_backlog() -> None:
    end = time.monotonic() + BACKLOG_SECONDS

    def score() -> None:
        while scoring.score_backlog(now=timezone.now(), limit=scoring.BATCH) and time.monotonic() < end:
            pass

    side_by_side(score)
    scoring.score_again(now=timezone.now())


@shared_task
def sweep_unscored() -> None:
    setbacks.count_lost_batches(now=timezone.now())
    waiting = Response.objects.unscored(before=timezone.now() - GRACE)[: BACKLOG_TASKS * scoring.BATCH].count()
    for _ in range(math.ceil(waiting / scoring.BATCH)):
        score_backlog.delay()


@shared_task(acks_late=True, autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5)
def find_themes(response_id: int) -> None:
    """Search the one, then whoever else waits, and have what was scored or searched counted."""
    if themes.find_in_response(response_id, now=timezone.now()):
        themes.find_backlog(now=timezone.now(), limit=themes.NEIGHBOURS)
    rollups.refresh_rollups(response_id, now=timezone.now())


@shared_task(acks_late=True, autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5)
def find_themes_again(taxonomy_id: int = 1) -> None:
    """Search those who wait, until none is left or the time is up; the next sweep goes on."""
    end = time.monotonic() + BACKLOG_SECONDS
    while themes.find_backlog(now=timezone.now(), limit=themes.BATCH) and time.monotonic() < end:
        pass


@shared_task
def sweep_unthemed() -> None:
    if themes.is_anybody_waiting():
        find_themes_again.delay()


@shared_task
def discover_themes() -> None:
    """Once a month: the clock asks daily, and the last search says whether a month has passed."""
    discovery.discover_when_due(now=timezone.now())


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
    profiles.forget_customer(customer_id, now=timezone.now())
    erasure.erase_customer(customer_id)


@shared_task
def sweep_erased() -> None:
    traces = erasure.responses_with_traces(), profiles.profiles_with_traces()
    for pk in {pk for rows in traces for pk in rows.values_list("customer_id", flat=True).distinct()[:500]}:
        erase_customer.delay(pk)


@shared_task(
    acks_late=True,
    autoretry_for=(OperationalError,),
    retry_backoff=True,
    max_retries=5,
    soft_time_limit=LONG_SECONDS,
    time_limit=LONG_SECONDS + 60,
)
def count_segment(segment_id: int) -> None:
    segments.count_segment(segment_id, now=timezone.now())


@shared_task
def sweep_segments() -> None:
    for pk in Segment.objects.stale(timezone.now()).values_list("pk", flat=True):
        count_segment.delay(pk)


@shared_task(acks_late=True)
def count_customers() -> None:
    """Count customers until all are done or the time is up; the next sweep goes on."""
    end = time.monotonic() + BACKLOG_SECONDS
    profiles.prepare_count(now=timezone.now())
    while profiles.count_profiles(now=timezone.now()):
        if time.monotonic() > end:
            count_customers.delay()
            return
    profiles.score_fifths()


@shared_task
def sweep_customers() -> None:
    if profiles.uncounted(now=timezone.now()).exists():
        count_customers.delay()


@shared_task(acks_late=True, autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5)
def run_driver_study(study_id: int) -> None:
    drivers.run_driver_study(study_id, now=timezone.now())


@shared_task
def sweep_driver_studies() -> None:
    for pk in DriverStudy.objects.waiting(before=timezone.now() - GRACE).values_list("pk", flat=True)[:20]:
        run_driver_study.delay(pk)


@shared_task(acks_late=True, soft_time_limit=EXPORT_SECONDS - 60, time_limit=EXPORT_SECONDS)
def make_export(export_id: int) -> None:
    exports.make_export(export_id, now=timezone.now())


@shared_task
def sweep_exports() -> None:
    now = timezone.now()
    exports.give_back_abandoned(now=now)
    exports.remove_past(now=now)
    for pk in Export.objects.waiting().values_list("pk", flat=True)[:20]:
        make_export.delay(pk)


@shared_task(acks_late=True, autoretry_for=(OperationalError,), retry_backoff=True, max_retries=5)
def send_digest(digest_id: int) -> None:
    digests.send_digest(digest_id, now=timezone.now())


@shared_task
def sweep_digests() -> None:
    now = timezone.now()
    digests.write_due_digests(now=now)
    digests.give_back_stuck(now=now)
    for pk in Digest.objects.due(now).values_list("pk", flat=True)[:200]:
        send_digest.delay(pk)


@shared_task
def sweep_facts() -> None:
    """Events of other systems become facts; in a rush the next sweep goes on."""
    end = time.monotonic() + BACKLOG_SECONDS
    while facts.read_waiting_events(now=timezone.now()) and time.monotonic() < end:
        pass


@shared_task
def recheck_facts() -> None:
    facts.recheck_facts(now=timezone.now())


@shared_task
def watch_metrics() -> None:
    alerts.watch_metrics(now=timezone.now())
