from smtplib import SMTPDataError, SMTPRecipientsRefused

import pytest
from django.core import mail

from loop.models import CannedReply, Case, Message
from loop.services.cases import decline_case
from loop.services.history import NotAllowed
from loop.services.messages import fill_reply, replies_for, send_message, settle_stuck, write_message
from loop.tests.rows import DAY, HOUR, MINUTE, NOON, case, customer, person, team, touchpoint
from surveys.models import Consent, CustomerAddress
from surveys.services.addresses import is_suppressed
from surveys.services.consent import opt_out, record_consent
from vocplatform.lib.delivery import DeliveryUnknown

pytestmark = pytest.mark.django_db
Status = Message.Status


@pytest.fixture
def ben():
    return person("ben")


@pytest.fixture
def opened(ben):
    return case(owner=ben)


@pytest.fixture
def message(opened, ben):
    return write(opened, ben)


def write(opened, ben) -> Message:
    return write_message(opened.pk, subject="About your parcel", body="I am sorry.\n<b>Ben</b>", actor=ben, now=NOON)


def fail_with(monkeypatch, problem):
    def refuse(self):
        raise problem

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", refuse)


def test_a_letter_reaches_the_customer_and_counts_as_first_contact(message, opened):
    assert send_message(message.pk, now=NOON + MINUTE)
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (["c-1@example.org"], "About your parcel")
    assert opened.code in letter.body
    opened.refresh_from_db()
    assert (opened.status, opened.contacted_at) == (Case.Status.CONTACTED, NOON + MINUTE)


def test_the_text_is_mailed_as_it_was_written_and_never_as_markup(message):
    send_message(message.pk, now=NOON)
    (letter,) = mail.outbox
    assert "<b>Ben</b>" in letter.body
    assert "&lt;b&gt;Ben" in letter.alternatives[0][0]


def test_a_letter_is_sent_once(message):
    send_message(message.pk, now=NOON)
    assert not send_message(message.pk, now=NOON + HOUR)
    assert len(mail.outbox) == 1


def test_a_letter_whose_sender_died_while_it_left_is_never_sent_again_by_itself(message):
    Message.objects.claim(message.pk, now=NOON)
    Message.objects.update(message_id="<case.1@example.com>")
    settle_stuck(now=NOON + HOUR)
    assert not send_message(message.pk, now=NOON + HOUR)
    message.refresh_from_db()
    assert (message.status, mail.outbox) == (Status.UNKNOWN, [])


def test_a_letter_whose_sender_died_before_it_left_is_sent(message):
    Message.objects.claim(message.pk, now=NOON)
    settle_stuck(now=NOON + HOUR)
    assert send_message(message.pk, now=NOON + HOUR)


def test_a_letter_that_takes_its_sender_along_is_set_aside_after_five_times(message):
    for hours in range(5):
        assert Message.objects.claim(message.pk, now=NOON + hours * HOUR)
        settle_stuck(now=NOON + hours * HOUR + HOUR / 2)
    assert not send_message(message.pk, now=NOON + 9 * HOUR)
    message.refresh_from_db()
    assert (message.status, message.last_error) == (Status.FAILED, "Its sender died 5 times.")


def test_a_refused_letter_is_no_longer_marked_as_leaving(message, monkeypatch):
    with monkeypatch.context() as broken:
        fail_with(broken, SMTPDataError(451, b"later"))
        send_message(message.pk, now=NOON)
    message.refresh_from_db()
    assert message.message_id == ""
    assert send_message(message.pk, now=NOON + HOUR)


def test_a_letter_that_perhaps_left_is_marked_so_and_not_repeated(message, monkeypatch):
    fail_with(monkeypatch, DeliveryUnknown("the line broke"))
    send_message(message.pk, now=NOON)
    message.refresh_from_db()
    assert message.status == Status.UNKNOWN
    assert not Message.objects.due(NOON + DAY).exists()


def test_a_letter_refused_for_now_is_tried_again(message, monkeypatch):
    fail_with(monkeypatch, SMTPDataError(451, b"later"))
    send_message(message.pk, now=NOON)
    assert Message.objects.due(NOON + MINUTE).get() == message


