"""Hosts that disagree about the time, and two schedulers: later or earlier by that much, and nothing twice."""

import sys
from collections import Counter
from collections.abc import Iterable

import pytest
from django.utils import timezone

from surveys.models import Delivery
from surveys.services.invitations import invite_directly
from surveys.tests import rows
from surveys.tests.mailroom import Script, serving
from vocplatform.supervisor import parts
from vocplatform.supervisor.child import Part
from vocplatform.tests.faults.by_hand import ByHand
from vocplatform.tests.faults.counter import CounterDesk

pytestmark = [pytest.mark.faults, pytest.mark.long]
MAILS = 10


def shifted(part: Part, minutes: int) -> Part:
    """The same part on a host whose clock goes wrong by so many minutes."""
    code = (
        "import sys, time_machine\n"
        "from datetime import datetime, timedelta, timezone\n"
        f"there = datetime.now(timezone.utc) + timedelta(minutes={minutes})\n"
        "time_machine.travel(there, tick=True).start()\n"
        "from celery.__main__ import main\n"
        f"sys.argv = {['celery', *part.command[3:]]}\n"
        "main()\n"
    )
    return Part(part.name, [sys.executable, "-c", code], part.env, stop_seconds=part.stop_seconds)


def test_with_clocks_twenty_minutes_apart_and_two_schedulers_nothing_is_left_and_nothing_comes_twice(
    make_platform, link
):
    """First the sweeps of a host that is behind reach only a worker that is ahead, then workers on both sides race.

    For the one behind nothing is due yet, and chance may bring every sweep to it: it ends before its clock gets there.
    """
    platform, server, asked = make_platform(ByHand), Script(), rows.survey()
    waiting = Delivery.objects.exclude(status="sent")

    def invite(names: Iterable[int]) -> None:
        for number in names:
            invite_directly(asked, rows.customer(f"C-{number}", f"c{number}@example.org"), now=timezone.now())

    with serving(server) as port:
        platform.env |= {"EMAIL_URL": f"smtp://127.0.0.1:{port}", "MAIL_FROM": "us@example.org"}
        platform.start()
        platform.kill_worker()
        platform.start_worker(shifted(parts.worker(processes=1, env=platform.own_env), 10))
        invite(range(MAILS))
        assert platform.until(lambda: not waiting.exists(), seconds=60), list(waiting.values("status", "last_error"))

        behind = platform.start_worker(shifted(parts.worker(processes=1, env=platform.own_env), -10))
        platform.watch.start(shifted(parts.beat(env=platform.own_env), 10))
        invite(range(MAILS, 2 * MAILS))
        desk = CounterDesk(platform, link())
        desk.open_pages(10)
        desk.send(10)
        desk.wait_until_done(seconds=120)
        platform.end_part(behind)
        assert platform.until(lambda: not waiting.exists(), seconds=60), list(waiting.values("status", "last_error"))
        desk.assert_nothing_lost_and_nothing_double()
        to = Counter(line for mail in server.taken for line in mail.decode().splitlines() if line.startswith("To: c"))
    assert to == {f"To: c{number}@example.org": 1 for number in range(2 * MAILS)}
