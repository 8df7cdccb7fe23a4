"""An answer that takes its worker process with it: it is set aside, and those behind it are done."""

import sys

import pytest
from celery import Celery

from feedback.models import Response
from vocplatform.lib.env import embedded_broker_url
from vocplatform.supervisor import parts
from vocplatform.supervisor.child import Part
from vocplatform.tests.faults.by_hand import ByHand
from vocplatform.tests.faults.counter import READING_SECONDS, CounterDesk

pytestmark = [pytest.mark.faults, pytest.mark.long]
POISON = "This comment crashes whoever reads it."


def worker_that_dies_of_it(platform: ByHand) -> Part:
    """As a library would that crashes the interpreter: no exception, no word, only an exit code."""
    part = parts.worker(processes=2, env=platform.own_env)
    code = (
        "import os, sys\n"
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'vocplatform.settings'\n"
        "import django; django.setup()\n"
        "from feedback.services import scoring\n"
        "get = scoring.get_engine\n"
        "class Deadly:\n"
        "    def __init__(self, real): self.real = real\n"
        "    def __getattr__(self, name): return getattr(self.real, name)\n"
        "    def read_many(self, said):\n"
        f"        if any(text == {POISON!r} for text, _ in said): os._exit(9)\n"
        "        return self.real.read_many(said)\n"
        "scoring.get_engine = lambda name: Deadly(get(name))\n"
        "from celery.__main__ import main\n"
        f"sys.argv = {['celery', *part.command[3:]]}\n"
        "main()\n"
    )
    return Part("worker", [sys.executable, "-c", code], part.env)


def test_an_answer_that_kills_its_worker_is_set_aside_after_five_times_and_the_others_are_done(make_platform, link):
    platform = make_platform(ByHand, broker="embedded")
    platform.start()
    platform.kill_worker()
    platform.start_worker(worker_that_dies_of_it(platform))
    desk = CounterDesk(platform, link())
    desk.open_pages(20)
    poisoned = platform.get(desk.path).form
    platform.until(lambda: False, seconds=READING_SECONDS)
    desk.send(10)
    assert platform.post(desk.path, {"form": poisoned, "q_nps": "0", "q_why": POISON}).status == 303
    desk.send(10)
    beat = Celery(broker=embedded_broker_url(platform.state_dir))  # one that does not sleep between two sweeps
    beat.conf.broker_transport_options = {"socket_keepalive": False}

    def is_over() -> bool:
        beat.send_task("feedback.tasks.sweep_unscored", queue="default")
        return Response.objects.parked().exists() and Response.objects.filter(triaged_at__isnull=True).count() == 1

    assert platform.until(is_over, seconds=120, every=2), list(Response.objects.values("attempts", "last_error"))
    poison = Response.objects.parked().get()
    assert (poison.answers.get(kind="text").text, poison.attempts, poison.scored_at) == (POISON, 5, None)
    assert desk.cases == desk.angry
    assert not platform.said("worker ended"), platform.transcript()
