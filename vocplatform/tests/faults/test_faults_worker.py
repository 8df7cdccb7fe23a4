"""kill -9 of the worker while it scores: rows are the truth, so nothing is lost and nothing comes twice."""

import pytest
from django.db import connection

from vocplatform.tests.faults.by_hand import ByHand
from vocplatform.tests.faults.counter import CounterDesk

pytestmark = pytest.mark.faults
PER_KILL = 30


@pytest.mark.parametrize("kills", [3, pytest.param(20, marks=pytest.mark.long)])
def test_killing_the_worker_again_and_again_loses_nothing_and_doubles_nothing(make_platform, link, kills):
    """Each time some answers wait, some are being scored, and some have announced a case that nobody heard of yet."""
    platform = make_platform(ByHand)
    platform.start()
    desk = CounterDesk(platform, link())
    desk.open_pages(kills * PER_KILL)
    for _ in range(kills):
        desk.send(PER_KILL)
        before = desk.scored
        assert platform.until(lambda before=before: desk.scored > before, seconds=60, every=0.005)
        platform.kill_worker()
        platform.start_worker()
    desk.wait_until_done(seconds=180)
    desk.assert_nothing_lost_and_nothing_double()


@pytest.mark.long
def test_the_worker_that_run_looks_after_comes_back_and_goes_on(make_platform, link):
    platform = make_platform()
    platform.start()
    desk = CounterDesk(platform, link())
    desk.open_pages(20)
    desk.send(10)
    platform.kill("worker")
    desk.send(10)
    desk.wait_until_done(seconds=120)
    desk.assert_nothing_lost_and_nothing_double()


@pytest.mark.long
@pytest.mark.services
def test_a_worker_keeps_its_connections_from_task_to_task(make_platform, link):
    """A new one costs more than most tasks do, and what PostgreSQL had prepared in the old one is lost."""
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL: make test-services")
    platform = make_platform(ByHand)
    platform.start()
    desk = CounterDesk(platform, link())
    desk.open_pages(30)
    for _ in range(30):
        desk.send(1)
        platform.until(lambda: False, seconds=0.1)  # too far apart to share their tasks
    desk.wait_until_done(seconds=60)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(2)")  # until every session has reported itself
        cursor.execute("SELECT sessions FROM pg_stat_database WHERE datname = current_database()")
        assert cursor.fetchone()[0] < desk.sent
