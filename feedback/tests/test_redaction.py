"""Whichever door an answer comes by: what names a person is never written, and staff see that something was hidden."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.models import Answer, AnswerRevision, Reading, Response, SetAsideAnswer
from feedback.services.collected import record_response
from feedback.services.edits import dispute_answers, edit_response
from feedback.services.responses import submit_response
from feedback.services.scoring import score_response
from feedback.tests.survey_page import NOON, NPS, THREE_PAGES, WHY, Reader, ask, choices, invite, path_of, publish
from surveys.definition.schema import ShowIf
from surveys.services.published import loaded

pytestmark = pytest.mark.django_db
ADDRESS = "jo.bloggs@mail.example"


def everything_stored() -> str:
    """All words that any table of answers holds."""
    rows = [Answer.objects.values_list("text"), AnswerRevision.objects.values_list("previous")]
    rows += [SetAsideAnswer.objects.values_list("value"), Reading.objects.values_list("spans")]
    return str([list(each) for each in rows])


def test_the_survey_page_stores_words_without_the_address():
    reader = Reader(path_of(invite()))
    reader.open()
    reader.send(q_nps="2", q_why=f"Never came. Write to {ADDRESS} or ring +44 20 7946 0958, order 4500123456")
    assert Answer.objects.get(kind="text").text == "Never came. Write to [email] or ring [phone], order 4500123456"


def test_a_page_that_was_sent_but_never_finished_holds_none_either():
    reader = Reader(path_of(invite(publish(*THREE_PAGES))))
    reader.open()
    reader.send(q_nps="2", q_why=ADDRESS)
    assert Response.objects.get().submitted_at is None
    assert Answer.objects.get(kind="text").text == "[email]"


def test_an_import_and_the_api_store_none():
    record_response(publish(), {"nps": 1, "why": ADDRESS}, now=NOON, source_type="import")
    record_response(publish(number=2), {"nps": 1, "why": ADDRESS}, now=NOON, source_type="api")
    assert [row.text for row in Answer.objects.filter(kind="text")] == ["[email]", "[email]"]


def test_neither_the_new_nor_the_former_words_of_a_changed_answer_hold_one():
    invitation = invite(now=NOON)
    response = submit_response(invitation, {"nps": 2, "why": f"old {ADDRESS}"}, now=NOON)
    definition = loaded(invitation.version).definition
    edit_response(response.pk, definition, {"why": f"new {ADDRESS}"}, now=NOON)
    assert response.answers.get(kind="text").text == "new [email]"
    assert AnswerRevision.objects.get().previous == "old [email]"


def test_the_same_words_sent_again_are_the_same_answer():
    invitation = invite(now=NOON)
    response = submit_response(invitation, {"nps": 2, "why": ADDRESS}, now=NOON)
    definition = loaded(invitation.version).definition
    edit_response(response.pk, definition, {"nps": 2, "why": ADDRESS}, now=NOON + timedelta(minutes=1))
    assert not dispute_answers(response.pk, definition, {"nps": 2, "why": ADDRESS}, now=NOON)
    response.refresh_from_db()
    assert response.edited_at is None and not AnswerRevision.objects.exists()


def test_what_is_put_aside_holds_none():
    version = publish(NPS, ask("why", "text", show_if=ShowIf("nps", "at_most", 6)))
    response, _ = record_response(
        version, {"nps": 9, "why": ADDRESS, "gone": f"call {ADDRESS}"}, now=NOON, source_type="api"
    )
    dispute_answers(response.pk, loaded(version).definition, {"why": f"again {ADDRESS}"}, now=NOON)
    assert sorted(SetAsideAnswer.objects.values_list("value", flat=True)) == [
        "[email]",
        "again [email]",
        "call [email]",
    ]


def test_the_engine_reads_the_redacted_words():
    invitation = invite(now=NOON)
    response = submit_response(invitation, {"nps": 2, "why": f"Terrible. Write to {ADDRESS}"}, now=NOON)
    score_response(response.pk, now=NOON)
    reading = Reading.objects.get()
    assert reading.label == "negative"
    assert ADDRESS not in everything_stored() and reading.spans[0]["end"] <= len("Terrible. Write to [email]")


def test_scores_choices_and_names_stay_as_they_are():
    colour = ask("colour", "single", choices=choices("0161 496 0000"))
    answers = {"nps": "10", "why": "Ask for Mr Jo Bloggs.", "colour": "0161-496-0000"}
    record_response(publish(NPS, WHY, colour), answers, now=NOON, source_type="api")
    assert [row.value for row in Answer.objects.all()] == [10, "Ask for Mr Jo Bloggs.", ["0161-496-0000"]]


def test_an_operator_may_keep_what_customers_write(settings):
    settings.REDACT_ANSWERS = False
    submit_response(invite(now=NOON), {"nps": 2, "why": ADDRESS}, now=NOON)
    assert Answer.objects.get(kind="text").text == ADDRESS


def test_staff_see_that_something_was_hidden_and_what_kind(admin_client):
    invitation = invite(now=timezone.now())
    said = {"nps": 2, "why": f"{ADDRESS} or +44 20 7946 0958 or {ADDRESS}"}
    response = submit_response(invitation, said, now=timezone.now())
    page = admin_client.get(reverse("response", args=[response.pk])).content.decode()
    assert "hidden: e-mail address, phone number" in page and ADDRESS not in page


def test_an_answer_with_nothing_to_hide_says_nothing_of_the_kind(admin_client):
    response = submit_response(invite(now=timezone.now()), {"nps": 2, "why": "Late [sic]."}, now=timezone.now())
    assert "hidden:" not in admin_client.get(reverse("response", args=[response.pk])).content.decode()
