"""How often somebody may knock: counted for all processes together, and never a reason to fail."""

import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache

from vocplatform.lib import rates
from vocplatform.lib.rates import Limit
from vocplatform.supervisor import broker

THREE = Limit("test", most=3, seconds=60)


@pytest.fixture(autouse=True)
def _afresh():
    cache.clear()
    rates.breaker.reset()
    rates.client.cache_clear()
    yield
    cache.clear()
    rates.breaker.reset()
    rates.client.cache_clear()


def test_the_fourth_of_three_tries_is_told_how_long_to_wait():
    assert [THREE.wait("a") for _ in range(3)] == [0, 0, 0]
    assert 1 <= THREE.wait("a") <= 60


def test_everybody_is_counted_alone_and_each_purpose_too():
    waits = [THREE.wait("a") for _ in range(4)]
    assert waits[-1] > 0
    assert THREE.wait("b") == 0 and Limit("other", most=3, seconds=60).wait("a") == 0


def test_after_its_seconds_the_count_begins_again(time_machine):
    time_machine.move_to("2026-03-02 12:00:00", tick=False)
    waits = [THREE.wait("a") for _ in range(4)]
    assert waits[-1] == 60
    time_machine.move_to("2026-03-02 12:01:01", tick=False)
    assert THREE.wait("a") == 0


def test_a_limit_of_none_counts_nobody():
    assert {Limit("test", most=0, seconds=60).wait("a") for _ in range(50)} == {0}


def test_what_names_the_sender_is_not_kept():
    THREE.wait("203.0.113.7")
    assert cache._cache and "203.0.113.7" not in str(cache._cache)


def test_a_store_that_is_away_costs_one_short_wait_and_then_this_process_counts(settings, tmp_path):
    settings.RATE_STORE_URL = f"redis+socket://{tmp_path}/nobody.sock"
    began = time.monotonic()
    assert [THREE.wait("a") > 0 for _ in range(4)] == [False, False, False, True]
    assert time.monotonic() - began < 2 and rates.breaker.is_open


@pytest.fixture
def server(tmp_path):
    """A real Valkey on a socket of its own."""
    socket = tmp_path / "s"
    command = [broker.find_server(), "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    end = time.monotonic() + 10
    while not broker.answers(socket) and time.monotonic() < end:
        time.sleep(0.02)
    yield socket
    process.terminate()
    process.wait(10)


def test_two_processes_share_one_count_in_redis(settings, server):
    settings.RATE_STORE_URL = f"redis+socket://{server}"
    waits = [THREE.wait("a") for _ in range(3)]
    rates.client.cache_clear()  # another process has another client
    cache.clear()
    assert waits == [0, 0, 0] and 1 <= THREE.wait("a") <= 60
    assert not rates.breaker.is_open


def test_the_first_customers_of_a_process_may_come_at_the_same_moment(settings, server, monkeypatch):
    """Two clients would be made, and the one that is thrown away would close the connection that the other one uses."""
    settings.RATE_STORE_URL = f"redis+socket://{server}"
    make = rates.redis.Redis

    def make_slowly(**options):
        time.sleep(0.05)
        return make(**options)

    monkeypatch.setattr(rates.redis, "Redis", make_slowly)
    with ThreadPoolExecutor(8) as crowd:
        clients = set(crowd.map(lambda _: rates.store(), range(8)))
    assert len(clients) == 1 and THREE.wait("a") == 0
