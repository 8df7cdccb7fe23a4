"""A draft that saves itself, in a real browser: the words in the corner, a lost connection, and two editors."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from surveys.models import Discarded, Survey
from surveys.services.surveys import create_from_template
from surveys.tests.designer import change_url
from vocplatform.tests.browser.test_designer import MOST_CLICKS, Desk, desk  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def survey() -> Survey:
    return create_from_template("delivery", locale="en")


def says(desk: Desk, words: str) -> None:  # noqa: F811
    expect(desk.page.locator("[data-unsaved]")).to_contain_text(words, timeout=8000)


def test_two_seconds_after_the_last_key_the_draft_is_saved(desk: Desk, survey):  # noqa: F811
    desk.open(change_url(survey))
    desk.page.locator("#id_title").press_sequentially("!", delay=20)
    says(desk, "Not saved yet")
    says(desk, "Saved ")
    survey.refresh_from_db()
    assert survey.title.endswith("!") or survey.title.startswith("!")
    assert survey.live_version is None


def test_new_rows_are_saved_once_and_stay_editable(desk: Desk, survey):  # noqa: F811
    desk.open(change_url(survey))
    desk.add("single", "How did it come?")
    desk.card(4).locator(".voc-choice-text input[type=text]").nth(1).fill("By van")
    says(desk, "Saved ")
    desk.card(4).locator(".voc-choice-text input[type=text]").nth(0).fill("By bike")
    desk.field(4, "text").fill("How did it arrive?")
    says(desk, "Saved ")
    desk.save()
    made = survey.questions.get(kind="single")
    assert made.text == "How did it arrive?"
    assert sorted(choice.text for choice in made.choices.all()) == ["By bike", "By van"]
    assert survey.questions.count() == 4


def test_a_question_taken_away_goes_by_hand_only_and_can_be_brought_back(desk: Desk, survey):  # noqa: F811
    desk.open(change_url(survey))
    desk.click(desk.card(3).get_by_role("button", name="Remove").first)
    says(desk, "Saved ")
    assert survey.questions.count() == 3
    desk.save()
    assert survey.questions.count() == 2
    desk.open(reverse("admin:surveys_survey_discarded"))
    desk.click(desk.page.get_by_role("button", name="Bring back"))
    expect(desk.page.get_by_text("It is back.")).to_be_visible()
    assert survey.questions.count() == 3 and not Discarded.objects.exists()


def test_without_a_connection_it_says_so_and_saves_once_there_is_one(desk: Desk, survey):  # noqa: F811
    desk.open(change_url(survey))
    desk.page.context.set_offline(True)
    desk.page.fill("#id_title", "Typed on a train")
    says(desk, "No connection")
    desk.page.context.set_offline(False)
    says(desk, "Saved ")
    survey.refresh_from_db()
    assert survey.title == "Typed on a train"


def test_when_a_colleague_saved_meanwhile_both_values_are_shown_and_the_choice_is_saved(desk: Desk, survey):  # noqa: F811
    desk.open(change_url(survey))
    Survey.objects.update(title="Ben's title", introduction="Ben's introduction")
    desk.page.fill("#id_title", "My title")
    box = desk.page.locator("[data-conflict]")
    expect(box.get_by_text("Ben's title")).to_be_visible(timeout=8000)
    expect(box.get_by_text("My title")).to_be_visible()
    desk.click(box.get_by_role("button", name="Go on with what is chosen here"))
    says(desk, "Saved ")
    survey.refresh_from_db()
    assert (survey.title, survey.introduction) == ("My title", "Ben's introduction")


def test_saving_by_hand_while_a_save_is_under_way_is_no_conflict(desk: Desk, survey):  # noqa: F811
    desk.open(change_url(survey))
    with desk.page.expect_request("**/autosave/"):
        desk.page.fill("#id_title", "In a hurry")
    with desk.page.expect_navigation():
        desk.save()
    expect(desk.page.locator("[data-conflict]")).to_have_count(0)
    survey.refresh_from_db()
    assert survey.title == "In a hurry"


def test_a_condition_on_a_row_that_was_new_stays_after_it_was_saved(desk: Desk, survey):  # noqa: F811
    desk.open(change_url(survey))
    desk.add("yes_no", "Did it arrive?")
    desk.add("text", "What now?")
    desk.click(desk.card(5).locator("summary"))
    desk.field(5, "waits_for").select_option(label="4. Did it arrive?")
    says(desk, "Saved ")
    desk.field(5, "text").fill("What now, then?")
    says(desk, "Saved ")
    waiting = survey.questions.get(text="What now, then?")
    assert waiting.show_if_question.text == "Did it arrive?"


def test_a_path_is_walked_and_a_language_translated_without_a_script_error(desk: Desk, survey):  # noqa: F811
    problems = []
    desk.page.on("pageerror", lambda error: problems.append(str(error)))
    desk.open(change_url(survey))
    desk.click(desk.page.get_by_role("link", name="Paths"))
    desk.click(desk.page.get_by_role("link", name="Walk it").first)
    expect(desk.page.get_by_text("This person sees 3 questions.")).to_be_visible()
    desk.click(desk.page.get_by_role("link", name="Languages"))
    desk.page.get_by_label("Add a language").select_option("de")
    desk.click(desk.page.get_by_role("button", name="Add", exact=True))
    desk.page.locator("[name='text-title']").fill("Ihre Lieferung")
    desk.click(desk.page.get_by_role("button", name="Save", exact=True))
    expect(desk.page.get_by_text("1 text")).to_be_visible()
    assert desk.clicks <= MOST_CLICKS and problems == []
