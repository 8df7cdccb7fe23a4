from contextlib import suppress
from datetime import time, timedelta
from smtplib import SMTPDataError, SMTPServerDisconnected

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError

from loop import tasks
from loop.models import Case, Notice
from loop.services import notices
from loop.services.cases import assign_case
from loop.services.notices import give_back_stuck, send_notice, send_notices, write_notices
from loop.tests.rows import DAY, HOUR, MINUTE, NOON, case, customer, person, team, touchpoint
from vocplatform.lib.delivery import DeliveryUnknown

pytestmark = pytest.mark.django_db


@pytest.fixture
def opened():
    care = team()
    person("ben", care)
    return case(
        where=touchpoint("claim", name="Claim", owner_team=care), comment="Very angry", who=customer(name="Ana")
    )


@pytest.fixture
def notice(opened):
    return Notice.objects.get(case=opened)


def test_a_notice_says_what_it_is_about_and_where_to_go(opened):
    send_notices(opened.pk, now=NOON)
    (letter,) = mail.outbox
    assert letter.to == ["ben@example.com"]
    assert letter.subject == f"[{opened.code}] new case: Claim (normal)"
    assert f"/cases/{opened.code}/" in letter.body
    assert "Acknowledge: by" in letter.body


def test_the_notice_to_another_team_says_why_it_gets_the_case(opened):
    kim, eva, ben = person("kim"), person("eva"), opened.owner
    assign_case(opened.pk, owner=eva, team=team("Billing", lead=kim), note="A <wrong> bill.", actor=ben, now=NOON)
    Notice.objects.exclude(kind__in=["assigned", "handed"]).delete()
    send_notices(opened.pk, now=NOON)
    assert {letter.to[0] for letter in mail.outbox} == {"kim@example.com", "eva@example.com"}
    for letter in mail.outbox:
        assert "Why: A <wrong> bill." in letter.body and "A &lt;wrong&gt; bill." in letter.alternatives[0][0]


def test_a_gathering_says_of_each_case_why_another_team_gets_it():
    kim, care, opened = person("kim"), team("Care"), [case(who=customer(f"C-{n}")) for n in range(2)]
    Case.objects.update(team=care)
    billing = team("Billing", lead=kim)
    for number, each in enumerate(opened):
        assign_case(each.pk, owner=None, team=billing, note=f"Bill {number}", actor=None, now=NOON)
    Notice.objects.exclude(kind="handed").delete()
    send_notices(opened[0].pk, now=NOON)
    (letter,) = mail.outbox
    assert "Why: Bill 0" in letter.body and "Why: Bill 1" in letter.body


def test_who_gets_a_case_from_outside_his_team_is_told_why_and_within_a_team_notes_stay_inside(opened):
    kim, eva = person("kim", opened.team), person("eva")
    Notice.objects.all().delete()
    for owner, note in ((kim, "She was angry"), (eva, "Speaks Dutch")):
        assign_case(opened.pk, owner=owner, note=note, actor=None, now=NOON)
    send_notices(opened.pk, now=NOON)
    written = {letter.to[0]: letter.body for letter in mail.outbox}
    assert "Why: Speaks Dutch" in written["eva@example.com"]
    assert "angry" not in written["kim@example.com"]


def test_neither_the_name_nor_the_words_of_the_customer_leave_the_house(opened):
    send_notices(opened.pk, now=NOON)
    (letter,) = mail.outbox
    everything = letter.subject + letter.body + letter.alternatives[0][0]
    assert "Ana" not in everything
    assert "angry" not in everything


def test_a_notice_is_sent_once(notice):
    assert send_notice(notice.pk, now=NOON)
    assert not send_notice(notice.pk, now=NOON + HOUR)
    assert len(mail.outbox) == 1


def test_one_that_cannot_be_written_is_set_aside_in_the_end_and_takes_no_other_along(opened, notice, monkeypatch):
    (other,) = write_notices(opened, [opened.owner], Notice.Kind.ESCALATED, key="escalated:1", now=NOON)
    line = notices._line
    monkeypatch.setattr(notices, "_line", lambda each: 1 / 0 if each.kind == "opened" else line(each))
    for hours in range(8):
        now = NOON + hours * HOUR
        give_back_stuck(now=now)
        for pk in Notice.objects.due(now).values_list("pk", flat=True):
            with suppress(ZeroDivisionError):
                send_notice(pk, now=now)
    notice.refresh_from_db()
    assert (notice.status, notice.attempts, notice.last_error) == ("failed", 5, "Its sender died 5 times.")
    assert Notice.objects.get(dedup_key=other.dedup_key).status == "sent"
    assert len(mail.outbox) == 1


def test_the_same_news_is_written_once(opened):
    for _ in range(2):
        write_notices(opened, [opened.owner], Notice.Kind.ESCALATED, key="escalated:1", now=NOON)
    assert Notice.objects.filter(kind="escalated").count() == 1


def test_a_notice_whose_sender_died_is_sent_again(notice):
    Notice.objects.claim(notice.pk, now=NOON)
    assert give_back_stuck(now=NOON + MINUTE) == 0
    assert give_back_stuck(now=NOON + HOUR) == 1
    assert send_notice(notice.pk, now=NOON + HOUR)


def fail_with(monkeypatch, problem):
    def refuse(self):
        raise problem

    monkeypatch.setattr("django.core.mail.EmailMultiAlternatives.send", refuse)


def test_a_notice_that_is_refused_for_now_is_tried_less_and_less_often_and_then_fails(notice, monkeypatch):
    fail_with(monkeypatch, SMTPDataError(451, b"later"))
    now, waits = NOON, []
    for _ in range(5):
        send_notice(notice.pk, now=now)
        notice.refresh_from_db()
        waits.append(notice.due_at - now)
        now = notice.due_at
    assert waits[:4] == [MINUTE, 4 * MINUTE, 16 * MINUTE, 64 * MINUTE]
    assert notice.status == Notice.Status.FAILED


