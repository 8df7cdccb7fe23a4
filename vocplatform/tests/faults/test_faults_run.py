"""One command starts everything, keeps it going, and leaves nothing behind."""

import os
import signal

import pytest

from vocplatform.tests.faults.counter import CounterDesk
from vocplatform.tests.faults.platform import until

pytestmark = pytest.mark.faults
PARTS = ("broker", "worker", "beat", "web")


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize(
    "number",
    [pytest.param(signal.SIGINT, id="ctrl-c"), pytest.param(signal.SIGTERM, id="sigterm", marks=pytest.mark.long)],
)
def test_a_signal_stops_everything_cleanly_and_a_second_start_has_lost_nothing(make_platform, link, number):
    platform = make_platform(broker="embedded")
    platform.start()
    desk = CounterDesk(platform, link())
    desk.open_pages(2)
    desk.send(2)
    pids = [platform.pid_of(part) for part in PARTS]
    assert platform.stop(number) == 0, platform.transcript()
    assert not any(is_alive(pid) for pid in pids)
    assert not platform.said("is killed"), platform.transcript()
    platform.start()
    desk.wait_until_done(seconds=60)
    desk.assert_nothing_lost_and_nothing_double()


def test_an_angry_answer_becomes_a_case_within_seconds(make_platform, link):
    platform = make_platform()
    platform.start()
    desk = CounterDesk(platform, link())
    desk.open_pages(1)
    desk.send(1)
    assert until(lambda: desk.cases == 1, seconds=5), platform.transcript()


@pytest.mark.long
def test_when_the_web_server_dies_everything_ends_and_the_exit_code_says_so(make_platform):
    platform = make_platform(broker="embedded")
    platform.start()
    others = [platform.pid_of(part) for part in ("broker", "worker", "beat")]
    platform.kill("web")
    assert platform.process.wait(timeout=60) == 1
    assert not any(is_alive(pid) for pid in others)


def test_a_second_run_on_the_same_folder_is_refused_and_the_first_goes_on(make_platform):
    platform = make_platform(broker="embedded")
    platform.start()
    with pytest.raises(AssertionError, match="is in use by process"):
        platform.manage("run")
    assert platform.get("/healthz").status == 200


@pytest.mark.long
def test_two_platforms_run_side_by_side(make_platform):
    first, second = make_platform(broker="embedded", name="one"), make_platform(broker="embedded", name="two")
    first.start()
    second.start()
    assert (first.get("/readyz").status, second.get("/readyz").status) == (200, 200)
    assert first.stop() == 0
    assert second.get("/healthz").status == 200
