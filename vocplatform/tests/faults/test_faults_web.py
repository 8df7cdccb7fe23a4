"""kill -9 of the web server at every step of an answer, and a rolling restart while customers answer."""

import http.client
import itertools
import threading
from collections.abc import Callable
from typing import Self

import pytest
from django.db.models import Count

from feedback.models import Response
from vocplatform.tests.faults.by_hand import ByHand
from vocplatform.tests.faults.counter import CounterDesk
from vocplatform.tests.faults.platform import Answer, get, post
from vocplatform.tests.throwaway import free_port

pytestmark = pytest.mark.faults
PER_SECOND, CLIENTS = 20, 4
DEADLY = "vocplatform.tests.faults.deadly_web:application"
CUT_OFF = (ConnectionError, http.client.HTTPException)


def test_a_web_process_killed_at_any_step_leaves_a_whole_answer_or_none_and_the_same_form_may_come_again(
    make_platform, link
):
    platform = make_platform(ByHand)
    platform.start()
    # One thread, which has shown the page before: with a second one, cold or warm by chance, steps would be left out.
    platform.restart_web(platform.own_env, application=DEADLY, processes=1, threads=1)
    desk, kept_before_the_retry = CounterDesk(platform, link()), []
    for step in itertools.count(1):
        sent = {"form": platform.get(desk.path).form, "q_nps": "0", "q_why": "Bad."}
        try:
            answer = platform.post(desk.path, sent, {"X-Die-At": str(step)})
        except CUT_OFF:
            kept = Response.objects.annotate(answered=Count("answers"))
            assert {response.answered for response in kept} <= {2}  # whole or not there, never half
            kept_before_the_retry.append(kept.count() == step)
            answer = platform.post(desk.path, sent)
            assert (answer.status, Response.objects.count()) == (303, step)
        else:
            assert (answer.status, Response.objects.count()) == (303, step)
            break
    assert set(kept_before_the_retry) == {False, True}, "".join(map(str, map(int, kept_before_the_retry)))


class Crowd:
    """Customers behind a proxy with two hosts: it sends to the other one what one of them did not answer."""

    def __init__(self, ports: list[int], path: str) -> None:
        self.ports, self.path = ports, path
        self.taken: list[int] = []
        self.failed: list[object] = []
        self.is_over = threading.Event()
        self.threads = [threading.Thread(target=self.come, args=[number]) for number in range(CLIENTS)]

    def __enter__(self) -> Self:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.is_over.set()
        for thread in self.threads:
            thread.join()

    def come(self, number: int) -> None:
        for turn in itertools.count(number):
            if self.is_over.wait(CLIENTS / PER_SECOND):
                return
            try:
                self.taken.append(self.answer(turn).status)
            except Exception as problem:
                self.failed.append(problem)

    def answer(self, turn: int) -> Answer:
        page = self.ask(turn, lambda port: get(port, self.path))
        return self.ask(turn, lambda port: post(port, self.path, {"form": page.form, "q_nps": "9"}))

    def ask(self, turn: int, send: Callable[[int], Answer]) -> Answer:
        first, second = self.ports[turn % 2], self.ports[1 - turn % 2]
        try:
            return send(first)
        except CUT_OFF:
            return send(second)


@pytest.mark.long
def test_a_rolling_restart_under_load_loses_no_answer_and_fails_nobody(make_platform, link):
    platform, second_port = make_platform(ByHand), free_port()
    platform.start()
    hosts = {platform.port: platform.web, second_port: platform.start_web(platform.own_env, port=second_port)}
    with Crowd(list(hosts), CounterDesk(platform, link()).path) as crowd:
        for port, web in hosts.items():
            platform.until(lambda: False, seconds=3)
            platform.end_part(web)
            platform.start_web(platform.own_env, port=port)
        platform.until(lambda: False, seconds=3)
    assert (crowd.failed, set(crowd.taken)) == ([], {303}), platform.transcript()
    assert len(crowd.taken) > 50
    assert Response.objects.filter(submitted_at__isnull=False).count() == len(crowd.taken)
