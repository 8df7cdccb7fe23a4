"""The broker is only a messenger: without it everything takes longer and ends the same."""

import os
import signal
import sys

import pytest

from loop.models import Case
from vocplatform.lib.env import embedded_socket
from vocplatform.supervisor import broker
from vocplatform.supervisor.child import Part
from vocplatform.tests.faults.by_hand import ByHand
from vocplatform.tests.faults.counter import CounterDesk

pytestmark = pytest.mark.faults
NORMAL_SECONDS = 1.0
TIMEOUT_SECONDS = 3.0  # of one nudge, once per web process; then the broker is left alone
NOBODY_LISTENS = "redis://127.0.0.1:1/0"


def test_a_frozen_broker_holds_up_no_answer(make_platform, link):
    platform = make_platform(broker="embedded")
    platform.start()
    desk = CounterDesk(platform, link())
    desk.open_pages(14)
    desk.send(2)
    os.kill(platform.pid_of("broker"), signal.SIGSTOP)
    try:
        desk.send(10)
    finally:
        os.kill(platform.pid_of("broker"), signal.SIGCONT)
    desk.send(2)
    waited = sorted(answer.seconds for answer in desk.answers[2:12])
    assert waited[-1] < NORMAL_SECONDS + TIMEOUT_SECONDS, waited
    assert waited[-3] < NORMAL_SECONDS, waited  # one of each of the two web processes waits, nobody after it
    desk.wait_until_done(seconds=120)
    desk.assert_nothing_lost_and_nothing_double()


@pytest.mark.long
def test_a_killed_broker_comes_back_and_the_work_is_done(make_platform, link):
    platform = make_platform(broker="embedded")
    platform.start()
    desk = CounterDesk(platform, link())
    desk.open_pages(20)
    desk.send(10)
    platform.kill("broker")
    desk.send(10)
    assert max(answer.seconds for answer in desk.answers) < NORMAL_SECONDS + TIMEOUT_SECONDS
    desk.wait_until_done(seconds=120)
    desk.assert_nothing_lost_and_nothing_double()


@pytest.mark.long
def test_a_broker_that_forgot_everything_costs_only_time(make_platform, link):
    platform = make_platform(ByHand, broker="embedded")
    platform.start()
    desk = CounterDesk(platform, link())
    desk.open_pages(10)
    platform.kill_worker()
    desk.send(10)
    with broker.connect(embedded_socket(platform.state_dir)) as client:
        client.flushall()
    platform.start_worker()
    desk.wait_until_done(seconds=120)
    desk.assert_nothing_lost_and_nothing_double()


@pytest.mark.long
def test_garbage_in_the_queue_stops_the_worker_only_until_it_is_started_again(make_platform, link):
    platform = make_platform(broker="embedded")
    platform.start()
    desk = CounterDesk(platform, link())
    desk.open_pages(10)
    with broker.connect(embedded_socket(platform.state_dir)) as client:
        client.lpush("default", "this is no message")
    desk.send(10)
    desk.wait_until_done(seconds=120)
    desk.assert_nothing_lost_and_nothing_double()


@pytest.mark.long
def test_with_every_nudge_lost_the_sweeps_alone_come_to_the_same_end(make_platform, link):
    """The web server reaches no broker at all, and what the worker announces is lost: only beat asks for work."""
    platform = make_platform(ByHand)
    platform.start()
    platform.kill_worker()
    platform.start_worker(deaf_worker(platform))
    platform.restart_web({**platform.own_env, "REDIS_URL": NOBODY_LISTENS})
    desk = CounterDesk(platform, link())
    desk.open_pages(6)
    desk.send(6)
    assert max(answer.seconds for answer in desk.answers) < NORMAL_SECONDS + TIMEOUT_SECONDS
    assert Case.objects.count() == 0
    desk.wait_until_done(seconds=180)
    desk.assert_nothing_lost_and_nothing_double()


def deaf_worker(platform: ByHand) -> Part:
    """A worker whose every announcement gets lost."""
    code = (
        "import sys\n"
        "from vocplatform.lib.hooks import Hook\n"
        "Hook.nudge = lambda self, task, pk: None\n"
        "from celery.__main__ import main\n"
        "sys.argv = ['celery', '--app=vocplatform', 'worker', '--queues=flags,default,bulk', '--concurrency=2']\n"
        "main()\n"
    )
    return Part("worker", [sys.executable, "-c", code], platform.own_env)
