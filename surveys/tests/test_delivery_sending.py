from datetime import time, timedelta

import pytest

from surveys.channels.registry import CHANNELS
from surveys.models import ContactPolicy, CustomerAddress, Delivery, Invitation, Suppression, TriggerRule
from surveys.services import deliveries
from surveys.services.consent import opt_out
from surveys.services.customers import add_address
from surveys.services.deliveries import (
    drop_closed,
    park_deliveries,
    queue_reminders,
    requeue_delivery,
    send_delivery,
    settle_stuck,
)
from surveys.services.erasure import erase_customer
from surveys.services.events import process_event
from surveys.services.invitations import invite_directly, survey_link, withdraw_invitation
from surveys.tests import rows
from surveys.tests.mailroom import LINE_BREAKS, mail_server
from surveys.tests.rows import NOON
from vocplatform.tests.throwaway import free_port

pytestmark = pytest.mark.django_db
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def ana():
    return rows.customer()


@pytest.fixture
def delivery(ana):
    place = rows.touchpoint()
    rows.rule(place, rows.survey(), reminder_after_days=3)
    process_event(rows.event(place, ana).pk, now=NOON)
    return Delivery.objects.get()


def send(delivery, now=NOON):
    send_delivery(delivery.pk, now=now)
    delivery.refresh_from_db()
    return delivery.status


def test_a_due_delivery_leaves_once_and_says_when(delivery, mailoutbox):
    assert send(delivery) == "sent"
    assert send(delivery) == "sent"
    assert (len(mailoutbox), delivery.sent_at, delivery.attempts) == (1, NOON, 1)
    assert delivery.message_id == mailoutbox[0].extra_headers["Message-ID"]


def test_nothing_leaves_before_its_time(delivery, mailoutbox):
    Delivery.objects.update(due_at=NOON + MINUTE)
    assert send(delivery) == "queued"
    assert mailoutbox == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda d: opt_out("email", d.address, now=NOON, source="link"), "written to any more"),
        (lambda d: CustomerAddress.objects.update(bounced_at=NOON), "no usable address"),
        (lambda d: TriggerRule.objects.update(is_active=False), "switched off"),
        (lambda d: TriggerRule.objects.all().delete(), "deleted"),
        (lambda d: Invitation.objects.update(status="answered"), "answered"),
        (lambda d: Invitation.objects.update(due_at=NOON - DAY, expires_at=NOON), "expired"),
        (lambda d: ContactPolicy.objects.create(name="p", is_default=True, email_needs_consent=True), "needs a yes"),
        (lambda d: d.invitation.customer.consents.create(channel="email", status="withdrawn"), "said no"),
    ],
)
def test_what_changed_since_the_decision_stops_it_with_a_written_reason(delivery, mailoutbox, change, reason):
    change(delivery)
    assert send(delivery) == "dropped"
    assert reason in delivery.last_error
    assert mailoutbox == []


def test_after_a_long_outage_a_message_past_its_window_is_dropped(delivery, mailoutbox):
    assert send(delivery, now=NOON + 73 * HOUR) == "dropped"
    assert "Too late" in delivery.last_error


def test_after_a_short_outage_quiet_hours_still_hold(delivery):
    TriggerRule.objects.update(quiet_from=time(17), quiet_until=time(9))
    assert send(delivery, now=NOON + 10 * HOUR) == "queued"
    assert (delivery.due_at, delivery.attempts) == (NOON + 21 * HOUR, 0)


def test_a_newer_answer_makes_a_waiting_invitation_wait_longer_or_end(delivery):
    other = invite_directly(rows.survey("other"), delivery.invitation.customer, now=NOON)
    Invitation.objects.filter(pk=other.pk).update(status="answered", answered_at=NOON)
    assert send(delivery, now=NOON + HOUR) == "dropped"
    assert "14 days after an answer" in delivery.last_error


def test_two_waiting_invitations_do_not_block_each_other(delivery, mailoutbox):
    second = invite_directly(rows.survey("other"), delivery.invitation.customer, now=NOON)
    assert send(delivery) == "sent"
    assert send(second.deliveries.get()) == "sent"


