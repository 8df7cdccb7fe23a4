"""News travels up by hooks: a floor announces what happened, the hall decides who follows."""

import logging
from typing import Protocol

from django.db import transaction

log = logging.getLogger(__name__)


class Follower(Protocol):
    name: str

    def delay(self, pk: int): ...


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
            transaction.on_commit(lambda task=task: self._nudge(task, pk))

    def _nudge(self, task: Follower, pk: int) -> None:
        try:
            task.delay(pk)
        except Exception as problem:
            log.warning(
                "nudge_failed hook=%s task=%s pk=%s problem=%s", self.name, task.name, pk, type(problem).__name__
            )
