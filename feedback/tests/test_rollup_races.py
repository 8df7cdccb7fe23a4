"""Two workers at one bucket, on a database that lets them."""

import threading
import time

import pytest
from django.db import connection, transaction

from feedback.models import DirtyBucket, Rollup
from feedback.services import rollups
from feedback.services.rollups import mark_dirty, mark_responses, rebuild_bucket
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


def test_a_rebuild_waits_for_the_scoring_that_has_marked_and_not_committed(version):
    key = (NOW.date(), version.pk, 0, "link")
    mark_dirty([key], now=NOW)
    with transaction.atomic():
        mark_responses([answer(version, recommend=2).pk], now=NOW)
        other = in_another_worker(lambda: rebuild_bucket(key))
        time.sleep(0.5)
    other.join(timeout=10)
    rollups.rebuild_waiting()
    assert counted() == 1


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
