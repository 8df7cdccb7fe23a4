from datetime import timedelta
from mailbox import Maildir

import pytest
from django.conf import settings as live
from django.core import mail
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from loop.models import Case, Message, Notice, ReceivedMail
from loop.rules.incoming import read_mail, without_quotes
from loop.services.case_links import PAGE, REPLY, case_token, find_case, page_link, reply_address
from loop.services.cases import decline_case, mark_duplicate
from loop.services.desk import snooze_case
from loop.services.inbound import MOST_IN_AN_HOUR, receive_mail
from loop.services.messages import send_message, write_message
from loop.tests.rows import DAY, HOUR, MINUTE, NOON, case, customer, person, survey, touchpoint
from surveys.models import AddressChannel
from surveys.services.addresses import is_suppressed
from surveys.services.api_keys import create_api_key
from surveys.services.invitations import invite_directly
from surveys.services.letters import compose
from surveys.services.unsubscribe import unsubscribe_mailto
from surveys.tests import rows

pytestmark = pytest.mark.django_db
BOX = "reply@voc.example"
HEADERS = ["From", "To", "Subject", "Message-ID", "References", "Content-Type", "Content-Transfer-Encoding", "List-Id"]


@pytest.fixture(autouse=True)
def _box(settings):
    settings.REPLY_ADDRESS = BOX


@pytest.fixture
def ben():
    return person("ben")


@pytest.fixture
def opened(ben):
    return case(owner=ben)


def letter(
    to: str, text: str = "It is still broken.", *, number: int = 1, sender="c-1@example.org", **headers
) -> bytes:
    given = {"Message-ID": f"<{number}@mail.example>", "From": sender, "To": to, "Subject": "Re: Your parcel"} | headers
    head = "\r\n".join(f"{name.replace('_', '-')}: {value}" for name, value in given.items())
    return f"{head}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n".encode()


def receive(opened, text="It is still broken.", *, now=NOON + HOUR, **more) -> ReceivedMail:
    return receive_mail(letter(reply_address(opened), text, **more), now=now)


def test_a_letter_names_an_address_whose_answer_lands_in_the_case(opened, ben):
    message = write_message(opened.pk, subject="Your parcel", body="I am sorry.", actor=ben, now=NOON)
    send_message(message.pk, now=NOON)
    (sent,) = mail.outbox
    row = receive_mail(letter(sent.extra_headers["Reply-To"]), now=NOON + HOUR)
    answer = Message.objects.get(direction="in")
    assert (row.outcome, answer.case, answer.body) == ("taken", opened, "It is still broken.")
    assert page_link(opened) in sent.body


def test_the_owner_is_told_and_a_sleeping_case_wakes(opened, ben):
    snooze_case(opened.pk, until=NOON + DAY, actor=ben, now=NOON)
    receive(opened)
    opened.refresh_from_db()
    assert opened.snoozed_until == NOON + HOUR
    assert Notice.objects.filter(kind="replied", recipient=ben).count() == 1


def test_an_answer_to_a_closed_case_opens_it_again(opened, ben):
    decline_case(opened.pk, note="Wanted nothing.", actor=ben, now=NOON)
    receive(opened)
    opened.refresh_from_db()
    assert opened.status == Case.Status.REOPENED


def test_an_answer_to_a_merged_case_goes_to_the_one_it_was_merged_into(opened, ben):
    other = case(who=customer("C-2"), owner=ben)
    mark_duplicate(opened.pk, of=other, actor=ben, now=NOON)
    receive(opened)
    assert Message.objects.get(direction="in").case == other


def test_the_same_mail_twice_is_one_message(opened):
    assert receive(opened).pk == receive(opened).pk
    assert opened.messages.count() == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"List_Id": "<a.example>"},
        {"Return_Path": "<>"},
        {"sender": "MAILER-DAEMON@mail.example"},
        {"Message_ID": "<case.ABCD2345.7@voc.example>"},
    ],
)
def test_what_a_machine_wrote_is_left_alone(opened, headers):
    headers = {name.replace("Message_ID", "Message-ID"): value for name, value in headers.items()}
    assert receive(opened, **headers).outcome == "automatic"
    assert not opened.messages.exists()


