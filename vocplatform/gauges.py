"""What waits, since when, and what was set aside: the figures an operator wants an alarm on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.db.models import Count, Max, Min, Q
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from feedback.models import Response
from surveys.models import TouchpointEvent
from vocplatform.checkup import HEARTBEAT_MAX_AGE
from vocplatform.lib.outbox import Outgoing
from vocplatform.models import Heartbeat


@dataclass(frozen=True)
class Queue:
    """Rows of one kind; `unknown` only where rows leave the house."""

    waiting: int
    since: datetime | None
    parked: int
    unknown: int | None = None


def queues(now: datetime) -> dict[str, Queue]:
    found = {model._meta.model_name: outgoing(model, now) for model in apps.get_models() if issubclass(model, Outgoing)}
    unhandled = TouchpointEvent.objects.unhandled(before=now)
    set_aside = TouchpointEvent.objects.filter(handled_at__isnull=True, parked_at__isnull=False).count()
    given_up = Response.objects.parked()
    found["event"] = Queue(**unhandled.aggregate(waiting=Count("pk"), since=Min("received_at")), parked=set_aside)
    unscored = Response.objects.unscored(before=now)
    parked = given_up.filter(scored_at__isnull=True).count()
    found["scoring"] = Queue(**unscored.aggregate(waiting=Count("pk"), since=Min("submitted_at")), parked=parked)
    untriaged = Response.objects.untriaged(before=now)
    parked = given_up.filter(scored_at__isnull=False).count()
    found["triage"] = Queue(**untriaged.aggregate(waiting=Count("pk"), since=Min("scored_at")), parked=parked)
    return found


def outgoing(model: type[Outgoing], now: datetime) -> Queue:
    """Ask once per status, so that each answer comes from the index and not from a million sent rows."""
    return Queue(
        **model.objects.due(now).aggregate(waiting=Count("pk"), since=Min("due_at")),
        parked=model.objects.filter(status=Outgoing.Status.FAILED).count(),
        unknown=model.objects.filter(status=Outgoing.Status.UNKNOWN).count(),
    )


class Waiting(Collector):
    """Read from rows at each scrape, so that every web process answers the same."""

    def __init__(self, *, now: datetime) -> None:
        self.now = now

    def describe(self) -> list:
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        waiting = GaugeMetricFamily(
            "voc_waiting_rows", "Rows whose time has come and that wait for a worker.", labels=["what"]
        )
        oldest = GaugeMetricFamily(
            "voc_oldest_due_seconds", "Age of the oldest row that waits; 0 when none does.", labels=["what"]
        )
        parked = GaugeMetricFamily("voc_parked_rows", "Rows given up on; somebody has to look.", labels=["what"])
        unknown = GaugeMetricFamily(
            "voc_unknown_sends", "Messages that perhaps were sent; never sent again by themselves.", labels=["what"]
        )
        for what, queue in queues(self.now).items():
            waiting.add_metric([what], queue.waiting)
            oldest.add_metric([what], self.age(queue.since))
            parked.add_metric([what], queue.parked)
            if queue.unknown is not None:
                unknown.add_metric([what], queue.unknown)
        yield from (waiting, oldest, parked, unknown, *self.heartbeats())

    def heartbeats(self) -> Iterator[GaugeMetricFamily]:
        """Per kind, not per process: one worker of many may be replaced without an alarm."""
        ages = GaugeMetricFamily("voc_heartbeat_age_seconds", "Since when none of a kind was seen.", labels=["kind"])
        alive = GaugeMetricFamily("voc_processes", "Processes of a kind seen in the last minute.", labels=["kind"])
        recent = Count("pk", filter=Q(beat_at__gt=self.now - HEARTBEAT_MAX_AGE))
        for row in Heartbeat.objects.values("kind").annotate(newest=Max("beat_at"), recent=recent).order_by("kind"):
            ages.add_metric([row["kind"]], self.age(row["newest"]))
            alive.add_metric([row["kind"]], row["recent"])
        yield from (ages, alive)

    def age(self, since: datetime | None) -> float:
        return 0.0 if since is None else max((self.now - since).total_seconds(), 0.0)
