"""A mail server that misbehaves at each step, and a worker that dies with the mail in its hands."""

import os
import signal

import pytest
from django.utils import timezone

from surveys.models import CustomerAddress, Delivery
from surveys.services.invitations import invite_directly
from surveys.tests import rows
from surveys.tests.mailroom import serving
from vocplatform.tests.faults.platform import Platform, until

pytestmark = pytest.mark.faults
SETTLED = ("sent", "failed", "unknown", "dropped")


class MailServer:
    """Each address has its own fate, and what was taken is kept."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.taken: list[str] = []
        self.refused_once = False

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody@"):
            return "550 5.1.1 no such user"
        if address.startswith("later@") and not self.refused_once:
            self.refused_once = True
            return "451 try later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        (address,) = envelope.rcpt_tos
        self.taken.append(address)
        if address.startswith("silent@"):
            server.transport.close()
        if address.startswith("deadly@"):
            os.killpg(self.platform.pid_of("worker"), signal.SIGKILL)
        return "250 taken"


def test_every_step_at_which_a_mail_can_break_ends_as_it_must_and_no_mail_goes_out_twice(make_platform):
    platform = make_platform(broker="embedded")
    server, asked = MailServer(platform), rows.survey()

    def write_to(name: str) -> Delivery:
        who = rows.customer(name, f"{name}@example.org")
        return invite_directly(asked, who, now=timezone.now()).deliveries.get()

    def status_of(delivery: Delivery) -> str:
        delivery.refresh_from_db()
        return delivery.status

    with serving(server) as port:
        platform.env |= {"EMAIL_URL": f"smtp://127.0.0.1:{port}", "MAIL_FROM": "us@example.org"}
        fine, later, nobody, silent = (write_to(name) for name in ("fine", "later", "nobody", "silent"))
        platform.start()
        assert until(lambda: (status_of(later), later.attempts) == ("queued", 1), seconds=60), platform.transcript()
        Delivery.objects.filter(pk=later.pk).update(due_at=timezone.now())
        mails = [fine, later, nobody, silent]
        assert until(lambda: all(status_of(mail) in SETTLED for mail in mails), seconds=60), platform.transcript()
        assert [mail.status for mail in mails] == ["sent", "sent", "failed", "unknown"]
        assert CustomerAddress.objects.get(address="nobody@example.org").bounced_at

        deadly, first_worker = write_to("deadly"), platform.pid_of("worker")
        assert until(lambda: "deadly@example.org" in server.taken, seconds=60), platform.transcript()
        assert until(lambda: platform.pid_of("worker") != first_worker, seconds=30), platform.transcript()
        assert status_of(deadly) == "sending"
        Delivery.objects.filter(pk=deadly.pk).update(leased_until=timezone.now())
        for _ in range(2):
            platform.manage("sweep", "--once")
        assert status_of(deadly) == "unknown"
    assert sorted(server.taken) == [f"{name}@example.org" for name in ("deadly", "fine", "later", "silent")]
