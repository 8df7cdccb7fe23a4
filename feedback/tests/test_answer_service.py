"""The one way in for answers, whichever door they come by."""

import uuid
from datetime import timedelta

import pytest

from feedback.hooks import response_submitted
from feedback.models import Answer, Response, SetAsideAnswer
from feedback.services.collected import record_response
from feedback.services.origin import Origin
from feedback.services.responses import AnswersRefused, Submission, save_partial, submit, submit_response
from feedback.tests.survey_page import NOON, NPS, THREE_PAGES, ask, choices, collect, invite, publish
from surveys.definition.schema import ShowIf
from surveys.models import Customer
from surveys.services.invitations import LinkUsed
from surveys.services.published import loaded

pytestmark = pytest.mark.django_db


@pytest.fixture
def invitation():
    return invite(now=NOON)


def record(version=None, answers=None, **fields):
    fields = {"now": NOON, "source_type": "import"} | fields
    return record_response(version or publish(), {"nps": 0} if answers is None else answers, **fields)


def test_an_answered_invitation_makes_a_response_with_its_answers(invitation):
    response = submit_response(invitation, {"nps": 0, "why": "Late."}, now=NOON)
    assert {answer.question_key: answer.value for answer in response.answers.all()} == {"nps": 0, "why": "Late."}
    assert response.submitted_at == NOON


def test_a_second_submit_of_the_same_link_is_refused_and_the_first_answer_stays(invitation):
    submit_response(invitation, {"nps": 2}, now=NOON)
    with pytest.raises(LinkUsed):
        submit_response(invitation, {"nps": 10}, now=NOON)
    assert [answer.number for answer in Answer.objects.all()] == [2]


def test_the_same_submission_sent_again_is_the_same_response(invitation):
    name = uuid.uuid4()
    first = submit_response(invitation, {"nps": 2}, now=NOON, submission_id=name)
    assert submit_response(invitation, {"nps": 2}, now=NOON, submission_id=name) == first


def test_a_refused_answer_leaves_the_link_open(invitation):
    with pytest.raises(AnswersRefused) as refused:
        submit_response(invitation, {"why": "No score."}, now=NOON)
    assert list(refused.value.errors) == ["nps"]
    invitation.refresh_from_db()
    assert invitation.status == "issued" and not Response.objects.exists()


def test_a_link_that_ran_out_takes_no_answer():
    with pytest.raises(LinkUsed):
        submit_response(invite(days=1, now=NOON), {"nps": 2}, now=NOON + timedelta(days=2))


@pytest.mark.parametrize("answers", [{"nps": 11}, {"nps": "9.0"}, {"nps": True}, {"nps": [1, 2]}, {"nps": {"a": 1}}])
def test_every_door_refuses_what_is_no_score(answers):
    with pytest.raises(AnswersRefused):
        record(answers=answers)


@pytest.mark.parametrize("score", [0, "0", ["0"]])
def test_every_door_takes_a_zero_in_its_own_spelling(score):
    response, _ = record(answers={"nps": score})
    assert response.answers.get().number == 0


def test_no_door_takes_a_survey_without_its_required_answers():
    with pytest.raises(AnswersRefused):
        record(publish(*THREE_PAGES), {"nps": 9})


def test_an_old_file_may_lack_what_is_required_today():
    response, is_new = record(publish(*THREE_PAGES), {"nps": 9}, requires_all=False)
    assert is_new and response.answers.count() == 1


def test_even_an_old_file_needs_one_answer():
    with pytest.raises(AnswersRefused):
        record(answers={}, requires_all=False)


def test_the_senders_id_makes_a_second_delivery_the_same_response():
    version = publish()
    first, is_new = record(version, external_ref="R-1")
    assert is_new
    assert record(version, {"nps": 9}, external_ref="R-1") == (first, False)
    assert Answer.objects.get().number == 0


def test_the_same_id_from_another_kind_of_source_is_another_response():
    version = publish()
    record(version, external_ref="R-1")
    assert record(version, external_ref="R-1", source_type="api")[1]


def test_an_answer_off_the_path_is_put_aside_at_every_door():
    version = publish(NPS, ask("why", "text", show_if=ShowIf("nps", "at_most", 6)))
    response, _ = record(version, {"nps": 9, "why": "hidden"})
    assert response.answers.count() == 1
    assert SetAsideAnswer.objects.get().reason == "hidden"


def test_an_answer_to_an_unknown_question_is_put_aside_at_every_door():
    record(answers={"nps": 9, "gone": "x" * 9000})
    assert len(SetAsideAnswer.objects.get(reason="unknown").value) == 500


def test_an_import_keeps_its_day_customer_and_channel():
    customer = Customer.objects.create(name="Ana")
    past = NOON - timedelta(days=90)
    response, _ = record(customer=customer, submitted_at=past, channel="email", locale="pt-br")
    assert (response.customer, response.submitted_at, response.locale) == (customer, past, "pt-br")
    assert response.flags == [] and response.seconds_taken is None


def test_a_submitted_response_is_announced_after_the_commit(invitation, after_commit, monkeypatch):
    told = []
    monkeypatch.setattr(response_submitted, "followers", [])
    response_submitted.follow(type("Task", (), {"name": "told", "delay": staticmethod(told.append)}))
    with after_commit():
        response = submit_response(invitation, {"nps": 2}, now=NOON)
        assert told == []
    assert told == [response.pk]


def test_a_partial_answer_is_not_announced(invitation, after_commit, monkeypatch):
    told = []
    monkeypatch.setattr(response_submitted, "followers", [])
    response_submitted.follow(type("Task", (), {"name": "told", "delay": staticmethod(told.append)}))
    with after_commit():
        partial(invitation, {"nps": 2})
    assert told == []


def partial(invitation, values, **fields) -> Response:
    definition = loaded(invitation.version).definition
    return save_partial(Origin.of_invitation(invitation), definition, values, Submission(**fields), now=NOON)


def test_a_partial_answer_is_kept_and_grows(invitation):
    first = partial(invitation, {"nps": 2})
    assert partial(invitation, {"nps": 3, "why": "Late."}) == first
    assert {answer.question_key: answer.value for answer in first.answers.all()} == {"nps": 3, "why": "Late."}


def test_a_finished_response_takes_no_partial_answers(invitation):
    submit_response(invitation, {"nps": 2}, now=NOON)
    with pytest.raises(LinkUsed):
        partial(invitation, {"nps": 9})
    assert Answer.objects.get().number == 2


def test_a_service_that_knows_of_no_partial_still_finishes_it(invitation):
    begun = partial(invitation, {"nps": 2})
    assert submit_response(invitation, {"why": "Late."}, now=NOON) == begun
    assert begun.answers.count() == 2


def test_several_choices_are_stored_by_key_in_the_order_of_the_survey():
    version = publish(NPS, ask("used", "multiple", choices=choices("Web", "App")))
    response, _ = record(version, {"nps": 9, "used": ["app", "web"]})
    assert response.answers.get(question_key="used").choices == ["web", "app"]


def test_a_collection_link_needs_no_invitation():
    link = collect()
    version = link.survey.live_version
    submission = Submission(started_at=NOON - timedelta(seconds=9))
    response = submit(Origin.of_link(link, version), loaded(version).definition, {"nps": "7"}, submission, now=NOON)
    assert (response.link, response.touchpoint, response.seconds_taken) == (link, link.touchpoint, 9)
