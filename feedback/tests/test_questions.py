"""The closed questions of a survey, option by option: counts, shares of people, intervals, and the rows behind them."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from feedback.analytics.filters import Filters
from feedback.analytics.questions import Question, read_questions
from feedback.analytics.selection import EXACT_UP_TO, how_many, select_responses
from feedback.models import ChoiceRollup, Recount
from feedback.services.rollups import rebuild_waiting, recount_tonight
from feedback.services.segments import count_segment
from feedback.tests.programme import ASKED, make_segment, make_version
from feedback.tests.staff import browser, staff
from feedback.tests.test_dashboard_pages import heard, words
from surveys.models import Customer
from vocplatform.lib.periods import last_days
from vocplatform.lib.stats import wilson_interval

pytestmark = pytest.mark.django_db
ISSUES = (["late"], ["late", "lost"], ["late", "lost"], ["lost"], ["late"])


@pytest.fixture
def reader():
    return browser(staff("manager"))


@pytest.fixture
def asked():
    version = make_version()
    for issues in ISSUES:
        heard(version, issues=issues, heard=["7"], again=["yes"], recommend=7)
    heard(version, recommend=7)
    return version


def filters(**narrowed) -> Filters:
    return Filters(last_days(30, today=timezone.localdate()), **{"survey": "visit"} | narrowed)


def question(key: str, **narrowed) -> Question:
    return next(each for each in read_questions(filters(**narrowed)) if each.key == key)


def chosen(key: str, **narrowed) -> dict[str, int | None]:
    return {option.key: option.chose for option in question(key, **narrowed).options}


def test_of_several_choices_each_has_its_share_of_the_people_who_answered(asked):
    issues = question("issues")
    assert (issues.n, issues.adds_up, chosen("issues")) == (5, False, {"late": 4, "lost": 3})
    assert [option.share.value for option in issues.options] == [80.0, 60.0]
    assert issues.options[0].share.interval == wilson_interval(4, 5).scaled(100)


def test_one_choice_a_yes_and_a_point_of_a_scale_are_counted_alike(asked):
    assert chosen("heard") == {"friend": 0, "7": 5}
    assert chosen("again") == {"yes": 5, "no": 0}
    assert (chosen("recommend")["7"], question("recommend").n) == (6, 6)


def test_a_question_for_words_has_no_options(asked):
    assert "why" not in [each.key for each in read_questions(filters())]


def test_choices_that_were_taken_away_are_no_answer(asked):
    heard(asked, issues=[])
    assert question("issues").n == 5
    assert select_responses(filters(question="issues")).count() == 5


def test_a_choice_that_is_no_longer_offered_is_still_counted_and_says_so(asked):
    fewer = [{"key": "issues", "kind": "multiple", "text": "What?", "choices": [{"key": "late", "text": "Too late"}]}]
    heard(make_version(number=2, questions=fewer), issues=["late"])
    told = {option.text: (option.chose, option.is_offered) for option in question("issues").options}
    assert told == {"Too late": (5, True), "It was lost": (3, False)}


def test_a_change_of_words_is_counted(asked):
    reworded = [{**each, "text": "What was wrong?"} if each["key"] == "issues" else each for each in ASKED]
    make_version(number=2, questions=reworded)
    assert (question("issues").wordings, question("issues").text) == (2, "What was wrong?")


def test_fewer_than_five_anonymous_answers_are_hidden():
    version = make_version("visit", is_anonymous=True)
    for _turn in range(4):
        heard(version, issues=["late"], again=["no"])
    for key in ("issues", "again"):
        assert (question(key).n, {option.share.state for option in question(key).options}) == (None, {"hidden"})
        assert set(chosen(key).values()) == {None}


def test_a_segment_is_counted_by_itself(asked):
    gold = Customer.objects.create(external_id="C-1", attributes={"plan": "gold"})
    count_segment(make_segment("gold", ("customer", "plan", "is", "gold")).pk, now=timezone.now())
    heard(asked, customer=gold, issues=["lost"])
    assert chosen("issues", segment="gold") == {"late": 0, "lost": 1}


def test_an_option_leads_to_its_very_responses_and_a_chip_names_it(reader, asked):
    page = reader.get(reverse("responses"), {"survey": "visit", "question": "issues", "choice": "lost"})
    assert "3 responses" in words(page)
    assert "It was lost" in words(page)


def test_beyond_a_thousand_the_roll_ups_say_how_many(asked, monkeypatch):
    monkeypatch.setattr("feedback.analytics.selection.EXACT_UP_TO", 1)
    assert EXACT_UP_TO == 1000
    for key, choice, n in (("issues", "late", 4), ("issues", "", 5), ("again", "yes", 5), ("recommend", "7", 6)):
        mine = filters(question=key, choice=choice)
        assert how_many(select_responses(mine), mine).n == n


@pytest.mark.parametrize(
    "wrong",
    [
        {"question": "issues"},
        {"survey": "visit", "choice": "late"},
        {"survey": "visit", "question": "why"},
        {"survey": "visit", "question": "issues", "choice": "stolen"},
    ],
)
def test_a_question_or_choice_that_does_not_exist_is_refused(reader, asked, wrong):
    assert reader.get(reverse("responses"), wrong).status_code == 400


def test_page_file_and_api_show_the_same_numbers(reader, asked):
    page = words(reader.get(reverse("questions"), {"survey": "visit"}))
    assert "It came late 4 80 % 38 % to 96 %" in page
    assert "shares are of the people who answered" in page
    body = b"".join(reader.get(reverse("questions_csv"), {"survey": "visit"}).streaming_content).decode("utf-8-sig")
    rows = {(row["question"], row["choice"]): row for row in csv.DictReader(io.StringIO(body))}
    row = rows["issues", "late"]
    api = reader.get("/api/v1/questions", {"survey": "visit"}).json()["questions"]
    told = next(each for each in api if each["question"] == "issues")
    share = told["options"][0]["share"]
    assert (told["n"], share["value"], share["n"]) == (5, 80.0, 5) == (int(row["n"]), float(row["share"]), 5)
    assert (share["low"], share["high"]) == (float(row["low_95"]), float(row["high_95"]))


def test_a_choice_that_looks_like_a_formula_is_text_in_the_file(reader):
    asks = [{"key": "sum", "kind": "single", "text": "=1+1", "choices": [{"key": "a", "text": "@SUM(A1)"}]}]
    make_version(questions=asks)
    body = b"".join(reader.get(reverse("questions_csv"), {"survey": "visit"}).streaming_content).decode("utf-8-sig")
    assert "'=1+1" in body
    assert "'@SUM(A1)" in body


def test_without_a_survey_the_page_offers_them_and_the_api_asks_for_one(reader, asked):
    assert "Choose a survey" in words(reader.get(reverse("questions")))
    assert reader.get("/api/v1/questions").status_code == 400


def test_the_number_of_queries_does_not_grow_with_answers_or_questions(reader, asked):
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            reader.get(reverse("questions"), {"survey": "visit"})
        return len(seen)

    queries()
    before = queries()
    for _turn in range(5):
        heard(asked, issues=["late"], happy=3, easy=4, staff=2, first_contact=["no"])
    assert queries() == before


def test_the_night_after_an_upgrade_counts_choices_of_the_past(asked):
    ChoiceRollup.objects.all().delete()
    Recount.objects.update(rule=None)
    recount_tonight(now=timezone.now())
    rebuild_waiting()
    assert question("issues").n == 5


def test_a_designer_may_not_read_what_was_chosen():
    assert browser(staff("designer")).get(reverse("questions")).status_code == 403
