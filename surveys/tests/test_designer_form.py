"""The designer's cards, saved as a browser posts them."""

import pytest
from django.urls import reverse

from surveys.models import Question, Survey
from surveys.services.surveys import create_from_template, publish_survey
from surveys.tests.designer import change_url, client_of, form_data, saved_rows, seen_by, staff

pytestmark = pytest.mark.django_db

NEW = [
    {"kind": "nps", "text": "Would you recommend us?", "position": 0},
    {
        "kind": "single",
        "text": "How did you come?",
        "position": 1,
        "choices": [{"text": "By bus"}, {"text": "On foot"}],
    },
    {
        "kind": "text",
        "text": "What went wrong?",
        "position": 2,
        "waits_for": "row-0",
        "show_if_operator": "at_most",
        "show_if_value": "6",
    },
]


@pytest.fixture
def designer():
    return client_of(staff("designer"))


def add(designer, questions, **fields) -> Survey:
    response = designer.post(reverse("admin:surveys_survey_add"), form_data(questions=questions, **fields))
    assert response.status_code == 302, response.context["errors"]
    return Survey.objects.get(slug="visit")


def save(designer, survey, questions=None, **fields):
    return designer.post(
        change_url(survey), form_data(survey, questions, draft_seen=seen_by(designer, survey), **fields)
    )


def keys(survey: Survey) -> list[str]:
    return list(survey.questions.values_list("key", flat=True))


def test_a_whole_survey_is_added_by_one_form(designer):
    survey = add(designer, NEW)
    assert keys(survey) == ["nps", "how-did-you-come", "what-went-wrong"]
    assert [choice.key for choice in survey.questions.get(kind="single").choices.all()] == ["by-bus", "on-foot"]


def test_a_new_question_may_wait_for_another_new_one(designer):
    waiting = add(designer, NEW).questions.get(kind="text")
    assert (waiting.show_if_question.key, waiting.show_if_operator, waiting.show_if_value) == ("nps", "at_most", "6")


def test_a_condition_on_a_new_choice_is_kept_by_its_key(designer):
    rows = [NEW[1], {"kind": "text", "text": "Which line?", "waits_for": "row-0"}]
    rows[1] |= {"show_if_operator": "is", "show_if_value": "By bus", "position": 1}
    assert add(designer, rows).questions.get(kind="text").show_if_value == "by-bus"


def test_questions_stand_as_they_were_sorted(designer):
    survey = add(designer, [{**row, "position": 9 - place} for place, row in enumerate(NEW[:2])])
    assert keys(survey) == ["how-did-you-come", "nps"]


def test_without_places_questions_stand_as_they_were_added(designer):
    survey = add(designer, [{**row, "position": ""} for row in NEW])
    assert keys(survey) == ["nps", "how-did-you-come", "what-went-wrong"]


def test_saved_questions_can_change_places(designer):
    survey = create_from_template("delivery", locale="en")
    rows = saved_rows(survey)
    for row, position in zip(rows, [2, 0, 1], strict=True):
        row["position"] = position
    save(designer, survey, rows)
    assert keys(survey) == ["issues", "comment", "csat"]


def test_two_questions_with_the_same_words_get_different_keys(designer):
    rows = [{"kind": "text", "text": "Why?"}, {"kind": "text", "text": "Why?"}]
    assert keys(add(designer, rows)) == ["why", "why-2"]


def test_a_key_is_fixed_once_the_question_exists(designer):
    survey = create_from_template("nps", locale="en")
    rows = saved_rows(survey)
    rows[0]["key"] = "another"
    save(designer, survey, rows)
    assert keys(survey) == ["nps", "why"]


def test_the_scale_of_a_published_question_is_fixed(designer):
    survey = create_from_template("nps", locale="en")
    publish_survey(survey.pk, actor=None, now=survey.created_at)
    rows = saved_rows(survey)
    rows[0]["kind"] = "csat"
    save(designer, survey, rows)
    assert survey.questions.get(key="nps").kind == "nps"


def test_the_scale_of_a_question_nobody_has_seen_may_change(designer):
    survey = create_from_template("nps", locale="en")
    rows = saved_rows(survey)
    rows[0]["kind"] = "rating"
    save(designer, survey, rows)
    assert survey.questions.get(key="nps").kind == "rating"


