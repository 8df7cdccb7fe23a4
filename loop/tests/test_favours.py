"""Promoters are asked for a favour once, by mail they said yes to, and nothing is used without their yes."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from feedback.models import Fact, FactKind, FactRule
from loop.models import Favour
from loop.reports.advocates import advocate_report, advocates, promoters_by_worth
from loop.services.erasure import erase_customer
from loop.services.favours import (
    ask_promoters,
    audience_for,
    decline_favour,
    favour_link,
    find_favour,
    follow_link,
    grant_favour,
    send_favour,
    settle_stuck,
    share_link,
)
from loop.services.history import NotAllowed
from loop.services.restoring import settle_restored
from loop.tasks import sweep_favours
from loop.tests.rows import DAY, case, customer, person, response, touchpoint
from loop.tests.staff import browser, staff
from surveys.models import Consent
from surveys.services.addresses import is_suppressed
from surveys.services.consent import record_consent
from surveys.tests import rows

pytestmark = pytest.mark.django_db
NOW = timezone.now()
QUOTE, REFERRAL = Favour.Kind.QUOTE, Favour.Kind.REFERRAL
WORDS = "May be published."


def promoter(number: int = 1, *, score: int = 10, says_yes: bool = True, at=NOW - 10 * DAY, **fields):
    who = customer(f"C-{number}", **fields)
    response(nps=score, who=who, at=at)
    if says_yes:
        record_consent(who, "email", Consent.Status.GRANTED, now=NOW - 20 * DAY)
    return who


def reached(kind=QUOTE) -> list[str]:
    return [address for _pk, address in audience_for(kind, now=NOW).reached]


def asked(kind=QUOTE) -> Favour:
    (row,) = ask_promoters(kind, expected=1, actor=person(f"eva-{kind}"), now=NOW)
    return Favour.objects.get(pk=row.pk)


def granted(kind=QUOTE, **fields) -> Favour:
    told = {"words": "Quick and kind.", "shown_as": "Ana"} if kind == QUOTE else {}
    return grant_favour(asked(kind).pk, wording=WORDS, now=NOW, **(told | fields))


@pytest.fixture
def welcome(settings):
    settings.REFERRAL_URL = "https://shop.example/welcome"


# Who is asked.
def test_whoever_gave_a_nine_or_ten_last_may_be_asked():
    promoter(1, score=9)
    promoter(2, score=8)
    assert reached() == ["c-1@example.org"]


def test_the_newest_score_counts_and_not_the_best():
    response(nps=4, who=promoter(), at=NOW - DAY)
    assert reached() == []


def test_a_score_of_last_year_makes_no_promoter():
    promoter(at=NOW - timedelta(days=200))
    assert reached() == []


def test_silence_is_no_yes_to_a_favour_even_where_questions_need_none():
    promoter(says_yes=False)
    assert audience_for(QUOTE, now=NOW).left_out == {"has not said yes to e-mail": 1}


def test_whoever_waits_for_us_is_not_asked_for_a_favour():
    who = promoter()
    case(now=NOW - 30 * DAY, who=who)
    assert audience_for(QUOTE, now=NOW).left_out == {"has an open case": 1}
    assert reached() == []


def test_nobody_is_asked_twice_for_the_same_favour():
    promoter()
    rows.no_limits()
    decline_favour(asked().pk, now=NOW)
    assert audience_for(QUOTE, now=NOW).left_out == {"was asked before": 1}
    assert reached(REFERRAL) == ["c-1@example.org"]


def test_one_favour_counts_as_a_contact_for_the_other():
    promoter()
    asked()
    assert audience_for(REFERRAL, now=NOW).left_out == {"was written to too often or just now": 1}


def test_the_database_holds_that_a_favour_is_asked_once():
    row = granted() if promoter() else None
    with pytest.raises(IntegrityError), transaction.atomic():
        Favour.objects.create(customer=row.customer, kind=QUOTE)


def test_another_number_than_the_one_on_the_page_sends_nothing():
    promoter()
    with pytest.raises(NotAllowed, match="1 people now and not to 2"):
        ask_promoters(QUOTE, expected=2, actor=person(), now=NOW)
    assert not Favour.objects.exists()


def test_without_a_place_to_lead_to_nobody_is_asked_to_recommend_us():
    promoter()
    with pytest.raises(NotAllowed, match="where a recommendation leads"):
        ask_promoters(REFERRAL, expected=1, actor=person(), now=NOW)


# The letter.
def test_the_letter_leaves_once_and_leads_to_a_page_of_yes_and_no():
    promoter()
    row = asked()
    assert send_favour(row.pk, now=NOW)
    assert not send_favour(row.pk, now=NOW)
    (letter,) = mail.outbox
    assert favour_link(row) in letter.body
    assert letter.extra_headers["List-Unsubscribe"] == f"<{favour_link(row)}>"


def test_whoever_opted_out_meanwhile_gets_no_letter():
    row = asked() if promoter() else None
    record_consent(row.customer, "email", Consent.Status.WITHDRAWN, now=NOW)
    assert not send_favour(row.pk, now=NOW)
    row.refresh_from_db()
    assert (row.status, mail.outbox) == (Favour.Status.DROPPED, [])


def test_the_sweep_sends_what_waits():
    promoter()
    asked()
    sweep_favours()
    assert Favour.objects.get().status == Favour.Status.SENT


def test_a_letter_whose_sender_died_after_it_may_have_left_is_not_sent_again():
    row = asked() if promoter() else None
    Favour.objects.update(status="sending", leased_until=NOW - DAY, message_id="<x>")
    settle_stuck(now=NOW)
    row.refresh_from_db()
    assert row.status == Favour.Status.UNKNOWN


def test_after_a_restored_backup_nobody_is_asked_again():
    row = asked() if promoter() else None
    settle_restored(now=NOW)
    row.refresh_from_db()
    assert row.status == Favour.Status.UNKNOWN


# Yes, no, and changing one's mind.
def test_a_yes_keeps_the_words_the_name_and_the_sentence_that_was_ticked():
    promoter()
    row = granted()
    assert (row.words, row.shown_as, row.wording, row.is_granted) == ("Quick and kind.", "Ana", WORDS, True)


def test_a_quote_without_words_is_refused():
    promoter()
    with pytest.raises(NotAllowed, match="Write the words"):
        granted(words=" ")


def test_a_yes_that_is_taken_back_forgets_the_words_at_once():
    promoter()
    row = decline_favour(granted().pk, now=NOW + DAY)
    assert (row.words, row.shown_as, row.is_granted) == ("", "", False)
    assert not Favour.objects.granted().exists()


def test_opening_the_page_changes_nothing_and_the_form_says_yes(client):
    promoter()
    row = asked()
    path = reverse("loop:favour", args=[favour_link(row).split("/")[-2]])
    assert "May we quote you?" in client.get(path).content.decode()
    assert not Favour.objects.granted().exists()
    told = {"wish": "yes", "words": "Quick.", "shown_as": "Ana", "agrees": "yes"}
    assert client.post(path, told).status_code == 200
    row.refresh_from_db()
    assert row.is_granted
    assert "may publish these words" in row.wording


def test_a_yes_without_a_tick_is_none_and_the_words_stay_in_the_form(client):
    promoter()
    row = asked()
    answer = client.post(f"/q/{favour_link(row).split('/')[-2]}/", {"wish": "yes", "words": "Quick."})
    assert answer.status_code == 422
    assert "Quick." in answer.content.decode()
    assert not Favour.objects.granted().exists()


def test_no_on_the_page_is_a_no(client):
    promoter()
    row = asked()
    client.post(f"/q/{favour_link(row).split('/')[-2]}/", {"wish": "no"})
    row.refresh_from_db()
    assert row.declined_at is not None


def test_the_button_of_the_mail_program_stops_all_mail(client):
    promoter()
    row = asked()
    answer = client.post(f"/q/{favour_link(row).split('/')[-2]}/", {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert is_suppressed("email", "c-1@example.org")


def test_a_forged_link_finds_nothing(client):
    promoter()
    asked()
    assert find_favour("1:forged") is None
    assert client.get("/q/1:forged/", REMOTE_ADDR="198.51.100.7").status_code == 404


# The link to pass on.
def test_the_link_leads_to_our_page_with_the_promoters_code_and_is_counted(client, welcome):
    promoter()
    row = granted(REFERRAL)
    path = share_link(row).removeprefix("http://localhost:8000")
    answer = client.get(f"/r/{row.code}/")
    assert answer.headers["Location"] == f"https://shop.example/welcome?ref={row.code}"
    client.head(f"/r/{row.code}/")
    row.refresh_from_db()
    assert row.visits == 1
    assert row.code in path


def test_a_link_that_was_taken_back_or_never_granted_leads_nowhere(client, welcome):
    promoter()
    row = asked(REFERRAL)
    assert client.get(f"/r/{row.code}/", REMOTE_ADDR="198.51.100.8").status_code == 404
    grant_favour(row.pk, wording=WORDS, now=NOW)
    decline_favour(row.pk, now=NOW)
    assert follow_link(row.code) is None


# Erasure.
def test_an_erased_promoter_leaves_no_words_name_or_address():
    who = promoter()
    row = granted()
    erase_customer(who.pk)
    row.refresh_from_db()
    assert (row.customer, row.address, row.words, row.shown_as, row.is_granted) == (None, "", "", "", False)


# What they are worth.
def referral_of(who, number: int) -> None:
    rule, _made = FactRule.objects.get_or_create(touchpoint=touchpoint(), kind=FactKind.REFERRAL)
    event = rows.event(touchpoint(), who, f"ref-{number}", occurred_at=NOW - DAY)
    Fact.objects.create(
        rule=rule, event=event, kind=rule.kind, touchpoint=touchpoint(), customer=who, occurred_at=NOW - DAY
    )


def test_promoters_who_referred_somebody_stand_beside_all_others_who_did():
    for number in range(4):
        who = promoter(number, score=10 if number < 2 else 3)
        if number < 1:
            referral_of(who, number)
    found = advocate_report(now=NOW)
    assert (found.promoters, found.referring.value, found.others.value, found.others.n) == (2, 50, 0, 2)
    assert not found.is_clear


def test_the_worth_is_of_those_whose_value_is_known_and_says_how_many_these_are():
    promoter(1, annual_value=100)
    promoter(2)
    found = advocate_report(now=NOW)
    assert (found.worth, found.worth_known, found.promoters) == (100, 1, 2)


def test_the_most_valuable_promoter_stands_first_and_the_unknown_last():
    few, unknown, many = promoter(1, annual_value=10), promoter(2), promoter(3, annual_value=90)
    assert list(promoters_by_worth(now=NOW)) == [many, few, unknown]
    assert [row.score for row in advocates([many], now=NOW)] == [10]


# The pages.
def test_a_manager_asks_on_the_page_and_sees_who_was_asked():
    promoter()
    desk = browser(staff("manager"))
    assert "1 of 1 promoters may be asked now." in desk.get(reverse("loop:promoters")).content.decode()
    desk.post(reverse("loop:ask_favour", args=["quote"]), {"expected": 1})
    assert Favour.objects.get().asked_by.username == "manager"
    assert desk.post(reverse("loop:ask_favour", args=["money"]), {"expected": 1}).status_code == 404


def test_an_analyst_reads_the_list_and_asks_nobody():
    promoter()
    desk = browser(staff("analyst"))
    assert desk.get(reverse("loop:promoters")).status_code == 200
    assert desk.post(reverse("loop:ask_favour", args=["quote"]), {"expected": 1}).status_code == 403
    assert not Favour.objects.exists()


def test_only_granted_quotes_may_be_printed():
    promoter()
    row, desk = granted(), browser(staff("manager"))
    assert "Quick and kind." in desk.get(reverse("loop:quotes")).content.decode()
    decline_favour(row.pk, now=NOW)
    assert "Quick and kind." not in desk.get(reverse("loop:quotes")).content.decode()
