"""Mail of somebody we know that names no case."""

import pytest

from loop.models import Case, Message, Notice, ReceivedMail
from loop.services.defaults import ensure_loop_defaults
from loop.services.inbound import MOST_IN_AN_HOUR, receive_mail
from loop.tests.rows import HOUR, MINUTE, NOON, case, customer, manager, person, response, team, touchpoint
from surveys.services.addresses import is_suppressed

pytestmark = pytest.mark.django_db
BOX = "reply@voc.example"
ANGRY = "This is a disgrace. The parcel is broken again and your staff was terribly rude. I am furious."


@pytest.fixture(autouse=True)
def _box(settings):
    settings.REPLY_ADDRESS = BOX
    ensure_loop_defaults(now=NOON)


@pytest.fixture
def anna():
    return customer("C-1", name="Anna Berg")


def receive(text=ANGRY, *, number=1, sender="c-1@example.org", subject="Complaint", now=NOON, extra="") -> ReceivedMail:
    head = f"Message-ID: <{number}@mail.example>\r\nFrom: {sender}\r\nTo: {BOX}\r\nSubject: {subject}\r\n{extra}"
    return receive_mail(f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n".encode(), now=now)


def test_an_angry_mail_of_a_known_customer_opens_a_case_with_its_words(anna):
    mia = manager()
    row = receive()
    opened = Case.objects.get()
    assert (row.outcome, row.case, opened.customer, opened.severity) == ("opened", opened, anna, "high")
    assert opened.summary.startswith("This is a disgrace.")
    assert opened.next_due_at is not None
    assert ANGRY in Message.objects.get(direction="in").body
    assert [(notice.recipient, notice.kind) for notice in Notice.objects.all()] == [(mia, "opened")]


def test_the_same_mail_opens_one_case(anna):
    receive()
    receive()
    assert Case.objects.count() == 1


def test_a_mail_that_asks_for_an_answer_opens_a_case_without_being_angry(anna):
    row = receive("Hello, could you please call me back about the invoice?")
    assert row.outcome == "opened"


def test_a_mail_in_a_language_that_nobody_reads_here_is_left_to_a_person(anna):
    row = receive("Paketti oli rikki ja henkilökunta oli todella töykeää, odotan vastausta mahdollisimman pian.")
    assert row.outcome == "opened"


def test_a_mail_that_says_thank_you_opens_nothing_and_is_not_kept(anna):
    row = receive("Everything arrived, wonderful, I am very happy.")
    assert (row.outcome, Case.objects.count(), Message.objects.count()) == ("unknown", 0, 0)


def test_an_angry_mail_of_a_stranger_opens_nothing_and_is_not_kept(anna):
    row = receive(sender="who@else.example")
    assert (row.outcome, Case.objects.count(), Message.objects.count()) == ("unknown", 0, 0)


def test_what_a_machine_wrote_opens_nothing(anna):
    row = receive(extra="Auto-Submitted: auto-replied\r\n")
    assert (row.outcome, Case.objects.count()) == ("automatic", 0)


def test_a_mail_without_words_opens_nothing(anna):
    assert (receive("").outcome, Case.objects.count()) == ("unknown", 0)


def test_a_known_customer_who_says_stop_is_not_written_to_again(anna):
    assert (receive("STOP").outcome, Case.objects.count()) == ("opted_out", 0)
    assert is_suppressed("email", "c-1@example.org")


def test_mail_of_a_customer_with_an_open_case_goes_into_it_whatever_its_mood():
    owner = person("ben")
    opened = case(owner=owner)
    row = receive("Here is the picture that you asked for.", now=NOON + HOUR)
    assert (row.outcome, row.case) == ("taken", opened)
    assert "put here by its sender's address" in Message.objects.get(direction="in").body
    assert Notice.objects.filter(kind="replied", recipient=owner).count() == 1


def test_a_case_by_mail_goes_to_the_team_that_met_the_customer_last(anna):
    care = team("Care")
    ben = person("ben", care)
    response(nps=9, who=anna, where=touchpoint("claim", owner_team=care), at=NOON - HOUR)
    receive()
    opened = Case.objects.get()
    assert (opened.team, opened.owner, opened.touchpoint) == (care, ben, None)


def test_the_account_owner_gets_the_case_by_mail(anna):
    eva = person("eva")
    anna.account_owner = "eva"
    anna.save()
    receive()
    assert Case.objects.get().owner == eva


def test_addresses_and_numbers_in_a_mail_are_hidden_in_the_case(anna):
    receive(f"{ANGRY} Call 0170 1234567 or write to me@private.example")
    opened = Case.objects.get()
    assert "me@private.example" not in opened.summary + Message.objects.get(direction="in").body


def test_a_flood_of_mails_becomes_one_case_and_stops_after_an_hours_worth(anna):
    outcomes = [receive(number=n, now=NOON + n * MINUTE).outcome for n in range(MOST_IN_AN_HOUR + 2)]
    assert Case.objects.count() == 1
    assert outcomes.count("too_many") == 2
