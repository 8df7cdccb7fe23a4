"""Somebody is erased while a letter to her is on its way: not in a table, a file or a log is she found afterwards."""

import asyncio
import re
import threading

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from feedback.tests import survey_page
from loop.models import Case, Message
from loop.services.defaults import ensure_loop_defaults
from loop.services.messages import write_message
from surveys.services.invitations import invite_directly
from surveys.tests import rows
from surveys.tests.mailroom import serving
from vocplatform.tasks import empty_log
from vocplatform.tests.canary import CANARY, places
from vocplatform.tests.faults.counter import READING_SECONDS
from vocplatform.tests.faults.platform import Platform, until

pytestmark = pytest.mark.faults
ERASE = "from django.utils import timezone; from surveys.services.erasure import erase_customer; "


class MailServer:
    """It keeps what it took, and takes its time with the last letter."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.is_waiting, self.may_go_on = threading.Event(), threading.Event()

    async def handle_DATA(self, server, session, envelope):
        said = envelope.content.decode().replace("=\r\n", "")
        self.taken.append(said)
        if "last letter" in said:
            self.is_waiting.set()
            while not self.may_go_on.is_set():
                await asyncio.sleep(0.05)
        return "250 taken"


def files_with_the_word(platform: Platform) -> list[str]:
    files = [file for file in platform.state_dir.rglob("*") if file.is_file()]
    return [file.name for file in files if CANARY.encode() in file.read_bytes()]


def test_who_is_erased_while_a_letter_leaves_is_found_in_no_table_no_file_and_no_log(make_platform):
    platform, server = make_platform(broker="embedded"), MailServer()
    ensure_loop_defaults(now=timezone.now())
    survey = survey_page.publish().survey
    ana = rows.customer(f"{CANARY}-1", f"{CANARY}@example.org", name=CANARY, attributes={"note": CANARY})
    with serving(server) as port:
        platform.env |= {"EMAIL_URL": f"smtp://127.0.0.1:{port}", "MAIL_FROM": "us@example.org"}
        invite_directly(survey, ana, now=timezone.now())
        platform.start()
        assert until(lambda: server.taken, seconds=60), platform.transcript()
        link = re.search(r"/s/[^/\s]+/", server.taken[0])[0]
        form = platform.get(link).form
        until(lambda: False, seconds=READING_SECONDS)
        said = {"form": form, "q_nps": "0", "q_why": f"I am {CANARY}, call me."}
        assert platform.post(link, said).status == 303
        assert until(lambda: Case.objects.exists(), seconds=60), platform.transcript()
        ben = get_user_model().objects.create_user("ben", "ben@example.com")
        letter = write_message(
            Case.objects.get().pk, subject=f"Dear {CANARY}", body="The last letter.", actor=ben, now=timezone.now()
        )
        assert server.is_waiting.wait(60), platform.transcript()
        assert "surveys_customer" in places() and "loop_message" in places()
        platform.manage("shell", "-v", "0", "-c", f"{ERASE} erase_customer({ana.pk}, now=timezone.now())")
        server.may_go_on.set()
        settled = Message.objects.filter(pk=letter.pk, status__in=["sent", "unknown"])
        assert until(settled.exists, seconds=60), platform.transcript()
        assert until(lambda: not places(), seconds=60), places()
        assert platform.stop() == 0
    empty_log()  # as every hour
    assert len([said for said in server.taken if CANARY in said]) >= 2
    assert (places(), files_with_the_word(platform)) == ([], [])
    assert not platform.said(CANARY)
