"""One message for a rush of news: the first at once, the last at the end of the moment."""

import threading
import time

from vocplatform import wiring
from vocplatform.lib.burst import Burst
from vocplatform.lib.hooks import Hook

SECONDS = 0.05


class Mailbox:
    """What a burst sent. Its clock can stand still, so that a busy machine does not make two rushes of one."""

    def __init__(self, clock=time.monotonic) -> None:
        self.at_once: list[int] = []
        self.later: list[int] = []
        self.burst = Burst(self.at_once.append, self.later.append, seconds=SECONDS, clock=clock)

    def wait(self) -> None:
        patience = time.monotonic() + 5
        while self.later[-1:] != [self.burst._waiting] and time.monotonic() < patience:
            time.sleep(SECONDS / 10)


def stopped() -> float:
    return 0.0


def test_the_first_news_goes_out_at_once():
    box = Mailbox()
    box.burst.nudge(1)
    assert box.at_once == [1]


def test_a_rush_sends_the_first_and_the_last():
    box = Mailbox(clock=stopped)
    for pk in range(1, 1000):
        box.burst.nudge(pk)
    box.wait()
    assert (box.at_once, box.later[-1]) == ([1], 999)
    assert len(box.later) < 500


def test_news_after_a_quiet_moment_goes_out_at_once_again():
    box = Mailbox()
    box.burst.nudge(1)
    time.sleep(2 * SECONDS)
    box.burst.nudge(2)
    assert (box.at_once, box.later) == ([1, 2], [])


def test_the_last_news_of_many_threads_is_never_held_for_ever():
    box = Mailbox(clock=stopped)
    threads = [threading.Thread(target=box.burst.nudge, args=(pk,)) for pk in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    box.wait()
    assert len(box.at_once) == 1
    assert box.later[-1] == box.burst._waiting


def test_a_timer_that_a_fork_left_dead_holds_nothing_back():
    box = Mailbox()
    box.burst._timer = threading.Timer(0, lambda: None)  # never started, as after a fork
    box.burst.nudge(1)
    assert box.at_once == [1]


def test_a_broker_that_fails_at_the_end_of_the_moment_harms_nobody(monkeypatch):
    hook, failed = Hook("tests.rush"), threading.Event()

    def fail(self, pk):
        failed.set()
        raise ConnectionRefusedError

    monkeypatch.setattr(wiring.TaskByName, "delay", fail)
    monkeypatch.setitem(wiring.IN_BURSTS, "tests.task", SECONDS)
    task = wiring.TaskInBursts(hook, "tests.task")
    task.burst._free_at = time.monotonic() + SECONDS
    task.burst.nudge(1)
    assert failed.wait(5)


def test_only_tasks_that_take_in_others_are_sent_in_bursts():
    followers = {task for _hook, task in wiring.FOLLOWERS}
    assert set(wiring.IN_BURSTS) == {
        "feedback.tasks.score_response",
        "feedback.tasks.find_themes",
        "loop.tasks.triage_response",
        "loop.tasks.send_notices",
        "loop.tasks.place_case",
    }
    assert set(wiring.IN_BURSTS) <= followers
