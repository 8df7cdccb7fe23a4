"""Worker and beat leave a row every few seconds; doctor, /readyz and /metrics read it."""

import logging
import os
import socket
import time
from collections.abc import Callable
from datetime import timedelta

from celery.beat import PersistentScheduler
from celery.schedules import schedule
from celery.signals import heartbeat_sent, worker_shutdown
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from vocplatform.models import Heartbeat

log = logging.getLogger(__name__)
INTERVAL_SECONDS = 15
FORGET_AFTER = timedelta(days=1)
FIRST_SWEEP_BELOW = timedelta(hours=1)


class Pulse:
    """At most one row per interval; a database that is away costs a log line, never the process."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.next_at = 0.0

    @property
    def name(self) -> str:
        return f"{self.kind}@{socket.gethostname()}:{os.getpid()}"[:120]

    def beat(self, **_) -> None:
        if time.monotonic() < self.next_at:
            return
        self.next_at = time.monotonic() + INTERVAL_SECONDS
        self.attempt(self.record)

    def end(self, **_) -> None:
        """Take the row away: what is still there without a beat did not end by itself."""
        self.attempt(lambda: Heartbeat.objects.filter(name=self.name).delete())

    def record(self) -> None:
        now = timezone.now()
        Heartbeat.objects.update_or_create(name=self.name, defaults={"kind": self.kind, "beat_at": now})
        Heartbeat.objects.filter(kind=self.kind, beat_at__lt=now - FORGET_AFTER).delete()
        self.touch()

    def touch(self) -> None:
        """A file beside the row: a container's health check looks at its age without starting Django each time."""
        folder = settings.STATE_DIR / "pulse"
        folder.mkdir(exist_ok=True)
        (folder / f"{self.kind}@{socket.gethostname()}").touch()

    def attempt(self, write: Callable[[], None]) -> None:
        try:
            write()
        except (DatabaseError, OSError) as problem:
            log.warning("heartbeat_failed kind=%s problem=%s", self.kind, type(problem).__name__)
        finally:
            let_go()


def let_go() -> None:
    """Keep no connection and no pool: a worker forks its children from this very process."""
    connection.close()
    if hasattr(connection, "close_pool"):
        connection.close_pool()


class Scheduler(PersistentScheduler):
    """The scheduler of Celery's beat, with a pulse, and with a first sweep at once: something may wait already."""

    def __init__(self, *args, **kwargs) -> None:
        self.pulse = Pulse("beat")
        super().__init__(*args, **kwargs)

    def setup_schedule(self) -> None:
        super().setup_schedule()
        long_ago = timezone.now() - FORGET_AFTER
        for entry in self.schedule.values():
            if isinstance(entry.schedule, schedule) and entry.schedule.run_every < FIRST_SWEEP_BELOW:
                entry.last_run_at = long_ago

    def tick(self, *args, **kwargs) -> float:
        self.pulse.beat()
        self._forget_the_future()
        return min(super().tick(*args, **kwargs), INTERVAL_SECONDS)

    def _forget_the_future(self) -> None:
        """A clock that was set back must not silence the sweeps until it has caught up."""
        now = timezone.now()
        ahead = [entry for entry in self.schedule.values() if entry.last_run_at > now]
        for entry in ahead:
            entry.last_run_at = now
        if ahead:
            self._heap = None  # Celery's order of what comes next; it is made anew

    def close(self) -> None:
        super().close()
        self.pulse.end()


worker_pulse = Pulse("worker")


def connect() -> None:
    heartbeat_sent.connect(worker_pulse.beat, dispatch_uid="worker_pulse")
    worker_shutdown.connect(worker_pulse.end, dispatch_uid="worker_pulse")
