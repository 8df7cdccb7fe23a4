"""Worker and beat leave a row; a database that is away must not end them."""

import logging
from datetime import timedelta

import pytest
from celery.signals import heartbeat_sent, worker_shutdown
from django.db import OperationalError
from django.utils import timezone

from vocplatform import heartbeats
from vocplatform.celery import app
from vocplatform.models import Heartbeat

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _keep_the_tests_connection(monkeypatch):
    monkeypatch.setattr(heartbeats, "let_go", lambda: None)


@pytest.fixture
def pulse(monkeypatch):
    pulse = heartbeats.Pulse("worker")
    monkeypatch.setattr(heartbeats, "worker_pulse", pulse)
    return pulse


@pytest.fixture
def clock(monkeypatch):
    clock = {"now": 1000.0}
    monkeypatch.setattr("time.monotonic", lambda: clock["now"])
    return clock


def test_a_beat_leaves_one_row_per_process(pulse, clock):
    pulse.beat()
    clock["now"] += heartbeats.INTERVAL_SECONDS
    pulse.beat()
    assert [row.kind for row in Heartbeat.objects.all()] == ["worker"]


def test_beats_within_the_interval_write_nothing(pulse, clock, django_assert_num_queries):
    pulse.beat()
    clock["now"] += heartbeats.INTERVAL_SECONDS - 1
    with django_assert_num_queries(0):
        pulse.beat()


def test_a_database_that_is_away_is_logged_and_endured(pulse, clock, monkeypatch, caplog):
    def refuse(**_):
        raise OperationalError("gone")

    caplog.set_level(logging.WARNING, logger=heartbeats.log.name)
    monkeypatch.setattr(Heartbeat.objects, "update_or_create", refuse)
    pulse.beat()
    assert "heartbeat_failed kind=worker problem=OperationalError" in caplog.text


def test_a_process_that_ends_takes_its_row_along(pulse):
    pulse.beat()
    pulse.end()
    assert not Heartbeat.objects.exists()


def test_rows_of_killed_processes_are_forgotten_after_a_day(pulse):
    Heartbeat.objects.create(name="worker@gone:1", kind="worker", beat_at=timezone.now() - timedelta(days=2))
    pulse.beat()
    assert not Heartbeat.objects.filter(name="worker@gone:1").exists()


def test_the_worker_beats_and_ends_by_celerys_own_signals():
    beating, ending = ([id_[0][0] for id_ in signal.receivers] for signal in (heartbeat_sent, worker_shutdown))
    assert "worker_pulse" in str(beating)
    assert "worker_pulse" in str(ending)


def test_the_schedulers_first_tick_sweeps_at_once_and_recounts_only_when_its_hour_comes(tmp_path):
    scheduler = heartbeats.Scheduler(app=app, schedule_filename=str(tmp_path / "schedule"))
    sweep, recount = (scheduler.schedule[f"feedback.tasks.{name}"] for name in ("sweep_unscored", "recount_rollups"))
    assert sweep.is_due().is_due
    assert not recount.is_due().is_due
    scheduler.close()
