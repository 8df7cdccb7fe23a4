"""Preview: the customers' own page, from what is typed, and nothing is stored."""

import re

import pytest
from django.apps import apps
from django.urls import reverse

from surveys.definition.freeze import freeze
from surveys.forms.sealed import seal_definition
from surveys.models import Invitation, Survey
from surveys.services.languages import add_language, lines_of, write_texts
from surveys.services.surveys import create_from_template, publish_survey
from surveys.tests.designer import client_of, form_data, saved_rows, staff

pytestmark = pytest.mark.django_db

STATE = re.compile(r'name="form" value="([^"]+)"')


@pytest.fixture
def designer():
    return client_of(staff("designer"))


@pytest.fixture
def survey():
    return create_from_template("support", locale="en")


def live(client, survey, *args, **fields):
    url = reverse("admin:surveys_survey_live", args=[survey.pk if survey else 0])
    return client.post(url, form_data(survey, *args, **fields))


def begin(client, survey, **fields):
    sealed = seal_definition(freeze(Survey.objects.with_draft().get(pk=survey.pk)))
    return client.post(reverse("survey_preview_draft"), {"definition": sealed, **fields})


def step(client, page, number: int, **answers):
    state = STATE.search(page.content.decode())[1]
    return client.post(reverse("survey_preview_draft"), {"form": state, "page": number, "go": "next", **answers})


def test_what_is_typed_is_previewed_before_it_is_saved(designer, survey):
    answer = live(designer, survey, title="A better title").json()
    page = designer.post(reverse("survey_preview_draft"), {"definition": answer["definition"]})
    assert "<h1>A better title</h1>" in page.content.decode()
    survey.refresh_from_db()
    assert survey.title == "Your contact with our support"


def test_a_survey_without_a_row_is_previewed_too(designer):
    rows = [{"kind": "yes_no", "text": "Is it dark?", "position": 0}]
    answer = live(designer, None, rows).json()
    page = designer.post(reverse("survey_preview_draft"), {"definition": answer["definition"]})
    assert "Is it dark?" in page.content.decode()
    assert not Survey.objects.exists()


def test_problems_are_listed_as_sentences_with_a_link_to_the_question(designer, survey):
    rows = [*saved_rows(survey), {"kind": "single", "text": "Which?", "position": 9}]
    problems = live(designer, survey, rows).json()["problems"]
    assert "“Which?” needs at least two choices." in problems
    assert 'data-row="questions-4"' in problems


def test_half_typed_forms_are_previewed_as_far_as_they_go(designer, survey):
    rows = [*saved_rows(survey), {"kind": "text", "text": "", "position": 9}]
    answer = live(designer, survey, rows, accent_colour="nothing", link_valid_days="")
    assert "has no text" in answer.json()["problems"]


def test_a_question_taken_away_is_gone_from_the_preview_and_stays_in_the_database(designer, survey):
    rows = saved_rows(survey)
    rows[3]["DELETE"] = True
    answer = live(designer, survey, rows).json()
    page = designer.post(reverse("survey_preview_draft"), {"definition": answer["definition"]})
    assert "Question 1 of at most 3" in page.content.decode() or "Questions 1 to 2" in page.content.decode()
    assert survey.questions.count() == 4


def test_a_preview_is_walked_page_by_page_to_the_thanks(designer, survey):
    second = step(designer, begin(designer, survey), 1, q_csat="5")
    assert "Was your issue solved at the first contact?" in second.content.decode()
    thanks = step(designer, second, 2, q_first_contact="yes")
    assert "<h1>Thank you</h1>" in thanks.content.decode()


def test_a_preview_asks_for_what_is_required(designer, survey):
    page = step(designer, begin(designer, survey), 1).content.decode()
    assert "Choose a number from 1 to 5." in page


def test_going_back_in_a_preview_keeps_the_answers(designer, survey):
    second = step(designer, begin(designer, survey), 1, q_csat="2", q_better="Speed")
    state = STATE.search(second.content.decode())[1]
    first = designer.post(reverse("survey_preview_draft"), {"form": state, "page": 2, "go": "back"}).content.decode()
    assert "Speed" in first
    assert re.search(r'value="2"[^>]*checked', first)


