"""The customer's page in several languages, and with rotating questions: her own, and nobody else's."""

import re

import pytest
from django.utils import timezone

from feedback.models import Response
from surveys.models import Channel, CollectionLink, Survey
from surveys.services.invitations import invite_directly, survey_link
from surveys.services.languages import add_language, lines_of, write_texts
from surveys.services.surveys import create_from_template, publish_survey
from surveys.tests import rows

pytestmark = pytest.mark.django_db
FORM = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


def fields(page) -> dict[str, str]:
    return dict(FORM.findall(page.content.decode()))


def send(client, path, data):
    """POST, and on to where it leads."""
    answer = client.post(path, data)
    return client.get(answer.headers["Location"]) if answer.status_code == 303 else answer


def published(survey) -> Survey:
    publish_survey(survey.pk, actor=None, now=timezone.now())
    return Survey.objects.get(pk=survey.pk)


def counter(survey) -> CollectionLink:
    """An open link for whoever comes by."""
    return CollectionLink.objects.create(
        survey=survey, touchpoint=rows.touchpoint(), name="Counter", channel=Channel.LINK
    )


@pytest.fixture
def survey():
    """English and German, with one further page."""
    survey = create_from_template("nps", locale="en")
    survey.questions.create(key="more", kind="text", text="Anything else?", page=2, position=5)
    add_language(survey.pk, "de")
    loaded = Survey.objects.with_draft().get(pk=survey.pk)
    write_texts(
        survey.pk, "de", {line.place: f"de: {line.original}" for line in lines_of(loaded, "de") if line.is_missing}
    )
    return published(survey)


@pytest.fixture
def path(survey):
    link = counter(survey)
    return f"/c/{link.code}/"


def personal(survey, **customer) -> str:
    link = survey_link(invite_directly(survey, rows.customer(**customer), now=timezone.now()))
    return "/s/" + link.rpartition("/s/")[2]


def test_the_browsers_language_is_spoken_where_the_survey_knows_it(client, path):
    page = client.get(path, headers={"accept-language": "de-AT,de;q=0.9,en;q=0.5"}).content.decode()
    assert '<html lang="de"' in page and "de: How likely" in page and ">Weiter<" in page


def test_another_browser_gets_the_surveys_own_language(client, path):
    page = client.get(path, headers={"accept-language": "fr"}).content.decode()
    assert '<html lang="en"' in page and "de: How" not in page


def test_the_customers_language_comes_before_the_browsers(client, survey):
    page = client.get(personal(survey, locale="de"), headers={"accept-language": "en"}).content.decode()
    assert '<html lang="de"' in page


def test_the_page_offers_the_other_language_and_marks_this_one(client, path):
    page = client.get(path).content.decode()
    assert '<span lang="en" aria-current="true">English</span>' in page
    assert '<button name="language" value="de" lang="de">Deutsch</button>' in page


def test_a_survey_in_one_language_offers_none(client):
    survey = published(create_from_template("nps", locale="en"))
    link = counter(survey)
    assert 'name="language"' not in client.get(f"/c/{link.code}/").content.decode()


def test_switching_keeps_what_was_answered_and_goes_on_in_the_new_language(client, path):
    form = fields(client.get(path))
    german = send(client, path, form | {"q_nps": "4", "q_why": "Slow", "language": "de"})
    page = german.content.decode()
    assert '<html lang="de"' in page
    assert re.search(r'value="4"[^>]* checked', page) and "Slow" in page
    second = send(client, path, fields(german) | {"q_nps": "4", "q_why": "Slow", "go": "next"})
    assert "de: Anything else?" in second.content.decode()
    thanks = send(client, path, fields(second) | {"go": "next"})
    assert '<html lang="de"' in thanks.content.decode()
    assert Response.objects.get().locale == "de"


def test_switching_without_an_answer_is_no_error(client, path):
    page = send(client, path, fields(client.get(path)) | {"language": "de"}).content.decode()
    assert '<html lang="de"' in page and 'role="alert"' not in page
    assert not Response.objects.exists()


def test_an_error_is_said_in_the_readers_language(client, path):
    form = fields(client.get(path, headers={"accept-language": "de"}))
    page = client.post(path, form | {"go": "next"}, headers={"accept-language": "de"})
    assert page.status_code == 422 and "Wählen Sie eine Zahl von 0 bis 10" in page.content.decode()


def test_a_language_that_the_survey_does_not_speak_is_nobodys_wish(client, path):
    page = send(client, path, fields(client.get(path)) | {"q_nps": "4", "language": "fr"})
    assert '<html lang="en"' in page.content.decode()


@pytest.fixture
def rotating():
    survey = create_from_template("nps", locale="en")
    for key in ("red", "blue"):
        survey.questions.create(key=key, kind="yes_no", text=f"{key}?", rotation_slot="colour", position=7)
    return published(survey)


def items(page) -> list[str]:
    return [key for key in ("red", "blue") if f"{key}?" in page.content.decode()]


def test_a_customer_sees_one_rotating_question_and_the_same_again(client, rotating):
    path = personal(rotating)
    assert len(items(client.get(path))) == 1
    assert len({tuple(items(client.get(path))) for _time in range(5)}) == 1


def test_an_answer_to_the_question_that_was_not_drawn_is_set_aside(client, rotating):
    path = personal(rotating)
    page = client.get(path)
    (shown,) = items(page)
    (hidden,) = {"red", "blue"} - {shown}
    client.post(path, fields(page) | {"q_nps": "9", f"q_{shown}": "yes", f"q_{hidden}": "yes", "go": "next"})
    response = Response.objects.get()
    assert {answer.question_key for answer in response.answers.all()} == {"nps", shown}


def test_who_comes_by_an_open_link_keeps_her_question_on_every_page(client, rotating):
    link = counter(rotating)
    path = f"/c/{link.code}/"
    page = client.get(path)
    wrong = client.post(path, fields(page) | {"go": "next"})
    assert wrong.status_code == 422 and items(wrong) == items(page) != []


def test_rotation_reaches_different_people_differently(client, rotating):
    link = counter(rotating)
    seen = {tuple(items(client.get(f"/c/{link.code}/"))) for _visit in range(20)}
    assert seen == {("red",), ("blue",)}
