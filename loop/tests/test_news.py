"""You said, we did: who hears it, who does not and why, at most once, and the way to say no."""

from datetime import datetime, time, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from loop.models import Case, Initiative, NewsLetter, ReadOut
from loop.reports.news import news_effect
from loop.services.erasure import erase_customer
from loop.services.history import NotAllowed
from loop.services.news import audience_of, news_off_link, send_news, send_news_letter, write_news
from loop.services.restoring import settle_restored
from loop.tests.outer import LIVE_ON, registered
from loop.tests.rows import DAY, NOON, case, customer, leaf, person, response, touchpoint
from loop.tests.staff import browser, staff
from surveys.models import Consent, CustomerAddress
from surveys.services.addresses import is_suppressed
from surveys.services.consent import opt_out, record_consent
from surveys.tests.rows import no_limits

pytestmark = pytest.mark.django_db
LATER = datetime.combine(LIVE_ON, time(12), tzinfo=NOON.tzinfo) + DAY


@pytest.fixture
def change() -> Initiative:
    """Live, and raised by a case of its cause; the customer is C-1."""
    row = case(now=NOON)
    Case.objects.filter(pk=row.pk).update(cause=leaf())
    return registered(cause=leaf())


def raise_it(change: Initiative, number: str, **fields):
    who = customer(number, **fields)
    change.responses.add(response(who=who, at=NOON, where=touchpoint()))
    return who


def written(change: Initiative, **fields):
    return write_news(change.pk, now=LATER, **({"subject": "Faster now", "body": "You said it."} | fields))


def sent(change: Initiative, **fields):
    expected = len(audience_of(change, now=LATER).reached)
    return send_news(written(change, **fields).pk, expected=expected, actor=person("eva"), now=LATER)


# Who hears it.
def test_whoever_had_a_case_of_the_cause_hears_it(change):
    assert [address for _pk, address in audience_of(change, now=LATER).reached] == ["c-1@example.org"]


def test_who_spoke_after_it_went_live_had_not_raised_it(change):
    change.responses.add(response(who=customer("C-2"), at=LATER))
    assert audience_of(change, now=LATER).everybody == 1


def test_everybody_left_out_is_counted_with_the_reason(change):
    raise_it(change, "C-2", email="")
    opt_out("email", "c-3@example.org", now=NOON, source="test", everywhere=bool(raise_it(change, "C-3")))
    record_consent(raise_it(change, "C-4"), "email", Consent.Status.WITHDRAWN, now=NOON)
    raise_it(change, "C-5", is_holdout=True)
    found = audience_of(change, now=LATER)
    assert len(found.reached) == 1
    assert found.left_out == {"no e-mail address": 1, "does not want e-mail": 2, "erased, or kept aside": 1}


def test_who_heard_other_news_last_week_is_left_in_peace(change):
    sent(change)
    other = registered("Other", cause=leaf())
    assert audience_of(other, now=LATER + DAY).left_out == {"was written to too often or just now": 1}


def test_where_mail_needs_a_yes_silence_is_none(change):
    policy = no_limits()
    policy.email_needs_consent = True
    policy.save()
    assert audience_of(change, now=LATER).left_out == {"has not said yes to e-mail": 1}


def test_the_audience_costs_as_many_queries_for_many_as_for_one(change):
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            audience_of(change, now=LATER)
        return len(caught)

    few = queries()
    for number in range(2, 6):
        raise_it(change, f"C-{number}")
    assert queries() == few


# Sending.
def test_nothing_is_sent_before_it_goes_live(change):
    with pytest.raises(NotAllowed, match="goes live first"):
        send_news(written(change).pk, expected=1, actor=person("eva"), now=NOON)


def test_another_number_than_was_seen_sends_nothing(change):
    with pytest.raises(NotAllowed, match="to 1 people now and not to 5"):
        send_news(written(change).pk, expected=5, actor=person("eva"), now=LATER)
    assert NewsLetter.objects.count() == 0


def test_nobody_hears_it_twice(change):
    row = sent(change)
    with pytest.raises(NotAllowed, match="sent before"):
        send_news(row.pk, expected=1, actor=person("ben"), now=LATER)
    letter = NewsLetter.objects.get()
    assert [send_news_letter(letter.pk, now=LATER), send_news_letter(letter.pk, now=LATER)] == [True, False]
    assert len(mail.outbox) == 1


def test_what_has_left_is_not_rewritten(change):
    row = sent(change)
    with pytest.raises(NotAllowed, match="stays as it was"):
        written(change, body="Something else.")
    row.refresh_from_db()
    assert row.body == "You said it."


def test_the_letter_carries_the_way_to_say_no(change):
    sent(change)
    letter = NewsLetter.objects.get()
    send_news_letter(letter.pk, now=LATER)
    (message,) = mail.outbox
    assert message.extra_headers["List-Unsubscribe"] == f"<{news_off_link(letter)}>"
    assert news_off_link(letter) in message.body


def test_a_measured_effect_that_helped_is_told_with_its_interval(change):
    told = {"value": 8.0, "low": 3.0, "high": 13.0, "weeks_before": 26, "weeks_after": 12, "answers": 900}
    ReadOut.objects.create(initiative=change, made_at=LATER, method="past", verdict="helped", **told)
    sent(change)
    send_news_letter(NewsLetter.objects.get().pk, now=LATER)
    assert "out of 100 customers, 8.0 more are satisfied (between 3.0 and 13.0)" in mail.outbox[0].body


def test_who_said_no_in_the_meantime_gets_nothing(change):
    sent(change)
    opt_out("email", "c-1@example.org", now=LATER, source="test")
    assert not send_news_letter(NewsLetter.objects.get().pk, now=LATER)
    assert mail.outbox == []


def test_half_of_them_hear_it_later(change):
    no_limits()
    for number in range(2, 21):
        raise_it(change, f"C-{number}")
    row = sent(change, half_later=True, later_days=60)
    later = row.letters.filter(is_later=True)
    assert 8 <= later.count() <= 12
    assert {letter.due_at for letter in later} == {LATER + timedelta(days=60)}
    assert news_effect(row, now=LATER + DAY).difference is None


def test_erasing_a_customer_stops_the_letter_and_forgets_the_address(change):
    sent(change)
    erase_customer(CustomerAddress.objects.get().customer_id)
    letter = NewsLetter.objects.get()
    assert (letter.status, letter.address, letter.customer) == ("dropped", "", None)


def test_a_restored_backup_sends_no_letter_again(change):
    sent(change)
    assert settle_restored(now=LATER)["letters"] == 1
    assert NewsLetter.objects.get().status == "unknown"


# The pages.
def test_the_page_says_how_many_get_it_and_sends_it(change, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: LATER)
    desk, address = browser(staff("manager")), reverse("loop:news", args=[change.pk])
    desk.post(address, {"subject": "Faster", "body": "Done.", "later_days": 60})
    assert "Send to 1 customer" in desk.get(address).content.decode()
    desk.post(reverse("loop:news_send", args=[change.pk]), {"expected": 1})
    assert NewsLetter.objects.count() == 1
    assert "Waiting to be sent" in desk.get(address).content.decode()


def test_opening_the_link_changes_nothing_and_sending_it_says_no(change, client):
    sent(change)
    path = news_off_link(NewsLetter.objects.get()).split("/n/")[1]
    client.get(f"/n/{path}")
    assert not is_suppressed("email", "c-1@example.org")
    client.post(f"/n/{path}", {"wish": "here"})
    assert is_suppressed("email", "c-1@example.org")


def test_a_link_that_is_none_is_not_found(client):
    assert client.get("/n/1:forged/").status_code == 404