def test_a_mail_server_that_is_away_costs_no_attempt(notice, monkeypatch):
    fail_with(monkeypatch, SMTPServerDisconnected("gone"))
    for minutes in range(0, 20, 2):
        send_notice(notice.pk, now=NOON + minutes * MINUTE)
    notice.refresh_from_db()
    assert (notice.status, notice.attempts) == (Notice.Status.QUEUED, 0)


def test_a_notice_that_perhaps_arrived_is_sent_again(notice, monkeypatch):
    fail_with(monkeypatch, DeliveryUnknown("the line broke"))
    send_notice(notice.pk, now=NOON)
    notice.refresh_from_db()
    assert notice.status == Notice.Status.QUEUED


@pytest.mark.parametrize("why", ["left", "no address", "reads on the page"])
def test_who_cannot_or_will_not_get_mail_gets_none_and_the_reason_is_kept(notice, why):
    ben = notice.recipient
    if why == "reads on the page":
        ben.staff_profile = person("x", wants_mail=False).staff_profile
        type(ben.staff_profile).objects.filter(pk=ben.staff_profile.pk).update(user=ben)
    else:
        type(ben).objects.filter(pk=ben.pk).update(**({"is_active": False} if why == "left" else {"email": ""}))
    send_notice(notice.pk, now=NOON + DAY)
    notice.refresh_from_db()
    assert (notice.status, mail.outbox, bool(notice.last_error)) == (Notice.Status.DROPPED, [], True)


def test_a_worker_sends_the_notice_once_the_case_is_committed(after_commit):
    care = team()
    person("ben", care)
    with time_machine.travel(NOON, tick=False), after_commit():
        case(where=touchpoint("claim", owner_team=care))
    assert Notice.objects.get().status == Notice.Status.SENT


# Calm.
def test_one_message_of_a_rush_sends_whatever_else_is_due(opened):
    others = [person("cleo"), person("dora")]
    write_notices(opened, others, Notice.Kind.OPENED, key="opened", now=NOON)
    tasks.send_notices(0)
    assert Notice.objects.filter(status=Notice.Status.SENT, recipient__in=others).count() == 2


def burst(n, now=NOON, **profile):
    care = team()
    ben = person("ben", care, **profile)
    for number in range(n):
        case(where=touchpoint("claim", owner_team=care), who=customer(f"C-{number}"), now=now)
    return ben


def test_what_is_due_together_comes_in_one_mail():
    burst(3)
    for pk in Notice.objects.values_list("pk", flat=True):
        send_notice(pk, now=NOON)
    (letter,) = mail.outbox
    assert letter.subject == "3 cases need you"
    assert all(code in letter.body for code in Case.objects.values_list("code", flat=True))
    assert set(Notice.objects.values_list("status", flat=True)) == {Notice.Status.SENT}


def test_times_are_told_in_the_persons_own_zone():
    burst(1, time_zone="Asia/Tokyo")
    send_notice(Notice.objects.get().pk, now=NOON)
    assert "2026-11-24 01:00 JST" in mail.outbox[0].body


def test_in_a_burst_the_next_mail_waits_half_a_minute_and_gathers():
    burst(3)
    first, second, third = Notice.objects.order_by("pk").values_list("pk", flat=True)
    Notice.objects.exclude(pk=first).update(due_at=NOON + timedelta(seconds=5))
    assert send_notice(first, now=NOON)
    assert not send_notice(second, now=NOON + timedelta(seconds=5))
    assert send_notice(second, now=NOON + timedelta(seconds=30))
    assert len(mail.outbox) == 2
    assert Notice.objects.get(pk=third).status == Notice.Status.SENT


def test_a_refused_gathering_goes_back_as_a_whole(monkeypatch):
    burst(2)
    fail_with(monkeypatch, SMTPDataError(451, b"later"))
    send_notice(Notice.objects.first().pk, now=NOON)
    assert set(Notice.objects.values_list("status", "attempts")) == {(Notice.Status.QUEUED, 1)}


@pytest.mark.parametrize(
    ("profile", "due_at"),
    [
        ({}, NOON),
        ({"mail_rhythm": "hourly"}, NOON + HOUR),
        ({"mail_rhythm": "daily", "time_zone": "Europe/Berlin"}, NOON + DAY - 5 * HOUR),
        ({"quiet_from": time(11), "quiet_until": time(14)}, NOON + 2 * HOUR),
        ({"quiet_from": time(12), "quiet_until": time(14), "time_zone": "Asia/Tokyo"}, NOON),
    ],
)
def test_mail_comes_at_the_persons_own_rhythm_and_never_in_quiet_hours(profile, due_at):
    burst(1, **profile)
    assert Notice.objects.get().due_at == due_at


def test_what_is_overdue_waits_for_no_gathering():
    ben = burst(1, mail_rhythm="daily")
    write_notices(Case.objects.get(), [ben], Notice.Kind.ESCALATED, key="escalated:1", now=NOON)
    assert Notice.objects.get(kind="escalated").due_at == NOON


def test_what_is_critical_waits_for_nothing():
    ben = burst(1, mail_rhythm="daily", quiet_from=time(8), quiet_until=time(20))
    Case.objects.update(severity="critical")
    write_notices(Case.objects.get(), [ben], Notice.Kind.REOPENED, key="reopened:1", now=NOON)
    assert Notice.objects.get(kind="reopened").due_at == NOON


def test_quiet_hours_have_two_ends():
    with pytest.raises(IntegrityError):
        person("ben", quiet_from=time(8))
