from celery import shared_task
from django.db import connection
from django.utils import timezone

from vocplatform.models import Heartbeat


@shared_task
def beat_heartbeat() -> None:
    """Prove that beat asks and a worker answers."""
    Heartbeat.objects.update_or_create(name="sweep", defaults={"kind": "sweep", "beat_at": timezone.now()})


@shared_task
def empty_log() -> None:
    """Empty the log beside a SQLite file, which still holds what was erased; if somebody reads, the next run does."""
    if connection.vendor != "sqlite":
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 200")  # answers wait while we wait for readers
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()  # the next one is as patient as before
