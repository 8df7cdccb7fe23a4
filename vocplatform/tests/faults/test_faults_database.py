"""Without a database nothing is taken and nothing is promised; with it again, everything goes on by itself."""

import tempfile

import pytest
from django.db import connection

from scripts.services import Postgres
from vocplatform.tests.faults.counter import CounterDesk

pytestmark = [pytest.mark.faults, pytest.mark.services]


@pytest.fixture
def cluster():
    with tempfile.TemporaryDirectory(prefix="voc-pg-", ignore_cleanup_errors=True) as home:
        cluster = Postgres(home, keeps_commits=True)
        cluster.start()
        yield cluster
        cluster.stop()


def test_a_database_that_crashes_costs_503_and_nothing_else(cluster, make_platform, link):
    platform = make_platform(database=cluster.url)
    platform.start()
    desk = CounterDesk(platform, link())
    desk.open_pages(20)
    desk.send(8)
    cluster.stop()
    refused = platform.post(desk.path, {"form": desk.forms[-1], "q_nps": "0"})
    assert (refused.status, refused.retry_after) == (503, "10")
    assert platform.get("/healthz").status == 200
    assert platform.get("/readyz").status == 503
    cluster.start()
    assert platform.until(lambda: platform.get("/readyz").status == 200, seconds=30, every=0.5)
    connection.close()  # our own, which the crash has cut as well
    desk.send(12)
    desk.wait_until_done(seconds=120)
    desk.assert_nothing_lost_and_nothing_double()