def test_a_token_of_another_door_or_a_changed_one_opens_nothing(opened):
    token = case_token(opened, REPLY)
    assert find_case(token.upper(), REPLY) == opened
    assert find_case(case_token(opened, PAGE), REPLY) is None
    assert find_case(token[:-1] + ("0" if token[-1] != "0" else "1"), REPLY) is None
    assert receive_mail(letter("reply+nonsense@voc.example", sender="who@else.example"), now=NOON).outcome == "unknown"


def test_a_mail_without_token_is_known_by_the_letter_it_answers_if_its_reader_wrote_it(opened, ben):
    message = write_message(opened.pk, subject="Your parcel", body="I am sorry.", actor=ben, now=NOON)
    send_message(message.pk, now=NOON)
    message.refresh_from_db()
    answer = {"In_Reply_To": message.message_id}
    assert receive_mail(letter(BOX, number=2, sender="eve@example.org", **answer), now=NOON).outcome == "unknown"
    assert receive_mail(letter(BOX, number=3, **answer), now=NOON).outcome == "taken"


def test_personal_data_is_hidden_as_in_answers_and_another_sender_is_named_as_such(opened):
    receive(opened, "Call me on +44 20 7946 0958.", sender="eve@example.org")
    body = opened.messages.get().body
    assert "7946" not in body and "[phone]" in body and "another address" in body


def test_what_a_person_cannot_have_written_in_an_hour_is_not_kept(opened):
    for number in range(MOST_IN_AN_HOUR):
        receive(opened, number=number, now=NOON + timedelta(seconds=number))
    assert receive(opened, number=99, now=NOON + MINUTE).outcome == "too_many"
    assert opened.messages.count() == MOST_IN_AN_HOUR
    assert receive(opened, number=100, now=NOON + 2 * HOUR).outcome == "taken"


@pytest.mark.parametrize("word", ["STOP", "Stop.", "abmelden", "إلغاء الاشتراك"])
def test_the_one_word_that_means_no_stops_all_mail_to_the_customer(opened, word):
    assert receive(opened, word).outcome == "opted_out"
    assert is_suppressed(AddressChannel.EMAIL, "c-1@example.org")


def test_a_sentence_that_holds_the_word_stop_is_an_answer(opened):
    assert receive(opened, "Please stop the delivery.").outcome == "taken"
    assert not is_suppressed(AddressChannel.EMAIL, "c-1@example.org")


@pytest.mark.parametrize(
    "text",
    [
        "Thanks!\r\n\r\nOn Mon, 23 Nov 2026 at 12:00, Ben <ben@example.com> wrote:\r\n> I am sorry.",
        "Thanks!\r\n\r\nAm Mo., 23. Nov. 2026 um 12:00 Uhr schrieb Ben vom Kundendienst\r\n<b@e.org>:\r\n> Hallo",
        "Thanks!\n-----Original Message-----\nFrom: Ben\n\nI am sorry.",
        "Thanks!\n> I am sorry.\n> Ben",
        "Thanks!\n-- \nAda\nChief of everything",
    ],
)
def test_only_what_the_customer_added_is_kept(text):
    assert without_quotes(text) == "Thanks!"


def test_a_mail_in_html_is_read_as_text_without_its_quotation():
    raw = b"From: a@b.c\nContent-Type: text/html\n\n<style>p{}</style><p>No &amp; no.</p><blockquote>Old</blockquote>"
    assert read_mail(raw, box=BOX).words == "No & no."


def test_attachments_are_named_and_not_kept(opened):
    raw = (
        f"From: c-1@example.org\nTo: {reply_address(opened)}\nMessage-ID: <a@b>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="x"\n\n--x\nContent-Type: text/plain\n\nSee the picture.\n'
        '--x\nContent-Type: image/png; name="broken.png"\nContent-Disposition: attachment; filename="broken.png"\n'
        "Content-Transfer-Encoding: base64\n\nAAAA\n--x--\n"
    )
    receive_mail(raw.encode(), now=NOON)
    body = opened.messages.get().body
    assert "See the picture." in body and "broken.png" in body and "AAAA" not in body


