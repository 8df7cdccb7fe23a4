from datetime import UTC, datetime

import pytest

from surveys.definition.check import check, may_publish
from surveys.definition.diff import compare
from surveys.definition.freeze import freeze
from surveys.definition.schema import read_definition
from surveys.library.questionnaires import SURVEYS
from surveys.library.shelf import NoSuchTemplate
from surveys.models import Choice, Question, Survey, SurveyVersion
from surveys.models.version import FrozenRow
from surveys.services.drafts import draft_content, write_draft
from surveys.services.surveys import (
    NotReady,
    close_survey,
    create_from_template,
    duplicate_survey,
    publish_survey,
    reopen_survey,
    restore_draft,
    roll_back,
)

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def survey():
    return create_from_template("delivery", locale="en")


def publish(survey: Survey, **kwargs) -> SurveyVersion:
    return publish_survey(survey.pk, actor=None, now=NOON, **kwargs)


def draft(survey: Survey) -> Survey:
    return Survey.objects.with_draft().get(pk=survey.pk)


def reword(survey: Survey, key: str, text: str) -> None:
    Question.objects.filter(survey=survey, key=key).update(text=text)


def test_publishing_freezes_the_draft_as_version_1_and_makes_it_live(survey):
    version = publish(survey, note="First")
    assert (version.number, version.note, version.published_at) == (1, "First", NOON)
    assert version.definition == freeze(draft(survey))
    assert draft(survey).live_version == version


def test_publishing_a_draft_that_did_not_change_makes_no_new_version(survey):
    assert publish(survey) == publish(survey)
    assert survey.versions.count() == 1


def test_a_changed_draft_becomes_the_next_version_and_the_old_one_stays_as_it_was(survey):
    first = publish(survey)
    before = first.definition
    reword(survey, "csat", "How happy are you with the delivery?")
    second = publish(survey)
    assert (second.number, draft(survey).live_version) == (2, second)
    assert SurveyVersion.objects.get(pk=first.pk).definition == before


def test_editing_the_draft_does_not_touch_what_is_live(survey):
    version = publish(survey)
    survey.questions.all().delete()
    assert len(SurveyVersion.objects.get(pk=version.pk).definition["questions"]) == 3


def test_a_version_cannot_be_saved_again(survey):
    version = publish(survey)
    version.note = "Another"
    with pytest.raises(FrozenRow):
        version.save()


def test_a_survey_that_asks_nothing_is_refused_with_the_reason(survey):
    survey.questions.all().delete()
    with pytest.raises(NotReady) as refused:
        publish(survey)
    assert "asks nothing yet" in str(refused.value)
    assert draft(survey).live_version is None


def test_a_choice_question_without_choices_is_refused_by_name(survey):
    Choice.objects.filter(question__survey=survey).delete()
    with pytest.raises(NotReady) as refused:
        publish(survey)
    assert [problem.question for problem in refused.value.problems] == ["issues"]


def test_warnings_do_not_forbid_publishing(survey):
    Question.objects.create(survey=survey, key="both", kind="csat", text="Was it quick and friendly?", position=9)
    assert any(not problem.is_error for problem in check(read_definition(freeze(draft(survey)))))
    assert publish(survey).number == 1


def test_rolling_back_publishes_the_old_definition_as_a_new_version(survey):
    first = publish(survey)
    reword(survey, "csat", "How happy are you with the delivery?")
    publish(survey)
    third = roll_back(first.pk, actor=None, now=NOON)
    assert (third.number, third.checksum, third.note) == (3, first.checksum, "As in version 1")
    assert draft(survey).live_version == third


def test_rolling_back_to_what_is_live_changes_nothing(survey):
    first = publish(survey)
    assert roll_back(first.pk, actor=None, now=NOON) == first


def test_rolling_back_leaves_the_draft_alone(survey):
    first = publish(survey)
    reword(survey, "csat", "How happy are you with the delivery?")
    publish(survey)
    roll_back(first.pk, actor=None, now=NOON)
    assert survey.questions.get(key="csat").text == "How happy are you with the delivery?"


def test_a_restored_draft_asks_exactly_what_the_version_asks(survey):
    first = publish(survey)
    rows = set(survey.questions.values_list("pk", flat=True))
    reword(survey, "csat", "Another question?")
    Question.objects.filter(survey=survey, key="issues").delete()
    Question.objects.create(survey=survey, key="extra", kind="text", text="Extra?", position=9)
    restore_draft(first.pk)
    assert freeze(draft(survey)) == first.definition
    assert survey.questions.get(key="csat").pk in rows


def test_a_copy_asks_the_same_but_is_not_live(survey):
    publish(survey)
    copy = duplicate_survey(survey.pk)
    assert (copy.name, copy.slug, copy.live_version) == ("After a delivery (copy)", "after-a-delivery-copy", None)
    assert compare(*(read_definition(freeze(draft(one))) for one in (survey, copy))) == []


def test_a_copy_of_a_copy_gets_a_free_short_name(survey):
    assert duplicate_survey(survey.pk).slug != duplicate_survey(survey.pk).slug


def test_the_copy_waits_for_its_own_questions(survey):
    copy = duplicate_survey(survey.pk)
    assert copy.questions.get(key="issues").show_if_question.survey == copy


@pytest.mark.parametrize("plan", SURVEYS, ids=lambda plan: plan.key)
def test_every_template_can_be_published_as_it_is_and_warns_of_nothing(plan):
    definition = read_definition(freeze(draft(create_from_template(plan.key, locale="en"))))
    assert may_publish(definition)
    assert check(definition) == []


def test_the_score_questions_keep_their_published_wording():
    texts = {
        question.kind: str(question.text)
        for plan in SURVEYS
        for question in plan.questions
        if plan.key in {"nps", "ces"}
    }
    assert texts["nps"] == "How likely is it that you would recommend us to a friend or colleague?"
    assert texts["ces"] == "The company made it easy for me to handle my issue."


def test_an_unknown_template_is_refused():
    with pytest.raises(NoSuchTemplate):
        create_from_template("horoscope", locale="en")


def test_two_surveys_from_one_template_live_side_by_side():
    assert create_from_template("nps", locale="en").slug != create_from_template("nps", locale="en").slug


def test_a_closed_survey_can_be_opened_again(survey):
    close_survey(survey.pk, now=NOON)
    assert draft(survey).closed_at == NOON
    reopen_survey(survey.pk, now=NOON)
    assert draft(survey).closed_at is None


def test_two_drafts_with_the_same_words_are_the_same_whoever_saved_them(survey):
    before = draft_content(draft(survey))
    write_draft(survey, read_definition(freeze(draft(survey))))
    assert draft_content(draft(survey)) == before
