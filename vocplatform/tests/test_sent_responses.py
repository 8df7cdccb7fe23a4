"""Answers that another system collected come in by POST /api/v1/responses: once each, and checked like the page's."""

from datetime import timedelta

import pytest
from django.utils import timezone

from feedback.models import Reading, Response, SetAsideAnswer
from loop.models import Case
from loop.services.defaults import ensure_loop_defaults
from surveys.definition.freeze import checksum
from surveys.imports.layout import ensure_survey
from surveys.models import ApiKey, Customer, Survey, SurveyVersion
from surveys.services.erasure import erase_customer
from vocplatform.tests.test_api import key

pytestmark = pytest.mark.django_db
NOW = timezone.now()
QUESTIONS = [
    {"key": "nps", "kind": "nps", "text": "How likely are you to recommend us?"},
    {"key": "why", "kind": "text", "text": "Why?"},
]


@pytest.fixture
def survey():
    survey = ensure_survey({"slug": "app", "title": "The app", "question": QUESTIONS}, now=NOW)
    wanted = survey.live_version.definition
    wanted["questions"][0]["is_required"] = True
    SurveyVersion.objects.filter(survey=survey).update(definition=wanted, checksum=checksum(wanted))
    return survey


@pytest.fixture
def send(client, survey):
    sender = key("responses:write")

    def send(answers=None, **fields):
        body = {"response_id": "r-1", "survey": "app", "answers": answers or {"nps": 0}} | fields
        return client.post("/api/v1/responses", body, "application/json", headers=sender)

    return send


def complaint(sent) -> tuple[int, str]:
    return sent.status_code, sent.json()["message"]


def test_a_score_of_zero_is_kept_and_read_back_as_zero(client, send):
    assert send().json() == {"response_id": "r-1", "id": Response.objects.get().pk, "status": "created"}
    body = client.get("/api/v1/responses", headers=key("responses:read")).json()
    assert [answer["value"] for answer in body["results"][0]["answers"]] == [0]


def test_what_is_sent_is_scored_and_opens_a_case_like_any_answer(send, after_commit):
    ensure_loop_defaults(now=NOW)
    with after_commit():
        send({"nps": 0, "why": "Terrible. I waited for hours and nobody helped."}, customer="C-1")
    assert Reading.objects.get().label == "negative"
    assert Case.objects.get().customer == Customer.objects.get(external_id="C-1")


def test_the_same_answer_sent_five_times_is_one_response(send):
    assert [send().status_code for _ in range(5)] == [201, 200, 200, 200, 200]
    assert Response.objects.count() == 1


def test_the_same_id_with_another_score_is_refused_and_the_first_stays(send):
    send()
    assert complaint(send({"nps": 10})) == (422, "This response_id was used before for other answers.")
    assert [answer.number for answer in Response.objects.get().answers.all()] == [0]


def test_a_replay_is_known_also_where_the_survey_is_anonymous(send):
    ensure_survey({"slug": "quiet", "title": "q", "is_anonymous": True, "question": QUESTIONS}, now=NOW)
    assert [send(survey="quiet", customer="C-1").status_code for _ in range(2)] == [201, 200]


def test_two_systems_may_use_the_same_number(client, send):
    send()
    other = ApiKey.objects.get()
    other.source.pk, other.source.slug = None, "shop"
    other.source.save()
    ApiKey.objects.update(source=other.source)
    assert send({"nps": 10}).status_code == 201


def test_a_question_that_is_not_in_the_survey_is_set_aside_and_named(send):
    assert send({"nps": 0, "npss": 3}).json()["set_aside"] == ["npss"]
    assert SetAsideAnswer.objects.get().question_key == "npss"


def test_what_somebody_erased_said_is_kept_without_the_person(send):
    send(customer="C-1")
    erase_customer(Customer.objects.get().pk, now=NOW)
    assert send(response_id="r-2", customer="C-1").status_code == 201
    assert Response.objects.latest("pk").customer is None


def test_an_answer_of_yesterday_keeps_its_day_and_one_of_in_an_hour_is_taken_as_now(send):
    send(submitted_at=(NOW - timedelta(days=1)).isoformat())
    send(response_id="r-2", submitted_at=(timezone.now() + timedelta(hours=1)).isoformat())
    first, second = Response.objects.order_by("pk")
    assert first.submitted_at == NOW - timedelta(days=1) and second.submitted_at <= timezone.now()


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"answers": {"nps": 11}}, 422, "answers.nps: Choose a number from 0 to 10."),
        ({"answers": {"nps": True}}, 422, "answers.nps: Choose a number from 0 to 10."),
        ({"answers": {"nps": 9.5}}, 422, "answers.nps: Choose a number from 0 to 10."),
        ({"answers": {"why": "Good."}}, 422, "answers.nps: Choose a number from 0 to 10."),
        ({"answers": {"nps": None}}, 400, "answers: There is no answer in it."),
        ({"answers": [0]}, 400, "answers: This must be an object: the key of each question and what was answered."),
        ({"survey": "nowhere"}, 422, "survey: no survey of this short name is published."),
        ({"touchpoint": "nowhere"}, 422, "touchpoint: there is none of this short name."),
        ({"response_id": 7}, 400, "response_id: This must be text."),
        ({"submitted_at": "tomorrow"}, 400, None),
        ({"submitted_at": "2199-01-01T00:00:00Z"}, 400, "submitted_at: This lies in the future."),
        ({"customer": {"email": "nobody"}}, 422, "This is not an e-mail address."),
        ({"source_type": "survey"}, 400, None),
        ({"score_override": 10}, 400, "score_override: There is no such field."),
    ],
)
def test_what_cannot_be_kept_is_said_in_the_fields_own_words_and_leaves_no_row(send, fields, status, words):
    sent = send(**fields)
    assert sent.status_code == status and words in (None, sent.json()["message"])
    assert not Response.objects.exists()


@pytest.mark.parametrize("body", ["[]", '"x"', "", "{", '{"a": 1, "a": 2}', "[" * 70])
def test_a_body_that_is_no_answer_is_refused_with_code_and_message(client, survey, body):
    refused = client.post("/api/v1/responses", body, "application/json", headers=key("responses:write"))
    assert refused.status_code == 400 and {"code", "message"} <= refused.json().keys()


def test_a_closed_survey_takes_no_more(send, survey):
    Survey.objects.update(closed_at=NOW)
    assert complaint(send()) == (422, "survey: it is closed and takes no more answers.")


def test_a_key_that_may_only_read_sends_nothing(client, survey):
    body = {"response_id": "r-1", "survey": "app", "answers": {"nps": 0}}
    refused = client.post("/api/v1/responses", body, "application/json", headers=key("responses:read"))
    assert refused.status_code == 403 and not Response.objects.exists()


def test_nobody_sends_answers_with_a_log_in_alone(admin_client, survey):
    body = {"response_id": "r-1", "survey": "app", "answers": {"nps": 0}}
    assert admin_client.post("/api/v1/responses", body, "application/json").status_code == 403
