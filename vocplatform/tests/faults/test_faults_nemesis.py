"""A minute of random faults while customers answer and mails go out; then the history is held against the rows.

NEMESIS_SEED replays a run, NEMESIS_SECONDS makes it longer: ten minutes for a night.
"""

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.utils import timezone

from feedback.models import Answer, Reading, Response
from loop.models import Case, Triage
from surveys.models import Delivery
from surveys.services.invitations import invite_directly
from surveys.tests import rows
from surveys.tests.mailroom import serving
from vocplatform.lib.env import embedded_socket
from vocplatform.supervisor import broker
from vocplatform.tests.faults.counter import ANGRY, HAPPY, READING_SECONDS
from vocplatform.tests.faults.platform import Platform, until

pytestmark = [pytest.mark.faults, pytest.mark.long]
SEED = int(os.environ.get("NEMESIS_SEED") or random.randrange(10**6))
SECONDS = int(os.environ.get("NEMESIS_SECONDS") or 60)
REPLAY = f"replay with NEMESIS_SEED={SEED}"
CLIENTS = 3


class MailServer:
    """Takes mail, and sometimes says that it cannot right now."""

    def __init__(self) -> None:
        self.is_down = False
        self.taken: list[str] = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.is_down:
            return "421 not now"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.taken += envelope.rcpt_tos
        return "250 taken"


@dataclass
class Nemesis:
    platform: Platform
    mail: MailServer
    random: random.Random
    done: list[str] = field(default_factory=list)

    def strike(self) -> None:
        fault: Callable[[], None] = self.random.choice(
            [
                self.kill_worker,
                self.kill_one_child,
                self.kill_beat,
                self.kill_broker,
                self.freeze,
                self.forget,
                self.refuse,
            ]
        )
        self.done.append(fault.__name__)
        try:
            fault()
        except (ProcessLookupError, FileNotFoundError, broker.redis.RedisError):
            self.done.append("missed")  # it lies down already

    def kill_worker(self) -> None:
        self.platform.kill("worker")

    def kill_one_child(self) -> None:
        pid = self.platform.pid_of("worker")
        if children := Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            os.kill(int(self.random.choice(children)), signal.SIGKILL)

    def kill_beat(self) -> None:
        self.platform.kill("beat")

    def kill_broker(self) -> None:
        self.platform.kill("broker")

    def freeze(self) -> None:
        pid = self.platform.pid_of("broker")
        os.kill(pid, signal.SIGSTOP)
        time.sleep(self.random.uniform(1, 5))
        os.kill(pid, signal.SIGCONT)

    def forget(self) -> None:
        with broker.connect(embedded_socket(self.platform.state_dir)) as client:
            client.flushall()

    def refuse(self) -> None:
        self.mail.is_down = True
        time.sleep(self.random.uniform(1, 5))
        self.mail.is_down = False


@dataclass
class Customers:
    """Each says something of its own, so that what was acknowledged can be looked up."""

    platform: Platform
    path: str
    taken: list[tuple[str, str]] = field(default_factory=list)
    failed: list[object] = field(default_factory=list)
    are_leaving: threading.Event = field(default_factory=threading.Event)

    def come(self, name: int) -> None:
        turn = 0
        while not self.are_leaving.is_set():
            turn += 1
            score, words = ("0", ANGRY) if turn % 2 else ("10", HAPPY)
            said = f"{words} Customer {name}, visit {turn}."
            try:
                form = self.platform.get(self.path).form
                time.sleep(READING_SECONDS)
                answer = self.platform.post(self.path, {"form": form, "q_nps": score, "q_why": said})
            except OSError as problem:
                self.failed.append(problem)
            else:
                (self.taken if answer.status == 303 else self.failed).append((score, said))


def test_whatever_happens_for_a_minute_nothing_is_lost_and_nothing_is_double(make_platform, link, capsys):
    with capsys.disabled():
        print(f"\n{REPLAY}")
    platform, mail, asked = make_platform(broker="embedded"), MailServer(), rows.survey()
    invited = 0
    with serving(mail) as port:
        platform.env |= {"EMAIL_URL": f"smtp://127.0.0.1:{port}", "MAIL_FROM": "us@example.org"}
        platform.start()
        nemesis = Nemesis(platform, mail, random.Random(SEED))
        customers = Customers(platform, f"/c/{link().code}/")
        threads = [threading.Thread(target=customers.come, args=[name]) for name in range(CLIENTS)]
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + SECONDS
        try:
            while time.monotonic() < deadline:
                for _ in range(3):
                    invited += 1
                    who = rows.customer(f"C-{invited}", f"c{invited}@example.org")
                    invite_directly(asked, who, now=timezone.now())
                time.sleep(nemesis.random.uniform(1, 5))
                nemesis.strike()
        finally:
            customers.are_leaving.set()
            for thread in threads:
                thread.join()
        assert customers.failed == [], f"{customers.failed[:3]}, {REPLAY}"

        def is_quiet() -> bool:
            Delivery.objects.filter(status="sending").update(
                leased_until=timezone.now()
            )  # two minutes are too long here
            Delivery.objects.filter(status="queued").update(due_at=timezone.now())
            busy = Response.objects.filter(triaged_at__isnull=True).exists()
            return not busy and not Delivery.objects.filter(status__in=["queued", "sending"]).exists()

        assert until(is_quiet, seconds=180, every=5), f"{nemesis.done}, {REPLAY}\n{platform.transcript()}"

    said = Counter(Answer.objects.filter(kind="text").values_list("text", flat=True))
    assert said == Counter(words for _, words in customers.taken), REPLAY
    assert Reading.objects.filter(is_current=True).count() == Triage.objects.count() == len(customers.taken), REPLAY
    angry = [words for score, words in customers.taken if score == "0"]
    assert Case.objects.count() == Case.objects.values("response").distinct().count() == len(angry), REPLAY
    statuses = Counter(Delivery.objects.values_list("status", flat=True))
    assert sum(statuses.values()) == invited and set(statuses) <= {"sent", "unknown"}, f"{statuses}, {REPLAY}"
    mails = Counter(address for address in mail.taken if address.startswith("c"))
    assert set(mails.values()) == {1} and len(mails) >= statuses["sent"], f"{mails.most_common(3)}, {REPLAY}"
