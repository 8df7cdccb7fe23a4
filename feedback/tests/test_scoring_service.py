from datetime import timedelta

import pytest

from feedback.hooks import response_scored
from feedback.models import Reading, Response
from feedback.sentiment.engine import SCORED, Context
from feedback.sentiment.engine import Reading as Heard
from feedback.services import scoring
from feedback.tests.rows import NOON, publish, respond

LATER = NOON + timedelta(minutes=1)

pytestmark = pytest.mark.django_db


class Recorder:
    """An engine that remembers what it was asked."""

    name = "recorder"
    version = "1"

    def __init__(self) -> None:
        self.asked: list[tuple[str, Context]] = []

    def read_many(self, comments: list[tuple[str, Context]]) -> list[Heard]:
        self.asked += comments
        neutral = Heard(self.name, self.version, SCORED, language="en", label="neutral", compound=0.0, p_negative=0.5)
        return [neutral] * len(comments)


@pytest.fixture
def recorder(monkeypatch):
    engine = Recorder()
    monkeypatch.setattr(scoring, "get_engine", lambda name: engine)
    return engine


@pytest.fixture
def announced(monkeypatch):
    heard = []
    monkeypatch.setattr(response_scored, "announce", heard.append)
    return heard


@pytest.fixture
def version(db):
    return publish()


def test_a_comment_gets_a_reading_with_the_words_that_decided(version):
    response = respond(version, {"nps": 1, "why": "The nurse was very rude."})
    scoring.score_response(response.pk, now=LATER)
    reading = Reading.objects.get()
    assert (reading.label, reading.language, reading.scored_at) == ("negative", "en", LATER)
    assert any("rude" in reading.answer.text[span["start"] : span["end"]] for span in reading.spans)


def test_the_reading_names_its_engine_and_version(version, recorder):
    response = respond(version, {"why": "Fine"})
    scoring.score_response(response.pk, now=LATER)
    assert (Reading.objects.get().engine, Reading.objects.get().engine_version) == ("recorder", "1")


def test_a_comment_in_a_language_without_an_engine_is_not_scored_and_never_neutral(version):
    response = respond(version, {"why": "Die Lieferung war leider sehr langsam und der Service nicht gut"})
    scoring.score_response(response.pk, now=LATER)
    reading = Reading.objects.get()
    assert (reading.status, reading.reason, reading.language) == ("not_scored", "language_without_engine", "de")
    assert (reading.label, reading.compound, reading.p_negative) == ("", None, None)


def test_a_response_without_a_comment_is_scored_without_a_reading(version):
    response = respond(version, {"nps": 0, "why": "   "})
    scoring.score_response(response.pk, now=LATER)
    response.refresh_from_db()
    assert response.scored_at == LATER
    assert not Reading.objects.exists()


def test_scoring_twice_leaves_one_reading_and_announces_once(version, announced):
    response = respond(version, {"why": "Great"})
    assert scoring.score_response(response.pk, now=LATER)
    assert not scoring.score_response(response.pk, now=LATER)
    assert Reading.objects.count() == 1
    assert announced == [response.pk]


def test_an_unfinished_response_waits(version, announced):
    response = respond(version, {"why": "Great"}, submitted_at=None)
    assert not scoring.score_response(response.pk, now=LATER)
    assert not announced


def test_a_response_that_is_gone_is_no_error():
    assert not scoring.score_response(404, now=LATER)


def test_a_changed_answer_is_read_again_in_the_same_row(version):
    response = respond(version, {"why": "Great"})
    scoring.score_response(response.pk, now=LATER)
    response.answers.update(text="Terrible and rude")
    Response.objects.update(scored_at=None)
    scoring.score_response(response.pk, now=LATER)
    assert [reading.label for reading in Reading.objects.all()] == ["negative"]


def test_the_engine_hears_the_question_and_the_score_before_the_comment(version, recorder):
    response = respond(version, {"nps": 0, "why": "a", "ease": 7, "better": "b"})
    scoring.score_response(response.pk, now=LATER)
    assert [context for _, context in recorder.asked] == [
        Context("Why did you give this score?", 0, 0, 10, "en"),
        Context("What could we do better?", 7, 1, 7, "en"),
    ]


def test_a_skipped_score_is_unknown_and_not_zero(version, recorder):
    response = respond(version, {"why": "a"})
    scoring.score_response(response.pk, now=LATER)
    assert recorder.asked[0][1].score is None


def test_a_new_engine_version_becomes_current_and_the_old_reading_stays(version, recorder):
    response = respond(version, {"why": "a"})
    scoring.score_response(response.pk, now=LATER)
    recorder.version = "2"
    assert scoring.rescore([response.pk], now=LATER) == 1
    assert [(r.engine_version, r.is_current) for r in Reading.objects.order_by("engine_version")] == [
        ("1", False),
        ("2", True),
    ]


def test_going_back_to_an_earlier_version_makes_its_reading_current_again(version, recorder):
    response = respond(version, {"why": "a"})
    scoring.score_response(response.pk, now=LATER)
    for number in ("2", "1"):
        recorder.version = number
        scoring.rescore([response.pk], now=LATER)
    assert Reading.objects.get(is_current=True).engine_version == "1"


def test_rescoring_announces_nothing(version, recorder, announced):
    response = respond(version, {"why": "a"})
    scoring.score_response(response.pk, now=LATER)
    announced.clear()
    scoring.rescore([response.pk], now=LATER)
    assert announced == []


def test_a_backlog_is_claimed_in_batches_until_nothing_waits(version, recorder):
    for _ in range(5):
        respond(version, {"why": "a"})
    assert [scoring.score_backlog(now=LATER, limit=3) for _ in range(3)] == [3, 2, 0]


def test_a_batch_costs_the_same_number_of_queries_whatever_its_size(version, recorder, django_assert_max_num_queries):
    for size in (2, 20):
        for _ in range(size):
            respond(version, {"why": "a"})
        with django_assert_max_num_queries(17):
            assert scoring.score_backlog(now=LATER, limit=size) == size


def test_a_large_claim_leaves_the_announcements_to_the_sweeps(version, recorder, announced, monkeypatch):
    monkeypatch.setattr(scoring, "NUDGES", 2)
    for _ in range(3):
        respond(version, {"why": "a"})
    scoring.score_backlog(now=LATER)
    assert announced == []
    assert Response.objects.filter(scored_at=LATER).count() == 3