@pytest.mark.parametrize(
    "raw", [b"\x00\xff\xfe", b"From: =?x?q?=\nContent-Type: text/plain; charset=nope\n\n\xff", b"a"]
)
def test_a_broken_mail_belongs_to_no_case_and_breaks_nothing(raw):
    assert receive_mail(raw, now=NOON).outcome in ("automatic", "unknown")


def test_words_in_a_character_set_that_does_not_exist_are_read_all_the_same(opened):
    for number, charset in enumerate(["klingon", '"\0"']):
        raw = letter(reply_address(opened), number=number).replace(b"charset=utf-8", f"charset={charset}".encode())
        assert receive_mail(raw, now=NOON).outcome == "taken"


@given(st.lists(st.tuples(st.sampled_from(HEADERS), st.text(max_size=30)), max_size=5), st.binary(max_size=60))
def test_no_mail_breaks_its_reader(headers, body):
    head = "".join(f"{name}: {value}\n" for name, value in headers).encode(errors="surrogatepass")
    incoming = read_mail(head + b"\n" + body, box=BOX)
    assert str(incoming).encode()


POSTMARK = {"From": "c-1@example.org", "To": "x", "MessageID": "m-1", "TextBody": "It is still broken."}


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"MessageID": "<ü@é>"}, "taken"),
        ({"From": "Zoë <zoë@bücher.example>"}, "taken"),
        ({"From": "<<<"}, "automatic"),
        ({"Subject": "é" * 900}, "taken"),
        ({"Headers": [{"Name": "ü x", "Value": "1"}, {"Name": "a:b", "Value": "1"}]}, "taken"),
        ({"Headers": [{"Name": "To", "Value": "\r\nBcc: x"}]}, "taken"),
        ({"Headers": [{"Name": "Content-Type", "Value": "multipart/mixed"}]}, "taken"),
        ({"OriginalRecipient": "ü@é", "From": "who@else.example"}, "unknown"),
    ],
)
def test_what_a_mail_provider_posts_never_breaks_the_door(client, opened, changes, outcome):
    _key, text = create_api_key(rows.source(), name="mail", scopes=["mail:write"])
    body = POSTMARK | {"OriginalRecipient": reply_address(opened)} | changes
    headers = {"Authorization": f"Bearer {text}"}
    for _again in range(2):
        assert client.post("/api/v1/inbound/mail", body, "application/json", headers=headers).status_code == 200
    assert ReceivedMail.objects.get().outcome == outcome


def test_fetch_mail_takes_new_mail_from_a_maildir_once(opened, tmp_path, capsys):
    box = Maildir(tmp_path / "box")
    box.add(letter(reply_address(opened)))
    for _again in range(2):
        call_command("fetch_mail", maildir=str(tmp_path / "box"))
    assert opened.messages.count() == 1
    assert capsys.readouterr().out.split("\n")[:2] == ["1 put into its case", "No new mail."]
    assert live.REPLY_ADDRESS == BOX


def test_a_mail_program_that_unsubscribes_by_mail_is_heard_even_as_a_machine():
    invitation = invite_directly(survey(), customer(), touchpoint=touchpoint(), now=NOON)
    delivery = invitation.deliveries.get()
    address = unsubscribe_mailto(delivery).removeprefix("mailto:").partition("?")[0]
    assert f"<{unsubscribe_mailto(delivery)}>" in compose(delivery, now=NOON).headers["List-Unsubscribe"]
    wrong = address.replace(f"u-{delivery.pk}-", f"u-{delivery.pk + 1}-")
    assert receive_mail(letter(wrong, "", number=8), now=NOON).outcome == "unknown"
    row = receive_mail(letter(address.upper(), "", number=9, Auto_Submitted="auto-generated"), now=NOON)
    assert row.outcome == "opted_out" and is_suppressed(AddressChannel.EMAIL, "c-1@example.org")
