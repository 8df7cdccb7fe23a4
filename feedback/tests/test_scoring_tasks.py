from datetime import timedelta

import pytest
from django.utils import timezone

from feedback import tasks
from feedback.hooks import response_submitted
from feedback.models import Reading, Response
from feedback.tests.rows import publish, respond

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(db):
    return publish()


@pytest.fixture
def sent(monkeypatch):
    sent = []
    monkeypatch.setattr(tasks.score_backlog, "delay", lambda: sent.append("backlog"))
    return sent


def long_ago():
    return timezone.now() - timedelta(minutes=5)


def test_a_submitted_response_is_scored_at_once(version, after_commit):
    response = respond(version, {"why": "Great"}, submitted_at=timezone.now())
    with after_commit():
        response_submitted.announce(response.pk)
    assert Reading.objects.get().label == "positive"


def test_the_task_of_one_response_also_scores_its_neighbours(version):
    first, second = (respond(version, {"why": "Great"}) for _ in range(2))
    tasks.score_response(first.pk)
    second.refresh_from_db()
    assert second.scored_at is not None


def test_the_sweep_finds_a_response_whose_message_was_lost(version):
    respond(version, {"why": "Great"}, submitted_at=timezone.now())
    respond(version, {"why": "Great"})
    Response.objects.filter(pk=Response.objects.last().pk).update(started_at=long_ago(), submitted_at=long_ago())
    tasks.sweep_unscored()
    assert not Response.objects.filter(scored_at__isnull=True, submitted_at__lt=long_ago()).exists()


def test_the_sweep_leaves_a_fresh_response_to_its_own_message(version, sent):
    respond(version, {"why": "Great"}, submitted_at=timezone.now())
    tasks.sweep_unscored()
    assert sent == []


def test_a_thousand_waiting_responses_take_a_handful_of_tasks(version, sent):
    before = long_ago()
    Response.objects.bulk_create(
        Response(survey=version.survey, version=version, started_at=before, submitted_at=before) for _ in range(1000)
    )
    tasks.sweep_unscored()
    assert len(sent) == 2


def test_a_backlog_task_works_until_nothing_waits(version, monkeypatch):
    monkeypatch.setattr(tasks.scoring, "BATCH", 2)
    for _ in range(5):
        respond(version, {"nps": 0})
    tasks.score_backlog()
    assert not Response.objects.filter(scored_at__isnull=True).exists()
