"""Customers at a counter: they open the page, read for a moment, and send; we remember what was acknowledged."""

import time
from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Count

from feedback.models import Reading, Response
from loop.models import Case, Triage
from surveys.models import CollectionLink
from vocplatform.tests.faults.platform import Answer, Platform

READING_SECONDS = 1.2  # whoever is faster is taken for a program, and its answers open no case
ANGRY = "Terrible service, I waited for hours and nobody helped. Never again."
HAPPY = "Wonderful, quick and friendly. Thank you!"


@dataclass
class CounterDesk:
    platform: Platform
    link: CollectionLink
    sent: int = 0
    angry: int = 0
    forms: list[str] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)

    @property
    def path(self) -> str:
        return f"/c/{self.link.code}/"

    def open_pages(self, count: int) -> None:
        self.forms += [self.platform.get(self.path).form for _ in range(count)]
        time.sleep(READING_SECONDS)

    def send(self, count: int) -> None:
        """Every second customer is angry. Counts only what the server acknowledged."""
        for _ in range(count):
            is_angry = self.sent % 2 == 0
            score, words = ("0", ANGRY) if is_angry else ("10", HAPPY)
            answer = self.platform.post(self.path, {"form": self.forms.pop(), "q_nps": score, "q_why": words})
            assert answer.status == 303, answer.text
            self.answers.append(answer)
            self.sent += 1
            self.angry += is_angry

    @property
    def scored(self) -> int:
        return Response.objects.filter(scored_at__isnull=False).count()

    @property
    def cases(self) -> int:
        return Case.objects.count()

    def is_done(self) -> bool:
        return not Response.objects.filter(triaged_at__isnull=True).exists()

    def wait_until_done(self, *, seconds: float) -> None:
        assert self.platform.until(self.is_done, seconds=seconds, every=0.5), (
            f"{self.sent} sent, {self.scored} scored, {Triage.objects.count()} triaged\n{self.platform.transcript()}"
        )

    def assert_nothing_lost_and_nothing_double(self) -> None:
        assert Response.objects.filter(submitted_at__isnull=False).count() == self.sent
        readings = Reading.objects.filter(is_current=True).values("answer").annotate(times=Count("pk"))
        assert Counter(row["times"] for row in readings) == {1: self.sent}
        assert Triage.objects.count() == self.sent
        assert Case.objects.count() == self.angry
        assert Case.objects.values("response").distinct().count() == self.angry
