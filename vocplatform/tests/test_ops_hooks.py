"""An announcement costs the customer nothing, whatever the broker does."""

import logging

import pytest
from kombu.exceptions import OperationalError

from vocplatform.lib import hooks
from vocplatform.lib.hooks import Hook

pytestmark = pytest.mark.django_db


class Task:
    name = "tests.task"

    def __init__(self, problem: Exception | None = None) -> None:
        self.problem = problem
        self.tries = []

    def delay(self, pk: int) -> None:
        self.tries.append(pk)
        if self.problem:
            raise self.problem


@pytest.fixture
def clock(monkeypatch):
    clock = {"now": 100.0}
    monkeypatch.setattr(hooks, "breaker", hooks.Breaker())
    monkeypatch.setattr("time.monotonic", lambda: clock["now"])
    return clock


@pytest.fixture
def tell(clock, django_capture_on_commit_callbacks):
    def tell(task: Task, *pks: int) -> None:
        hook = Hook("tests.told")
        hook.follow(task)
        for pk in pks:
            with django_capture_on_commit_callbacks(execute=True):
                hook.announce(pk)

    return tell


def test_every_follower_hears_of_every_row_after_the_commit(tell):
    task = Task()
    tell(task, 1, 2)
    assert task.tries == [1, 2]


def test_nobody_hears_of_what_was_rolled_back(clock, django_capture_on_commit_callbacks):
    task = Task()
    hook = Hook("tests.told")
    hook.follow(task)
    with django_capture_on_commit_callbacks():
        hook.announce(1)
    assert task.tries == []


def test_following_twice_is_following_once(clock):
    hook, task = Hook("tests.told"), Task()
    hook.follow(task)
    hook.follow(task)
    assert hook.followers == [task]


@pytest.mark.parametrize("problem", [OperationalError("gone"), TimeoutError(), RuntimeError("anything")])
def test_a_nudge_that_fails_is_logged_and_harms_nobody(tell, problem, caplog):
    caplog.set_level(logging.WARNING, logger=hooks.log.name)
    tell(Task(problem), 1)
    assert f"problem={type(problem).__name__}" in caplog.text


@pytest.mark.parametrize("problem", [OperationalError("gone"), TimeoutError()])
def test_a_broken_broker_is_left_alone_for_a_while(tell, problem):
    task = Task(problem)
    tell(task, 1, 2, 3)
    assert task.tries == [1]


def test_after_the_pause_the_broker_gets_another_chance(tell, clock):
    task = Task(OperationalError("gone"))
    tell(task, 1)
    clock["now"] += hooks.PAUSE_SECONDS
    task.problem = None
    tell(task, 2, 3)
    assert task.tries == [1, 2, 3]


def test_a_broken_task_does_not_silence_the_others(tell):
    tell(Task(RuntimeError("a slip in our own code")), 1)
    task = Task()
    tell(task, 2)
    assert task.tries == [2]
