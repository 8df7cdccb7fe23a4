"""Two people edit one draft: the second is told what the first changed, and nothing is lost."""

import pytest

from surveys.models import Question
from surveys.services.surveys import create_from_template, publish_survey
from surveys.tests.designer import change_url, client_of, form_data, saved_rows, seen_by, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey():
    return create_from_template("nps", locale="en")


@pytest.fixture
def ana():
    return client_of(staff("designer"))


@pytest.fixture
def ben():
    return client_of(staff("admin"))


def reword(survey, key: str, text: str) -> list[dict]:
    rows = saved_rows(survey)
    place = list(survey.questions.values_list("key", flat=True)).index(key)
    rows[place]["text"] = text
    return rows


def test_the_second_save_is_refused_with_what_the_first_one_changed(survey, ana, ben):
    seen = seen_by(ben, survey)
    ana.post(change_url(survey), form_data(survey, reword(survey, "why", "Why is that?"), draft_seen=seen))
    answer = ben.post(change_url(survey), form_data(survey, name="Ben's name", draft_seen=seen))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "is worded anew: “Why is that?”" in page
    assert "a-designer" in page


def test_what_the_second_one_typed_is_still_in_the_form(survey, ana, ben):
    seen = seen_by(ben, survey)
    ana.post(change_url(survey), form_data(survey, title="Ana's title", draft_seen=seen))
    answer = ben.post(change_url(survey), form_data(survey, introduction="Ben's words", draft_seen=seen))
    assert "Ben&#x27;s words" in answer.content.decode()
    survey.refresh_from_db()
    assert (survey.title, survey.introduction) == ("Ana's title", "Two questions, less than a minute.")


def test_saving_again_after_the_warning_goes_through(survey, ana, ben):
    seen = seen_by(ben, survey)
    ana.post(change_url(survey), form_data(survey, title="Ana's title", draft_seen=seen))
    refused = ben.post(change_url(survey), form_data(survey, title="Ben's title", draft_seen=seen))
    again = form_data(survey, title="Ben's title", draft_seen=refused.context["draft_seen"])
    assert ben.post(change_url(survey), again).status_code == 302
    survey.refresh_from_db()
    assert survey.title == "Ben's title"


def test_a_question_that_the_other_one_added_stays(survey, ana, ben):
    seen = seen_by(ben, survey)
    mine = form_data(survey, title="Ben's title")
    theirs = [*saved_rows(survey), {"kind": "text", "text": "Anything else?", "position": 7}]
    ana.post(change_url(survey), form_data(survey, theirs, draft_seen=seen))
    refused = ben.post(change_url(survey), mine | {"draft_seen": seen})
    ben.post(change_url(survey), mine | {"draft_seen": refused.context["draft_seen"]})
    assert survey.questions.count() == 3


def test_a_question_that_the_other_one_deleted_is_named_in_the_form(survey, ana, ben):
    seen, mine = seen_by(ben, survey), form_data(survey)
    Question.objects.get(survey=survey, key="why").delete()
    answer = ben.post(change_url(survey), mine | {"draft_seen": seen})
    assert "Somebody deleted this question while you were editing" in answer.content.decode()


def test_publishing_in_between_is_no_conflict(survey, ana):
    seen = seen_by(ana, survey)
    publish_survey(survey.pk, actor=None, now=survey.created_at)
    answer = ana.post(change_url(survey), form_data(survey, title="Another title", draft_seen=seen))
    assert answer.status_code == 302


def test_saving_the_same_twice_is_no_conflict(survey, ana, ben):
    seen = seen_by(ben, survey)
    ana.post(change_url(survey), form_data(survey, draft_seen=seen))
    assert ben.post(change_url(survey), form_data(survey, draft_seen=seen)).status_code == 302


def test_a_form_that_does_not_say_what_it_saw_is_not_trusted(survey, ana):
    assert ana.post(change_url(survey), form_data(survey, draft_seen="made up")).status_code == 409
