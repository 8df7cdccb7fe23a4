"""Without a broker one process does all the work: every sweep by its schedule, and what follows from it at once.

Rows and services are the same; only the nudge is missing, so an answer waits for the next sweep instead of a moment.
"""

import logging
import time
from collections.abc import Callable, Mapping

from celery import Celery
from django.db import close_old_connections

from vocplatform.heartbeats import Pulse

log = logging.getLogger(__name__)
PAUSE_SECONDS = 1.0


class Sweeper:
    def __init__(self, app: Celery, sweeps: Mapping[str, int], *, clock: Callable[[], float] = time.monotonic) -> None:
        """`sweeps` maps the name of a task to the seconds between two runs of it."""
        app.conf.task_always_eager, app.conf.task_eager_propagates = True, False
        app.loader.import_default_modules()
        self.tasks = {name: app.tasks[name] for name in sweeps}
        self.sweeps, self.clock = sweeps, clock
        self.due_at = {name: 0.0 if every < 3600 else clock() + every for name, every in sweeps.items()}
        self.pulses = Pulse("worker"), Pulse("beat")

    def sweep(self) -> int:
        """Run what is due, each by itself: one that fails is logged and comes again; return how many ran."""
        due = [name for name, at in self.due_at.items() if at <= self.clock()]
        for name in due:
            close_old_connections()
            self.due_at[name] = self.clock() + self.sweeps[name]
            outcome = self.tasks[name].apply(throw=False)
            if outcome.failed():
                log.error("sweep_failed task=%s problem=%s", name, type(outcome.result).__name__)
        for pulse in self.pulses:
            pulse.beat()
        return len(due)

    def run(self, is_stopping: Callable[[], bool]) -> None:
        while not is_stopping():
            self.sweep()
            time.sleep(PAUSE_SECONDS)
        for pulse in self.pulses:
            pulse.end()
