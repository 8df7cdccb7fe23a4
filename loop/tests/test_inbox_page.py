import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from loop.models import Case, Message
from loop.services.visits import note_visit
from loop.tests.rows import HOUR, NOON, case, customer, person, team
from loop.tests.staff import browser, staff

pytestmark = pytest.mark.django_db
INBOX = reverse("loop:inbox")


@pytest.fixture
def care():
    return team("Care")


@pytest.fixture
def ana(care):
    return staff("agent", "ana", team=care)


@pytest.fixture
def desk(ana):
    return browser(ana)


def opened(care, number="C-1", **fields) -> Case:
    answer = {name: fields.pop(name) for name in ("nps", "comment", "compound") if name in fields}
    row = case(who=customer(number, name=fields.pop("name", f"Customer {number}")), **answer)
    Case.objects.filter(pk=row.pk).update(team=care, **fields)
    row.refresh_from_db()
    return row


def codes(response) -> list[str]:
    return [row.case.code for row in response.context["rows"]]


def test_a_stranger_is_sent_to_the_login():
    assert Client().get(INBOX).headers["Location"].startswith(reverse("login"))


@pytest.mark.parametrize("role", ["analyst", "designer"])
def test_a_role_that_works_no_cases_is_refused(role):
    assert browser(staff(role)).get(INBOX).status_code == 403


def test_a_score_of_0_is_shown_as_0(desk, care):
    opened(care, nps=0)
    shown = desk.get(f"{INBOX}?view=all").content.decode()
    assert re.search(r"<b[^>]*>0</b>", shown)
    assert "NPS 0 of 10" in shown


def test_a_comment_that_nobody_could_read_is_not_scored_and_never_neutral(desk, care):
    opened(care, nps=1, comment="Lieferung kam nicht an")
    shown = desk.get(f"{INBOX}?view=all").content.decode()
    assert "not scored" in shown
    assert "neutral" not in shown


def test_what_a_customer_wrote_is_shown_as_text_and_never_as_markup(desk, care):
    opened(care, comment="<script>alert(1)</script>", compound=-0.5)
    shown = desk.get(f"{INBOX}?view=all").content.decode()
    assert "&lt;script&gt;alert(1)" in shown


def queries_of(desk) -> int:
    with CaptureQueriesContext(connection) as counted:
        desk.get(f"{INBOX}?view=all")
    return len(counted)


def test_the_number_of_queries_does_not_grow_with_the_rows(desk, care):
    for number in range(2):
        opened(care, f"A-{number}", comment="Bad", compound=-0.5)
    queries_of(desk)  # what is measured once an hour is measured now
    few = queries_of(desk)
    for number in range(8):
        opened(care, f"B-{number}", comment="Bad", compound=-0.5)
    assert queries_of(desk) == few


@pytest.mark.parametrize("text", ["100%", "a_b", "it's", "\\", "🙂", "["])
def test_signs_of_the_database_are_only_signs_in_a_search(desk, care, text):
    hit = opened(care, comment=f"They said {text} of it", compound=-0.5)
    opened(care, "C-2", comment="They said 100 or axb of it", compound=-0.5)
    assert codes(desk.get(INBOX, {"view": "all", "q": text})) == [hit.code]


@pytest.mark.parametrize("column", ["code", "name", "number", "address"])
def test_a_search_finds_a_case_by_its_code_and_its_customer(desk, care, column):
    wanted = opened(care, "C-77", name="Marta Nowak")
    opened(care, "C-2", name="Tom Becker")
    text = {"code": wanted.code.lower(), "name": "nowak", "number": "C-77", "address": "c-77@example.org"}[column]
    assert codes(desk.get(INBOX, {"view": "all", "q": text})) == [wanted.code]


def test_a_search_that_is_too_long_is_told_and_narrows_nothing(desk, care):
    opened(care)
    response = desk.get(INBOX, {"view": "all", "q": "x" * 10_000})
    assert len(codes(response)) == 1
    assert "at most 100 characters" in response.content.decode()


@pytest.mark.parametrize("query", ["owner=abc", "team=999999", "severity=worst", "status=;drop", "page=zero", "view=?"])
def test_a_filter_that_makes_no_sense_breaks_nothing(desk, care, query):
    opened(care)
    assert desk.get(f"{INBOX}?view=all&{query}").status_code == 200


def test_a_filter_by_team_cannot_reach_into_another_team(desk, care):
    other = team("Billing")
    opened(other)
    assert codes(desk.get(INBOX, {"view": "all", "team": other.pk})) == []


def test_ended_cases_are_found_by_their_status(desk, care):
    ended = opened(care, status=Case.Status.DECLINED)
    opened(care, "C-2")
    assert codes(desk.get(INBOX, {"view": "all", "status": "declined"})) == [ended.code]


def test_more_cases_than_a_page_holds_stand_on_the_next_one(desk, care, monkeypatch):
    monkeypatch.setattr("loop.views.inbox.ROWS", 2)
    for number in range(3):
        opened(care, f"C-{number}")
    assert [len(codes(desk.get(f"{INBOX}?view=all&page={number}"))) for number in (1, 2)] == [2, 1]


def test_a_case_is_unread_until_its_page_was_open_and_again_when_it_changes(desk, ana, care):
    row = opened(care)
    assert desk.get(f"{INBOX}?view=all").context["rows"][0].is_unread
    note_visit(row, actor=ana, now=timezone.now() + HOUR)
    assert not desk.get(f"{INBOX}?view=all").context["rows"][0].is_unread
    Case.objects.filter(pk=row.pk).update(updated_at=timezone.now() + 2 * HOUR)
    assert desk.get(f"{INBOX}?view=all").context["rows"][0].is_unread


def test_a_case_in_which_the_customer_has_the_last_word_says_so(desk, care):
    row = opened(care)
    Message.objects.create(case=row, direction=Message.Direction.IN, subject="Re", body="And now?", created_at=NOON)
    assert "customer replied" in desk.get(f"{INBOX}?view=all").content.decode()


def test_the_counters_tell_how_many_cases_came_since(desk, care):
    before = opened(care)
    opened(care, "C-2")
    shown = desk.get(reverse("loop:inbox_counts"), {"view": "all", "newest": before.pk}).content.decode()
    assert "One new case has come." in shown


def test_an_empty_view_says_what_that_means(desk):
    assert "No case is waiting for you." in desk.get(INBOX).content.decode()


def test_a_look_at_the_inbox_changes_no_row(desk, care):
    opened(care)
    before = list(Case.objects.values())
    desk.get(f"{INBOX}?view=all")
    assert list(Case.objects.values()) == before


def test_a_person_without_the_right_to_assign_is_offered_nobody_else(desk, care):
    person("cho", care)
    opened(care)
    assert 'value="assign"' not in desk.get(f"{INBOX}?view=all").content.decode()
