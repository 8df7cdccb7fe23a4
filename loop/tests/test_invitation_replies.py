"""What a customer answers to an invitation by mail."""

import pytest

from loop.models import Case, Message, ReceivedMail
from loop.services.defaults import ensure_loop_defaults
from loop.services.inbound import receive_mail
from loop.tests.rows import HOUR, NOON, case, customer, person, team, touchpoint
from surveys.models import Delivery
from surveys.services.addresses import is_suppressed
from surveys.services.erasure import erase_customer
from surveys.services.invitations import invite_directly
from surveys.services.letters import compose
from surveys.services.replies import find_answered
from surveys.tests.rows import survey

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


@pytest.fixture
def sent(anna) -> Delivery:
    care = team("Care")
    person("ben", care)
    place = touchpoint("claim", owner_team=care)
    invitation = invite_directly(survey(), anna, channel="email", touchpoint=place, now=NOON)
    return invitation.deliveries.get()


def answer(to: str, text: str = ANGRY, *, sender: str = "c-1@example.org", number: int = 1) -> ReceivedMail:
    head = f"Message-ID: <{number}@mail.example>\r\nFrom: {sender}\r\nTo: {to}\r\nSubject: Re: How was it?\r\n"
    mail = f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    return receive_mail(mail.encode(), now=NOON + number * HOUR)


def reply_to(delivery: Delivery) -> str:
    return compose(delivery, now=NOON).headers["Reply-To"]


def test_each_invitation_and_reminder_names_an_address_of_its_own(sent):
    reminder = Delivery.objects.create(
        invitation=sent.invitation, kind="reminder", channel="email", address=sent.address, due_at=NOON
    )
    first, second = reply_to(sent), reply_to(reminder)
    assert first != second
    assert find_answered(second.partition("+")[2].partition("@")[0]) == reminder


def test_without_a_reply_address_no_letter_names_one(sent, settings):
    settings.REPLY_ADDRESS = ""
    assert "Reply-To" not in compose(sent, now=NOON).headers


def test_an_angry_answer_opens_a_case_about_that_touchpoint_with_its_team(anna, sent):
    row = answer(reply_to(sent))
    opened = Case.objects.get()
    assert (row.outcome, row.case, opened.customer, opened.touchpoint.slug) == ("opened", opened, anna, "claim")
    assert (opened.team.name, opened.owner.username) == ("Care", "ben")
    assert "[Answers an invitation.]" in Message.objects.get(direction="in").body


def test_an_answer_from_another_address_is_the_customers_and_says_so(anna, sent):
    row = answer(reply_to(sent), sender="anna@work.example")
    assert row.case.customer == anna
    assert "another address" in Message.objects.get(direction="in").body


def test_an_answer_joins_the_case_that_is_open(anna, sent):
    there = case(who=anna)
    assert answer(reply_to(sent), "Here is the picture.").case == there
    assert Case.objects.count() == 1


def test_a_thank_you_opens_nothing_and_is_not_kept(sent):
    assert answer(reply_to(sent), "Everything arrived, wonderful, I am very happy.").outcome == "unknown"
    assert (Case.objects.count(), Message.objects.count()) == (0, 0)


def test_stop_as_an_answer_counts_for_both_addresses(sent):
    assert answer(reply_to(sent), "STOP", sender="anna@work.example").outcome == "opted_out"
    assert is_suppressed("email", "c-1@example.org")
    assert is_suppressed("email", "anna@work.example")


def test_after_erasure_the_address_leads_to_nobody(anna, sent):
    box = reply_to(sent)
    erase_customer(anna.pk, now=NOON)
    assert answer(box).outcome == "unknown"
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    "change", [lambda t: t[:-1] + ("0" if t[-1] != "0" else "1"), lambda t: t.replace("i-", "u-", 1)]
)
def test_a_token_that_somebody_made_up_leads_nowhere(sent, change):
    token = reply_to(sent).partition("+")[2].partition("@")[0]
    assert find_answered(token.upper()) == sent
    assert find_answered(change(token)) is None
    assert answer(f"reply+{change(token)}@voc.example", sender="who@else.example").outcome == "unknown"


@pytest.mark.parametrize("token", ["", "i-", "i-x-y", "i-²-00", "i-" + "9" * 30 + "-0"])
def test_a_text_that_is_no_token_leads_nowhere(token):
    assert find_answered(token) is None