def test_a_walked_preview_leaves_no_trace(designer, survey):
    step(designer, step(designer, begin(designer, survey), 1, q_csat="5"), 2, q_first_contact="no")
    assert not apps.get_model("feedback", "Response").objects.exists()
    assert not Invitation.objects.exists()


def test_every_page_of_a_preview_says_so(designer, survey):
    first = begin(designer, survey)
    second = step(designer, first, 1, q_csat="5")
    thanks = step(designer, second, 2, q_first_contact="yes")
    assert all("Preview: nothing" in page.content.decode() for page in (first, second, thanks))


def test_the_night_colours_can_be_seen_by_day(designer, survey):
    assert "prefers-color-scheme" in begin(designer, survey).content.decode()
    assert "@media all{" in begin(designer, survey, scheme="dark").content.decode()


def test_the_previewed_page_allows_its_own_style_and_no_script(designer, survey):
    page = begin(designer, survey, scheme="dark")
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy


def test_a_definition_that_was_not_sealed_here_is_refused(designer):
    answer = designer.post(reverse("survey_preview_draft"), {"definition": "eyJzY2hlbWEiOjF9:1:forged"})
    assert answer.status_code == 400


@pytest.mark.parametrize("page", ["", "x", "-1", "²", "9" * 5000])
def test_a_page_number_that_is_none_is_refused_or_ignored(designer, survey, page):
    state = STATE.search(begin(designer, survey).content.decode())[1]
    answer = designer.post(reverse("survey_preview_draft"), {"form": state, "page": page})
    assert answer.status_code in {200, 400}


def test_a_published_version_can_be_looked_at(designer, survey):
    version = publish_survey(survey.pk, actor=None, now=survey.created_at)
    survey.questions.all().delete()
    page = designer.get(reverse("survey_preview_version", args=[version.pk]))
    assert "How satisfied are you with the help you received?" in page.content.decode()


def test_whoever_may_not_see_surveys_sees_no_preview(survey):
    agent_of_nothing = staff("agent")
    agent_of_nothing.groups.clear()
    assert client_of(agent_of_nothing).get(reverse("survey_preview", args=[survey.pk])).status_code == 403


def test_who_is_not_logged_in_is_sent_to_the_log_in(client, survey):
    assert client.get(reverse("survey_preview", args=[survey.pk])).status_code == 302


def test_an_analyst_may_look_but_not_type(survey):
    analyst = client_of(staff("analyst"))
    assert analyst.get(reverse("survey_preview", args=[survey.pk])).status_code == 200
    assert live(analyst, survey).status_code == 403


@pytest.fixture
def bilingual(survey):
    add_language(survey.pk, "de")
    survey.refresh_from_db()
    texts = {line.place: f"de: {line.original}" for line in lines_of(survey, "de")}
    write_texts(survey.pk, "de", texts)
    return survey


def test_a_preview_switches_its_language_and_keeps_what_was_answered(designer, bilingual):
    page = step(designer, begin(designer, bilingual), 1, q_csat="2", language="de", go="")
    html = page.content.decode()
    assert '<html lang="de"' in html and "de: How satisfied" in html
    assert 'value="2" id="q-csat-2" checked' in html
    assert '<html lang="de"' in step(designer, page, 1, q_csat="2").content.decode()


def test_a_language_that_the_survey_does_not_speak_changes_no_preview(designer, bilingual):
    page = step(designer, begin(designer, bilingual), 1, q_csat="2", language="fr", go="back")
    assert '<html lang="en"' in page.content.decode()


def test_a_saved_translation_is_looked_at_from_its_page(designer, bilingual):
    page = designer.get(reverse("admin:surveys_survey_language", args=[bilingual.pk, "de"])).content.decode()
    there = f"{reverse('survey_preview', args=[bilingual.pk])}?locale=de"
    assert there in page
    assert '<html lang="de"' in designer.get(there).content.decode()
