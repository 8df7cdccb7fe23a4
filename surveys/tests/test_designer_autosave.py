"""The draft saves itself: nothing is published, nothing deleted, and nobody's words are written over."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from surveys.models import Question, Survey
from surveys.services.surveys import create_from_template, publish_survey
from surveys.tests.designer import client_of, form_data, saved_rows, seen_by, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey():
    return create_from_template("delivery", locale="en")


@pytest.fixture
def ana():
    return client_of(staff("designer"))


@pytest.fixture
def ben():
    return client_of(staff("admin"))


def autosave(client, survey, questions=None, seen=None, **fields):
    seen = seen or seen_by(client, survey)
    url = reverse("admin:surveys_survey_autosave", args=[survey.pk])
    return client.post(url, form_data(survey, questions, draft_seen=seen, **fields))


def test_what_was_typed_is_saved_and_the_time_is_said(ana, survey):
    answer = autosave(ana, survey, title="How did it arrive?")
    survey.refresh_from_db()
    assert survey.title == "How did it arrive?"
    assert answer.json()["saved"].startswith("Saved ")


def test_what_is_live_stays_as_it_was_published(ana, survey):
    version = publish_survey(survey.pk, actor=None, now=survey.created_at)
    autosave(ana, survey, title="How did it arrive?")
    survey.refresh_from_db()
    assert survey.live_version == version
    assert version.definition["title"] == "Your delivery"


def test_a_new_question_gets_its_number_and_its_key_told(ana, survey):
    rows = [*saved_rows(survey), {"kind": "single", "text": "How?", "position": 9, "choices": [{"text": "Fast"}]}]
    told = autosave(ana, survey, rows).json()["rows"]
    made = Question.objects.get(text="How?")
    assert told["questions-3"] == {"id": made.pk, "key": "how"}
    assert told["questions-3-choices-0"] == {"id": made.choices.get().pk, "key": "fast"}


def test_saving_again_with_what_was_told_makes_no_second_question(ana, survey):
    rows = [*saved_rows(survey), {"kind": "text", "text": "How?", "position": 9}]
    first = autosave(ana, survey, rows).json()
    again = autosave(ana, survey, title="Anew", seen=first["draft_seen"])
    assert again.status_code == 200
    assert survey.questions.count() == 4


def test_a_row_marked_to_go_stays_until_somebody_saves_by_hand(ana, survey):
    rows = saved_rows(survey)
    rows[2]["DELETE"] = True
    assert autosave(ana, survey, rows).status_code == 200
    assert survey.questions.count() == 3


def test_an_incomplete_form_is_not_saved_and_says_why(ana, survey):
    rows = [*saved_rows(survey), {"kind": "text", "text": "", "position": 9, "help_text": "x", "rotation_slot": "a"}]
    answer = autosave(ana, survey, rows, title="Not yet")
    survey.refresh_from_db()
    assert answer.status_code == 422
    assert "This field is required" in answer.json()["problem"]
    assert survey.title == "Your delivery"


def test_a_draft_that_somebody_else_saved_meanwhile_is_left_alone_and_both_values_are_shown(ana, ben, survey):
    seen = seen_by(ben, survey)
    autosave(ana, survey, title="Ana's title")
    answer = autosave(ben, survey, seen=seen, title="Ben's title")
    survey.refresh_from_db()
    box = answer.json()["box"]
    assert answer.status_code == 409
    assert survey.title == "Ana's title"
    assert "Ana&#x27;s title" in box and "Ben&#x27;s title" in box


def test_a_field_that_only_the_other_one_changed_is_taken_from_there_unless_chosen_otherwise(ana, ben, survey):
    seen, mine = seen_by(ben, survey), form_data(survey, title="Ben's title")
    autosave(ana, survey, introduction="Ana's introduction")
    url = reverse("admin:surveys_survey_autosave", args=[survey.pk])
    box = ben.post(url, mine | {"draft_seen": seen}).json()["box"]
    assert 'name="take-introduction" value="theirs" checked' in box
    assert "take-title" not in box


def test_both_wordings_of_a_question_are_shown(ana, ben, survey):
    seen = seen_by(ben, survey)
    rows = saved_rows(survey)
    rows[2]["text"] = "Ana's question?"
    autosave(ana, survey, rows)
    rows[2]["text"] = "Ben's question?"
    box = autosave(ben, survey, rows, seen=seen).json()["box"]
    assert 'data-clash="questions-2-text" data-theirs="Ana&#x27;s question?"' in box
    assert "Ben&#x27;s question?" in box


def test_after_the_choice_saving_goes_on(ana, ben, survey):
    seen = seen_by(ben, survey)
    autosave(ana, survey, title="Ana's title")
    refused = autosave(ben, survey, seen=seen, title="Ben's title").json()
    assert autosave(ben, survey, seen=refused["draft_seen"], title="Ben's title").status_code == 200


def test_an_hour_of_typing_is_one_line_in_the_history(ana, survey):
    for title in ("One", "Two", "Three"):
        autosave(ana, survey, title=title)
    assert LogEntry.objects.filter(object_id=str(survey.pk)).count() == 1


def test_a_get_saves_nothing(ana, survey):
    assert ana.get(reverse("admin:surveys_survey_autosave", args=[survey.pk])).status_code == 405


def test_who_may_only_look_saves_nothing(survey):
    manager = client_of(staff("manager"))
    url = reverse("admin:surveys_survey_autosave", args=[survey.pk])
    assert manager.post(url, form_data(survey, title="Mine")).status_code == 403
    assert Survey.objects.get().title == "Your delivery"


def test_a_page_of_a_new_survey_has_nothing_to_save_itself_to(ana):
    page = ana.get(reverse("admin:surveys_survey_add")).content.decode()
    assert 'data-autosave-url=""' in page