def test_the_key_of_a_published_question_is_never_given_to_another(designer):
    survey = create_from_template("nps", locale="en")
    publish_survey(survey.pk, actor=None, now=survey.created_at)
    rows = saved_rows(survey)
    rows[0]["DELETE"] = True
    rows.append({"kind": "nps", "text": "Would you come back?", "position": 5})
    save(designer, survey, rows)
    assert keys(survey) == ["why", "nps-2"]


def test_the_same_question_asked_again_takes_up_its_old_key(designer):
    survey = create_from_template("nps", locale="en")
    publish_survey(survey.pk, actor=None, now=survey.created_at)
    text = survey.questions.get(key="nps").text
    survey.questions.get(key="nps").delete()
    save(designer, survey, [*saved_rows(survey), {"kind": "nps", "text": text, "position": 5}])
    assert keys(survey) == ["why", "nps"]


def test_a_choice_taken_away_and_another_added_never_share_a_key(designer):
    survey = create_from_template("delivery", locale="en")
    publish_survey(survey.pk, actor=None, now=survey.created_at)
    rows = saved_rows(survey)
    rows[1]["choices"][0]["DELETE"] = True
    rows[1]["choices"].append({"text": "Late!"})
    save(designer, survey, rows)
    assert survey.questions.get(key="issues").choices.get(text="Late!").key == "late-2"


def test_a_question_that_another_waits_for_is_not_taken_away_unnoticed(designer):
    survey = create_from_template("delivery", locale="en")
    rows = saved_rows(survey)
    rows[0]["DELETE"] = True
    response = save(designer, survey, rows)
    assert "The question that this one waits for is gone" in response.content.decode()
    assert survey.questions.count() == 3


def test_a_condition_without_a_comparison_is_refused_in_words(designer):
    rows = [NEW[0], {"kind": "text", "text": "Why?", "waits_for": "row-0", "position": 1}]
    response = designer.post(reverse("admin:surveys_survey_add"), form_data(questions=rows))
    assert "Say when: is, is at least" in response.content.decode()


def test_a_condition_can_be_taken_back(designer):
    survey = create_from_template("delivery", locale="en")
    rows = saved_rows(survey)
    rows[1]["waits_for"] = ""
    save(designer, survey, rows)
    assert survey.questions.get(key="issues").show_if_question is None


def test_what_was_typed_stays_when_the_form_is_refused(designer):
    rows = [{"kind": "text", "text": "A long thought", "position": 0}, {"kind": "nps", "text": "", "position": 1}]
    response = designer.post(reverse("admin:surveys_survey_add"), form_data(questions=rows))
    assert response.status_code == 200
    assert 'value="A long thought"' in response.content.decode()
    assert not Survey.objects.exists()


def test_a_card_added_by_mistake_and_left_empty_is_ignored(designer):
    rows = [NEW[0], {"kind": "nps", "text": "", "position": 0}]
    assert keys(add(designer, rows)) == ["nps"]


def test_a_wrong_colour_is_refused_in_its_own_words(designer):
    data = form_data(questions=NEW, accent_colour="teal")
    assert (
        "Enter a colour such as #0b5d66." in designer.post(reverse("admin:surveys_survey_add"), data).content.decode()
    )


def test_saving_and_publishing_leads_to_the_page_that_shows_what_happens(designer):
    survey = create_from_template("nps", locale="en")
    response = save(designer, survey, _publish="1")
    assert response.url == reverse("admin:surveys_survey_publish", args=[survey.pk])


def test_a_published_survey_cannot_be_deleted(designer):
    survey = create_from_template("nps", locale="en")
    publish_survey(survey.pk, actor=None, now=survey.created_at)
    assert designer.post(reverse("admin:surveys_survey_delete", args=[survey.pk]), {"post": "yes"}).status_code == 403


def test_two_hundred_questions_with_choices_are_saved(designer):
    choices = [{"text": f"Choice {number}"} for number in range(3)]
    rows = [
        {"kind": "single", "text": f"Question {number}", "position": number, "choices": choices}
        for number in range(200)
    ]
    survey = add(designer, rows)
    assert Question.objects.filter(survey=survey).count() == 200


def test_the_designer_sees_which_question_counts_towards_first_contact_resolution(designer):
    questions = [
        {"kind": "yes_no", "text": "Was it solved at once?", "key": "first_contact", "position": 0},
        {"kind": "yes_no", "text": "Is it solved now?", "position": 1},
    ]
    page = designer.get(change_url(add(designer, questions))).content.decode()
    assert page.count("Counts towards “First contact resolution, as customers say”") == 1
