"""Two workers at one bucket, on a database that lets them."""

import threading
import time

import pytest
from django.db import connection, transaction

from feedback.models import DirtyBucket, Rollup
from feedback.services import rollups
from feedback.services.rollups import mark_dirty, mark_responses, rebuild_bucket, rebuild_day
from feedback.tests.programme import NOW, answer, make_version

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture(autouse=True)
def _postgres():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")


@pytest.fixture
def version():
    return make_version()


def in_another_worker(work):
    def run():
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def counted() -> int:
    return sum(Rollup.objects.filter(kind="nps").values_list("answers", flat=True))


def test_an_answer_that_is_scored_while_its_bucket_is_rebuilt_is_counted_in_the_end(version, monkeypatch):
    key = (NOW.date(), version.pk, 0, "link")
    answer(version, recommend=1)
    mark_dirty([key], now=NOW)
    late = []
    real = rollups.count_answers

    def slow(*args, **only):
        rows = real(*args, **only)
        if not late:
            late.append(in_another_worker(lambda: mark_responses([answer(version, recommend=2).pk], now=NOW)))
            time.sleep(0.5)
        return rows

    others = [(model, count) for model, count in rollups.KEPT if count is not real]
    monkeypatch.setattr(rollups, "KEPT", ((Rollup, slow), *others))
    rebuild_bucket(key)
    late[0].join(timeout=10)
    rollups.rebuild_waiting()
    assert (counted(), DirtyBucket.objects.count()) == (2, 0)


def test_a_rebuild_leaves_the_mark_of_a_scoring_that_was_not_committed_yet(version):
    key = (NOW.date(), version.pk, 0, "link")
    mark_dirty([key], now=NOW)
    with transaction.atomic():
        mark_responses([answer(version, recommend=2).pk], now=NOW)
        other = in_another_worker(lambda: rebuild_bucket(key))
        time.sleep(0.5)
    other.join(timeout=10)
    assert (counted(), DirtyBucket.objects.count()) == (0, 1)
    rollups.rebuild_waiting()
    assert (counted(), DirtyBucket.objects.count()) == (1, 0)


def test_nobody_who_marks_a_bucket_waits_while_it_is_counted(version, monkeypatch):
    key = (NOW.date(), version.pk, 0, "link")
    mark_dirty([key], now=NOW)
    counting, marked, in_time = threading.Event(), threading.Event(), []

    def slow(*args, **only):
        counting.set()
        in_time.append(marked.wait(timeout=5))
        return []

    monkeypatch.setattr(rollups, "KEPT", ((Rollup, slow),))
    other = in_another_worker(lambda: rebuild_bucket(key))
    assert counting.wait(timeout=10)
    mark_dirty([key], now=NOW)
    marked.set()
    other.join(timeout=10)
    assert (in_time, DirtyBucket.objects.count()) == ([True], 1)


def test_a_bucket_waits_until_its_whole_day_is_counted(version):
    key = (NOW.date(), version.pk, 0, "link")
    answer(version, recommend=1)
    mark_dirty([key], now=NOW)
    done = []
    with transaction.atomic():
        rebuild_day(NOW.date(), now=NOW)
        other = in_another_worker(lambda: done.append(rebuild_bucket(key)))
        time.sleep(0.5)
        assert done == []
    other.join(timeout=10)
    assert (done, counted()) == ([False], 1)


def test_two_workers_rebuild_a_bucket_once(version, monkeypatch):
    key = (NOW.date(), version.pk, 0, "link")
    answer(version, recommend=1)
    mark_dirty([key], now=NOW)
    done = []
    workers = [in_another_worker(lambda: done.append(rebuild_bucket(key))) for _worker in range(2)]
    for worker in workers:
        worker.join(timeout=10)
    assert sorted(done) == [False, True]
    assert counted() == 1