def test_it_goes_to_the_address_the_customer_has_now(delivery, ana, mailoutbox):
    add_address(ana, "email", "new@example.org", now=NOON)
    send(delivery)
    assert (mailoutbox[0].to, delivery.address) == (["new@example.org"], "new@example.org")


def test_whoever_is_erased_at_the_last_moment_gets_no_mail_and_no_address_back(delivery, ana, mailoutbox, monkeypatch):
    real = deliveries.compose

    def compose_while_erasing(*args, **kwargs):
        letter = real(*args, **kwargs)
        erase_customer(ana.pk, now=NOON)
        return letter

    monkeypatch.setattr(deliveries, "compose", compose_while_erasing)
    assert send(delivery) == "dropped"
    assert (delivery.address, mailoutbox) == ("", [])


def test_a_link_whose_key_is_gone_fails_with_its_reason(delivery, settings):
    settings.SECRET_KEY = "new"
    assert send(delivery) == "failed"
    assert "key" in delivery.last_error


def test_a_real_server_takes_one_mail(delivery, settings):
    with mail_server(settings) as server:
        assert send(delivery) == "sent"
    assert len(server.taken) == 1


@pytest.mark.parametrize("step", ["mail", "rcpt", "data"])
def test_a_passing_refusal_is_tried_again_later_and_later(delivery, settings, step):
    waits = []
    with mail_server(settings, **{step: "451 try later"}):
        now = NOON
        for _attempt in range(4):
            assert send(delivery, now=now) == "queued"
            waits.append(delivery.due_at - now)
            now = delivery.due_at
        assert send(delivery, now=now) == "failed"
    assert waits == [MINUTE, 4 * MINUTE, 16 * MINUTE, 64 * MINUTE]
    assert "451" in delivery.last_error


def test_an_unknown_mailbox_is_never_written_to_again(delivery, settings):
    with mail_server(settings, rcpt="550 5.1.1 no such user"):
        assert send(delivery) == "failed"
    assert Suppression.objects.get().reason == "bounce"
    assert CustomerAddress.objects.get().bounced_at == NOON


@pytest.mark.parametrize(
    "answer", [{"rcpt": "550 5.7.1 relaying denied"}, {"rcpt": "554 relay access denied"}, {"data": "554 spam"}]
)
def test_a_refusal_of_our_settings_or_content_condemns_no_address(delivery, settings, answer):
    with mail_server(settings, **answer):
        assert send(delivery) == "failed"
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("data", [LINE_BREAKS, 1.5])
def test_a_line_that_breaks_after_the_content_left_is_unknown_and_never_sent_again(delivery, settings, data):
    with mail_server(settings, data=data) as server:
        assert send(delivery) == "unknown"
        for hours in range(1, 4):
            settle_stuck(now=NOON + hours * HOUR)
            requeue_delivery(delivery.pk, now=NOON)
            send(delivery, now=NOON + hours * HOUR)
    assert (delivery.status, len(server.taken)) == ("unknown", 1)


def test_no_server_at_all_costs_no_attempt_and_lets_the_whole_channel_wait(delivery, settings):
    other = invite_directly(rows.survey("b"), rows.customer("C-2", "b@example.org"), now=NOON).deliveries.get()
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "vocplatform.lib.smtp.SmtpBackend", free_port()
    assert send(delivery) == "queued"
    other.refresh_from_db()
    assert (delivery.attempts, delivery.due_at, other.due_at) == (0, NOON + MINUTE, NOON + MINUTE)


def test_a_server_that_says_come_back_later_costs_no_attempt(delivery, settings):
    with mail_server(settings, mail="421 closing"):
        assert send(delivery) == "queued"
    assert delivery.attempts == 0


