"""Without a broker: the same rows and services, done by one process that sweeps."""

from datetime import timedelta

import pytest
from django.utils import timezone

from feedback.models import Response
from feedback.tests.rows import publish, respond
from loop.models import Case
from loop.services.defaults import ensure_loop_defaults
from vocplatform import checkup
from vocplatform.celery import app
from vocplatform.models import Heartbeat
from vocplatform.schedule import SWEEPS
from vocplatform.sweeper import Sweeper


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.mark.django_db(transaction=True)
def test_one_sweep_scores_an_answer_and_opens_its_case(clock):
    ensure_loop_defaults(now=timezone.now())
    before = timezone.now() - timedelta(minutes=1)
    response = respond(publish(), {"nps": 0, "why": "Terrible."}, submitted_at=before + timedelta(seconds=1))
    Response.objects.filter(pk=response.pk).update(started_at=before, submitted_at=before)
    Sweeper(app, SWEEPS, clock=clock).sweep()
    response.refresh_from_db()
    assert response.scored_at and Case.objects.get().response == response


@pytest.mark.django_db(transaction=True)
def test_each_sweep_comes_again_after_its_own_time_and_daily_ones_not_at_once(clock):
    sweeper = Sweeper(
        app, {"vocplatform.tasks.beat_heartbeat": 15, "feedback.tasks.recount_rollups": 86_400}, clock=clock
    )
    ran = [sweeper.sweep()]
    for _ in range(4):
        clock.seconds += 5
        ran.append(sweeper.sweep())
    assert ran == [1, 0, 0, 1, 0]


@pytest.mark.django_db(transaction=True)
def test_one_that_fails_does_not_keep_the_others_from_their_work(clock, monkeypatch):
    def fail():
        raise ZeroDivisionError

    monkeypatch.setattr(app.tasks["surveys.tasks.sweep_events"], "run", fail)
    Sweeper(app, SWEEPS, clock=clock).sweep()
    assert Heartbeat.objects.filter(kind="sweep").exists()


@pytest.mark.django_db(transaction=True)
def test_health_sees_it_as_worker_and_beat(clock):
    Sweeper(app, SWEEPS, clock=clock).sweep()
    now = timezone.now()
    assert all(check(now).is_good for check in (checkup.check_worker, checkup.check_beat, checkup.check_sweep))


@pytest.mark.django_db(transaction=True)
def test_doctor_says_what_to_install(monkeypatch, settings):
    settings.REDIS_URL = ""
    monkeypatch.setattr(checkup, "has_server", lambda: False)
    finding = checkup.check_broker(timezone.now())
    assert finding.is_good and "install Redis or Valkey" in finding.next_step
