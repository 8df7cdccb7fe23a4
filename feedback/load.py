"""Believable answers in any number, to see how an installation behaves before customers fill it."""

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import product

from django.utils import timezone

from feedback.metrics.experience import SCALES
from feedback.models import Answer, Reading, Response
from feedback.services.rollups import rebuild_day
from surveys.models import CollectionLink, Journey, Stage, Survey, SurveyVersion, Touchpoint
from vocplatform.lib.bulk import copy_rows, learn_sizes, next_pk
from vocplatform.lib.periods import day_of

SLUG = "load"
STAGES = ("Discover", "Buy", "Receive", "Use", "Get help")
STOPS_PER_STAGE = 4
BATCH = 20_000
COMMENT_SHARE = 0.35
WORDS = {
    "good": ("The staff were friendly and quick.", "It arrived a day early, thank you.", "Everything worked at once."),
    "middle": ("It was all right.", "Delivery was on time, the box was damaged.", "Nothing special to report."),
    "bad": ("I waited forty minutes on the phone.", "The parcel never came.", "Nobody answers my e-mails."),
}
RARE_WORDS, RARE_SHARE = "The zip broke on the second day.", 0.001
SYLLABLES = "ba de fi go lu mar nel os pri qua ren sto tu vin wex yo zan".split()
TALK = ["".join(parts) for parts in product(SYLLABLES, repeat=3)]
LABELS = {"good": "positive", "middle": "neutral", "bad": "negative"}
RESPONSE = (
    "id",
    "survey",
    "version",
    "link",
    "touchpoint",
    "submission_id",
    "source_type",
    "channel",
    "locale",
    "started_at",
    "submitted_at",
    "seconds_taken",
    "flags",
    "is_flagged",
    "is_test",
    "scored_at",
    "triaged_at",
)
ANSWER = ("id", "response", "question_key", "kind", "number", "text")
READING = (
    "id",
    "answer",
    "engine",
    "engine_version",
    "is_current",
    "status",
    "reason",
    "language",
    "compound",
    "label",
    "spans",
    "scored_at",
    "intent",
    "flags",
)


@dataclass(frozen=True, slots=True)
class Spot:
    """A touchpoint with its survey and how its answers lean: 0 is bad, 1 is good."""

    link: CollectionLink
    version: SurveyVersion
    kind: str
    lean: float


class LoadProgramme:
    """One journey of twenty touchpoints, each asked by a survey of NPS, CSAT or CES with a comment."""

    def __init__(self, *, now: datetime, seed: int = 1) -> None:
        self.now = now
        self.dice = random.Random(seed)
        self.talk = random.Random(seed)

    @cached_property
    def spots(self) -> list[Spot]:
        journey, _new = Journey.objects.get_or_create(slug=SLUG, defaults={"name": "Load test"})
        versions = {kind: self._version(kind) for kind in ("nps", "csat", "ces")}
        return [
            self._spot(journey, place, versions[kind], kind)
            for place, kind in enumerate(("csat", "csat", "nps", "ces") * len(STAGES))
        ]

    def _version(self, kind: str) -> SurveyVersion:
        name = f"{SLUG}-{kind}"
        survey, _new = Survey.objects.get_or_create(slug=name, defaults={"name": name, "title": name})
        low, high = SCALES[kind]
        questions = [
            {"key": kind, "kind": kind, "text": "How was it?", "minimum": low, "maximum": high},
            {"key": "why", "kind": "text", "text": "Why?"},
        ]
        definition = {"schema": 1, "survey": name, "title": name, "questions": questions}
        version, _new = SurveyVersion.objects.get_or_create(
            survey=survey, number=1, defaults={"definition": definition, "checksum": name, "published_at": self.now}
        )
        return version

    def _spot(self, journey: Journey, place: int, version: SurveyVersion, kind: str) -> Spot:
        name = STAGES[place // STOPS_PER_STAGE]
        stage, _new = Stage.objects.get_or_create(
            journey=journey, slug=name.lower().replace(" ", "-"), defaults={"name": name, "position": place}
        )
        touchpoint, _new = Touchpoint.objects.get_or_create(
            slug=f"{SLUG}-{place}", defaults={"name": f"{name} {place}", "stage": stage, "position": place}
        )
        link, _new = CollectionLink.objects.get_or_create(
            touchpoint=touchpoint, survey=version.survey, name=touchpoint.name
        )
        return Spot(link, version, kind, 0.45 + 0.45 * self.dice.random())

    def fill(self, n: int, *, days: int) -> Iterator[int]:
        """Write n responses spread over the days before now; yields how many were written after each batch."""
        written = 0
        while written < n:
            size = min(BATCH, n - written)
            self._write(size, days)
            written += size
            yield written

    def _write(self, size: int, days: int) -> None:
        response_pk, answer_pk, reading_pk = next_pk(Response), next_pk(Answer), next_pk(Reading)
        responses, answers, readings = [], [], []
        for pk in range(response_pk, response_pk + size):
            spot, at = self.dice.choice(self.spots), self.now - timedelta(days=days * self.dice.random())
            responses.append(self._response(pk, spot, at))
            low, high = SCALES[spot.kind]
            place = min(max(self.dice.gauss(spot.lean, 0.28), 0), 1)
            answers.append(
                (answer_pk + len(answers), pk, spot.kind, spot.kind, round(low + place * (high - low)), None)
            )
            if self.dice.random() < COMMENT_SHARE:
                mood = "good" if place > 0.7 else "bad" if place < 0.45 else "middle"
                key = answer_pk + len(answers)
                words = RARE_WORDS if self.dice.random() < RARE_SHARE else self.dice.choice(WORDS[mood])
                words = f"{words} {self._small_talk()}"
                answers.append((key, pk, "why", "text", None, words))
                readings.append(
                    (
                        reading_pk + len(readings),
                        key,
                        "load",
                        "1",
                        True,
                        "scored",
                        "",
                        "en",
                        2 * place - 1,
                        LABELS[mood],
                        [],
                        at,
                        "",
                        [],
                    )
                )
        copy_rows(Response, RESPONSE, responses)
        copy_rows(Answer, ANSWER, answers)
        copy_rows(Reading, READING, readings)

    def _small_talk(self) -> str:
        """Made-up words, few of them often and most of them rarely, as in any language (Zipf)."""
        lot = len(TALK)
        said = (TALK[min(int(lot ** self.talk.random()), lot - 1)] for _word in range(self.talk.randint(3, 12)))
        return " ".join(said)

    def _response(self, pk: int, spot: Spot, at: datetime) -> tuple:
        is_done = self.dice.random() < 0.93
        taken = self.dice.randint(5, 90)
        ended = at + timedelta(seconds=taken) if is_done else None
        ids = pk, spot.version.survey_id, spot.version.pk, spot.link.pk, spot.link.touchpoint_id
        return (
            *ids,
            uuid.UUID(int=self.dice.getrandbits(128)),
            "survey",
            "qr",
            "en",
            at,
            ended,
            taken,
            [],
            False,
            False,
            ended,
            ended,
        )

    def count(self, days: int) -> Iterator[date]:
        """Count every day into the roll-ups; yields each day that is done."""
        learn_sizes(Response, Answer, Reading)
        today = day_of(self.now, timezone.get_default_timezone())
        for back in range(days + 1):
            on = today - timedelta(days=back)
            rebuild_day(on, now=self.now)
            yield on
