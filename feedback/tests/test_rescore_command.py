from datetime import timedelta

import pytest
from django.core.management import call_command

from feedback.management.commands import rescore as command
from feedback.models import Reading
from feedback.services import scoring
from feedback.tests.rows import NOON, publish, respond

pytestmark = pytest.mark.django_db
TEXTS = ("Rude staff.", "Great food but slow service.", "Alles war super", "10/10")
KEPT = ("answer_id", "label", "compound", "p_negative", "p_positive", "intent", "conflict", "flags", "spans", "reason")


@pytest.fixture
def read_before(settings):
    """Comments that plain VADER has read."""
    settings.SENTIMENT_ENGINE = "vader"
    version = publish()
    responses = [respond(version, {"nps": 9, "why": text}) for text in TEXTS]
    for response in responses:
        scoring.score_response(response.pk, now=NOON)
    settings.SENTIMENT_ENGINE = "voc"
    return responses


def current() -> list[str]:
    return list(Reading.objects.filter(is_current=True).order_by("answer_id").values_list("engine", flat=True))


def test_all_comments_are_read_again_by_todays_engine_and_earlier_readings_stay(read_before):
    call_command("rescore")
    assert current() == ["voc"] * len(TEXTS)
    assert Reading.objects.filter(engine="vader", is_current=False).count() == len(TEXTS)


def test_stopped_half_way_the_next_run_goes_on_where_it_ended(read_before, monkeypatch):
    monkeypatch.setattr(command, "BATCH", 2)
    done = []

    def stops(ids, *, now):
        if done:
            raise KeyboardInterrupt
        done.extend(ids)
        return scoring.rescore(ids, now=now)

    monkeypatch.setattr(command, "rescore", stops)
    with pytest.raises(KeyboardInterrupt):
        call_command("rescore")
    assert current() == ["voc", "voc", "vader", "vader"]
    read_again = []
    monkeypatch.setattr(command, "rescore", lambda ids, now: read_again.extend(ids) or scoring.rescore(ids, now=now))
    call_command("rescore")
    assert read_again == [response.pk for response in read_before[2:]]
    assert current() == ["voc"] * len(TEXTS)


def test_reading_again_with_the_same_version_gives_the_same_rows(read_before):
    call_command("rescore")
    first = list(Reading.objects.filter(engine="voc").order_by("answer_id").values(*KEPT))
    call_command("rescore", all=True)
    assert list(Reading.objects.filter(engine="voc").order_by("answer_id").values(*KEPT)) == first


def test_a_conflict_with_the_score_is_stored_beside_the_reading(read_before):
    scoring.rescore([response.pk for response in read_before], now=NOON + timedelta(minutes=1))
    stored = Reading.objects.filter(is_current=True).exclude(conflict="")
    assert [(reading.answer.text, reading.conflict) for reading in stored] == [("Rude staff.", "comment_is_worse")]