def test_a_sender_that_died_before_the_content_left_is_replaced(delivery, monkeypatch, mailoutbox):
    monkeypatch.setattr(deliveries, "compose", lambda *args, **kwargs: exec("raise SystemExit"))
    with pytest.raises(SystemExit):
        send(delivery)
    monkeypatch.undo()
    assert settle_stuck(now=NOON + MINUTE) == 0
    assert settle_stuck(now=NOON + 3 * MINUTE) == 1
    assert send(delivery, now=NOON + 3 * MINUTE) == "sent"
    assert (len(mailoutbox), delivery.attempts) == (1, 2)


def test_a_sender_that_died_with_the_mail_in_his_hands_leaves_unknown(delivery, monkeypatch, mailoutbox):
    class Killed(BaseException):
        pass

    real = CHANNELS["email"].send

    def send_and_die(letter):
        real(letter)
        raise Killed

    monkeypatch.setattr(CHANNELS["email"], "send", send_and_die)
    with pytest.raises(Killed):
        send(delivery)
    for minutes in (3, 6, 9):
        settle_stuck(now=NOON + minutes * MINUTE)
        send(delivery, now=NOON + minutes * MINUTE)
    assert (delivery.status, len(mailoutbox)) == ("unknown", 1)


def test_a_sender_that_returns_from_the_dead_changes_nothing(delivery, monkeypatch):
    def sleep_too_long(letter):
        settle_stuck(now=NOON + 3 * MINUTE)
        return "late"

    monkeypatch.setattr(CHANNELS["email"], "send", sleep_too_long)
    assert send(delivery) == "unknown"


def test_what_kills_its_sender_five_times_is_parked_and_can_be_tried_again(delivery, mailoutbox):
    Delivery.objects.update(attempts=5)
    assert park_deliveries(now=NOON) == 1
    assert send(delivery) == "failed"
    assert requeue_delivery(delivery.pk, now=NOON)
    assert send(delivery) == "sent"


def test_a_line_break_in_a_header_parks_the_row_and_delays_nobody(delivery, monkeypatch, mailoutbox):
    from django.core.mail import BadHeaderError

    def refuse(self, *args, **kwargs):
        raise BadHeaderError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    assert send(delivery) == "failed"


def test_one_reminder_follows_after_its_days_with_the_same_link(delivery, mailoutbox):
    send(delivery)
    assert queue_reminders(now=NOON + 3 * DAY - MINUTE) == 0
    assert queue_reminders(now=NOON + 3 * DAY) == 1
    assert queue_reminders(now=NOON + 9 * DAY) == 0
    reminder = Delivery.objects.get(kind="reminder")
    assert send(reminder, now=NOON + 3 * DAY) == "sent"
    assert mailoutbox[1].subject.startswith("Reminder: ")
    assert survey_link(delivery.invitation) in mailoutbox[1].body


@pytest.mark.parametrize(
    "end",
    [
        lambda d: Invitation.objects.update(status="answered"),
        lambda d: withdraw_invitation(d.invitation_id, reason="x", now=NOON),
        lambda d: Invitation.objects.update(expires_at=NOON + DAY),
        lambda d: Delivery.objects.update(status="unknown"),
        lambda d: erase_customer(d.invitation.customer_id, now=NOON),
    ],
)
def test_no_reminder_when_there_is_nothing_to_remind_of(delivery, end):
    send(delivery)
    end(delivery)
    assert queue_reminders(now=NOON + 3 * DAY) == 0


def test_no_reminder_reaches_whoever_opted_out(delivery, mailoutbox):
    send(delivery)
    queue_reminders(now=NOON + 3 * DAY)
    opt_out("email", delivery.address, now=NOON, source="link")
    assert send(Delivery.objects.get(kind="reminder"), now=NOON + 3 * DAY) == "dropped"
    assert len(mailoutbox) == 1


def test_a_rule_without_reminder_sends_none(delivery):
    TriggerRule.objects.update(reminder_after_days=None)
    send(delivery)
    assert queue_reminders(now=NOON + 30 * DAY) == 0


def test_what_waits_for_a_closed_invitation_is_dropped_by_the_sweep(delivery):
    Invitation.objects.update(status="expired")
    assert drop_closed(now=NOON) == 1
    delivery.refresh_from_db()
    assert delivery.status == "dropped"