def test_an_address_that_does_not_exist_is_never_written_to_again(message, monkeypatch):
    fail_with(monkeypatch, SMTPRecipientsRefused({"c-1@example.org": (550, b"5.1.1 no such user")}))
    send_message(message.pk, now=NOON)
    message.refresh_from_db()
    assert (message.status, is_suppressed("email", "c-1@example.org")) == (Status.FAILED, True)


def test_a_letter_that_was_not_sent_stops_no_clock(message, opened, monkeypatch):
    fail_with(monkeypatch, SMTPDataError(550, b"no"))
    send_message(message.pk, now=NOON)
    opened.refresh_from_db()
    assert opened.contacted_at is None


@pytest.mark.parametrize("why", ["anonymous", "no address", "bounced", "opted out", "withdrawn"])
def test_who_must_not_be_written_to_is_not_and_the_reason_is_said(ben, why):
    opened = case(
        owner=ben, who=None if why == "anonymous" else customer(email="" if why == "no address" else "a@b.example")
    )
    if why == "bounced":
        CustomerAddress.objects.update(bounced_at=NOON)
    if why == "opted out":
        opt_out("email", "a@b.example", now=NOON, source="link")
    if why == "withdrawn":
        record_consent(opened.customer, "email", Consent.Status.WITHDRAWN, now=NOON)
    with pytest.raises(NotAllowed):
        write(opened, ben)
    assert not Message.objects.exists()


def test_an_opt_out_between_writing_and_sending_wins(message):
    opt_out("email", "c-1@example.org", now=NOON, source="link")
    send_message(message.pk, now=NOON + MINUTE)
    message.refresh_from_db()
    assert (message.status, mail.outbox, bool(message.last_error)) == (Status.DROPPED, [], True)


@pytest.mark.parametrize("field", ["subject", "body"])
def test_an_empty_letter_is_refused(opened, ben, field):
    with pytest.raises(NotAllowed):
        write_message(opened.pk, **{"subject": "x", "body": "y"} | {field: " "}, actor=ben, now=NOON)


def test_a_line_break_in_the_subject_makes_no_second_header(opened, ben):
    message = write_message(opened.pk, subject="Hello\nBcc: all@example.org", body="x", actor=ben, now=NOON)
    send_message(message.pk, now=NOON)
    assert mail.outbox[0].subject == "Hello Bcc: all@example.org"
    assert mail.outbox[0].bcc == []


def test_a_letter_that_left_as_the_case_was_closed_is_sent_and_no_contact(message, opened, ben):
    decline_case(opened.pk, note="Wants nothing", actor=ben, now=NOON)
    assert send_message(message.pk, now=NOON + MINUTE)
    opened.refresh_from_db()
    assert (opened.status, opened.contacted_at) == (Case.Status.DECLINED, None)


def test_an_internal_note_is_not_a_letter(opened, ben):
    from loop.services.desk import add_note

    add_note(opened.pk, text="He is difficult", actor=ben, now=NOON)
    assert (Message.objects.count(), mail.outbox) == (0, [])


# Canned replies.
def test_a_canned_reply_is_filled_with_the_words_of_the_case(ben):
    opened = case(
        owner=ben, who=customer(name="Ana {{ code }}"), where=touchpoint("claim", name="Claim", owner_team=team())
    )
    reply = CannedReply(subject="{{touchpoint}}: {{ code }}", body="Hello {{ customer }}, {{ unknown }} {% now 'Y' %}")
    subject, body = fill_reply(reply, opened, actor=ben)
    assert subject == f"Claim: {opened.code}"
    assert body == "Hello Ana {{ code }}, {{ unknown }} {% now 'Y' %}"


def test_a_customer_without_a_name_is_greeted_without_a_gap(ben):
    opened = case(owner=ben, who=customer(name=""))
    reply = CannedReply(subject="{{ customer }}", body="Hello {{ customer }},\n{{customer}} {{ staff }}")
    assert fill_reply(reply, opened, actor=ben) == ("", "Hello,\n ben")


def test_replies_are_offered_in_the_customers_language_or_else_all(ben):
    opened = case(owner=ben, who=customer(locale="de-AT"))
    assert set(replies_for(opened).values_list("locale", flat=True)) == {"en"}
    CannedReply.objects.create(name="Erster Kontakt", locale="de", subject="Hallo", body="Hallo")
    assert [reply.locale for reply in replies_for(opened)] == ["de"]
