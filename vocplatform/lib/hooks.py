"""News travels up by hooks: a floor announces what happened, the hall decides who follows."""

import logging
import time
from typing import Protocol

from django.db import transaction
from kombu.exceptions import KombuError

log = logging.getLogger(__name__)
BROKER_TROUBLE = (KombuError, OSError)
PAUSE_SECONDS = 10.0


class Follower(Protocol):
    name: str

    def delay(self, pk: int): ...


class Breaker:
    """After a failed nudge, leave the broker alone for a while: each try of a frozen one costs a customer seconds."""

    def __init__(self) -> None:
        self.retry_at = 0.0

    @property
    def is_open(self) -> bool:
        return time.monotonic() < self.retry_at

    def trip(self) -> None:
        self.retry_at = time.monotonic() + PAUSE_SECONDS

    def reset(self) -> None:
        self.retry_at = 0.0


breaker = Breaker()  # one per process, as there is one broker


class Hook:
    """A named piece of news about one row; each follower is a Celery task that takes its primary key."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.followers: list[Follower] = []

    def follow(self, task: Follower) -> None:
        if task not in self.followers:
            self.followers.append(task)

    def announce(self, pk: int) -> None:
        """Nudge every follower after the commit. A broken broker is logged; the sweep finds the row later."""
        for task in self.followers:
            transaction.on_commit(lambda task=task: self.nudge(task, pk))

    def nudge(self, task: Follower, pk: int) -> None:
        """Never raises: what was announced is kept, and the broker may have its own day."""
        if breaker.is_open:
            return
        try:
            task.delay(pk)
        except Exception as problem:
            if isinstance(problem, BROKER_TROUBLE):
                breaker.trip()
            log.warning(
                "nudge_failed hook=%s task=%s pk=%s problem=%s", self.name, task.name, pk, type(problem).__name__
            )
