from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from feedback.analytics import selection
from feedback.analytics.filters import Filters
from feedback.analytics.selection import HowMany, how_many, newest_keys, select_responses
from feedback.models import Answer
from feedback.services.erasure import erase_customer
from feedback.tests.programme import NOW, answer, make_version
from surveys.models import Customer
from vocplatform.lib.periods import last_days
from vocplatform.lib.search import Term, read_terms, says_q

pytestmark = pytest.mark.django_db
WEEK = Filters(period=last_days(7, today=NOW.date()))
SAID = {
    "late": "The parcel was late, I waited forty-two minutes.",
    "wait": "No waiting at all; staff were friendly.",
    "mail": "Write to help@example.org or see https://example.org/help?a=1, it costs 3.50.",
    "dash": "A follow-up e-mail never came.",
    "german": "Die Wärme im Büro war zu viel. Ärgerlich!",
    "thai": "ส่งช้ามากครับ",
    "emoji": "Great 😀",
}


@pytest.fixture
def comments():
    version = make_version()
    return {answer(version, why=text).pk: name for name, text in SAID.items()}


def found(comments, asked: str) -> set[str]:
    return {comments[row.pk] for row in select_responses(WEEK.narrowed(text=asked))}


ASKED = [
    ("waited", {"late"}),
    ("WAIT", {"late", "wait"}),
    ("wait parcel", {"late"}),
    ("wait -parcel", {"wait"}),
    ('"no waiting"', {"wait"}),
    ('"waiting no"', set()),
    ('"was lat"', set()),
    ('-"was late" wait', {"wait"}),
    ("forty-two", {"late"}),
    ("minutes.", {"late"}),
    ("example.org", {"mail"}),
    ("3.50", {"mail"}),
    ("help@example.org", {"mail"}),
    ("e-mail", {"dash"}),
    ("büro", {"german"}),
    ("ช้ามาก", {"thai"}),
    ("😀", {"emoji"}),
    ("great -😀", set()),
    ("iting", set()),
]


@pytest.mark.parametrize("few", [2000, 0], ids=["few hits", "many hits"])
@pytest.mark.parametrize(("asked", "names"), ASKED)
def test_words_phrases_and_minus_mean_the_same_on_every_database(monkeypatch, comments, asked, names, few):
    monkeypatch.setattr(selection, "FEW_HITS", few)
    assert found(comments, asked) == names


def test_only_a_minus_finds_everything_else(comments):
    assert found(comments, "-parcel -ส่งช้า") == set(SAID) - {"late", "thai"}


@pytest.mark.parametrize(
    "asked", ['"', '""', "-", '-""', "'", "a' OR 1=1 --", "NEAR(", "a:b", "*", "()", "!&|", "%", "\\"]
)
def test_signs_that_mean_something_to_a_database_are_only_signs(comments, asked):
    assert found(comments, asked) <= set(SAID)


@given(st.text(max_size=60))
def test_whatever_is_typed_can_be_asked(asked):
    Answer.objects.filter(says_q("text", asked), kind="text").exists()


def test_a_quotation_that_never_ends_is_read_as_words():
    assert read_terms('"was late') == [Term(("was",)), Term(("late",))]


def test_a_comment_is_found_by_its_new_words_and_no_longer_by_its_old_ones(comments):
    row = Answer.objects.get(text=SAID["late"])
    row.text = "Everything came early."
    row.save(update_fields=["text"])
    assert (found(comments, "parcel"), found(comments, "early")) == (set(), {"late"})


def test_what_was_erased_is_not_found(comments):
    customer = Customer.objects.create(external_id="C-1")
    answer(make_version("other"), at=NOW - timedelta(hours=1), why="Bring it to Elm Street.", customer=customer)
    assert select_responses(WEEK.narrowed(text="elm")).count() == 1
    erase_customer(customer.pk)
    assert select_responses(WEEK.narrowed(text="elm")).count() == 0


def test_a_deleted_comment_leaves_nothing_to_find(comments):
    Answer.objects.filter(text=SAID["late"]).delete()
    assert found(comments, "parcel") == set()


def test_a_bulk_of_comments_is_found(comments):
    row = answer(make_version("other"), recommend=3)
    Answer.objects.bulk_create([Answer(response=row, question_key="why", kind="text", text="Bulky words.")])
    assert select_responses(WEEK.narrowed(text="bulky")).count() == 1


@pytest.mark.services
def test_postgresql_finds_words_by_their_index():
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL has this index")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        plan = Answer.objects.filter(says_q("text", "parcel late"), kind="text").explain()
    assert "answer_words" in plan


class TestManyHits:
    """Searches with more hits than are looked up by name; a few stand for thousands here."""

    @pytest.fixture(autouse=True)
    def few_are_many(self, monkeypatch):
        monkeypatch.setattr(selection, "FEW_HITS", 1)
        monkeypatch.setattr(selection, "EXACT_UP_TO", 2)

    def test_more_hits_than_anybody_counts_are_said_to_be_more_than(self, comments):
        version = make_version("other")
        for _hit in range(3):
            answer(version, why="I waited")
        filters = WEEK.narrowed(text="waited")
        assert how_many(select_responses(filters), filters) == HowMany(2, is_exact=False)

    def test_hits_that_other_filters_leave_out_do_not_count(self, comments):
        version = make_version("other")
        for _hit in range(3):
            answer(version, at=NOW - timedelta(days=30), why="I waited")
        filters = WEEK.narrowed(text="waited")
        assert how_many(select_responses(filters), filters) == HowMany(1, is_exact=True)

    @pytest.mark.parametrize("latest", [(1, 2), (1, 100), (100,), ()])
    def test_the_newest_hits_are_found_wherever_the_search_begins(self, latest, monkeypatch):
        monkeypatch.setattr(selection, "LATEST", latest)
        version = make_version()
        words = ["waited", "fine", "waited", "fine", "waited", "waited"]
        said = [answer(version, at=NOW - timedelta(hours=age // 2), why=why).pk for age, why in enumerate(words)]
        rows = select_responses(WEEK.narrowed(text="waited"))
        assert newest_keys(rows, 3, latest_in=WEEK.period) == [said[0], said[2], said[5]]
