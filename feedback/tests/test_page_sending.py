"""POST: answers of one page, from the first click to the thanks."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from feedback.models import Answer, Response, SetAsideAnswer
from feedback.tests.survey_page import (
    EVERY_KIND,
    NPS,
    ONE_PAGE,
    Reader,
    ask,
    choices,
    collect,
    invite,
    path_of,
    publish,
)
from surveys.definition.schema import ShowIf
from surveys.models import Invitation

pytestmark = pytest.mark.django_db


def opened(*questions, **fields) -> Reader:
    reader = Reader(path_of(invite(publish(*(questions or ONE_PAGE), **fields))))
    reader.open()
    return reader


def answers() -> dict:
    return {answer.question_key: answer.value for answer in Answer.objects.all()}


def test_a_zero_is_an_answer():
    reader = opened()
    assert "/thanks/" in reader.send(q_nps="0", q_why="")["Location"]
    assert answers() == {"nps": 0}


def test_every_kind_is_stored_by_number_key_or_words():
    opened(*EVERY_KIND).send(
        q_nps="10",
        q_why="Fast.",
        q_happy="1",
        q_ease="7",
        q_stars="5",
        q_cause="late",
        q_used=["app", "web"],
        q_solved="no",
    )
    assert answers() == {
        "nps": 10,
        "why": "Fast.",
        "happy": 1,
        "ease": 7,
        "stars": 5,
        "cause": ["late"],
        "used": ["web", "app"],
        "solved": ["no"],
    }


def test_a_sent_page_takes_four_queries_and_two_on_postgresql():
    reader = opened()
    with CaptureQueriesContext(connection) as queries:
        reader.send(q_nps="9", q_why="Good.")
    kinds = [query["sql"].split()[0] for query in queries if query["sql"].split()[0] not in {"SAVEPOINT", "RELEASE"}]
    assert kinds == (
        ["SELECT", "WITH"] if connection.vendor == "postgresql" else ["SELECT", "UPDATE", "INSERT", "INSERT"]
    )


def test_the_invitation_is_answered_and_the_response_knows_where_it_came_from():
    reader = opened()
    reader.send(q_nps="9")
    response = Response.objects.get()
    assert Invitation.objects.get().status == "answered"
    assert (response.channel, response.locale, response.source_type) == ("email", "en", "survey")
    assert response.version_id == response.invitation.version_id


@pytest.mark.parametrize(
    "score",
    ["11", "-1", "9.5", "1e1", " 9 ", "1_0", "٩", "９", "null", "true", "NaN", "09", "+9", ["9", "0"], "9" * 5000],
)
def test_a_bad_score_is_refused_in_the_fields_own_words(score):
    reader = opened()
    page = reader.send(q_nps=score, q_why="Kept?")
    assert page.status_code == 422
    assert "Choose a number from 0 to 10." in reader.page
    assert reader.typed("why") == "Kept?"
    assert not Response.objects.complete().exists()


@pytest.mark.parametrize("sent", [{}, {"q_nps": ""}, {"q_why": "Only words."}])
def test_a_required_answer_that_is_left_out_is_asked_for_again(sent):
    reader = opened()
    assert reader.send(**sent).status_code == 422
    assert "<title>Error: " in reader.page
    assert '<a href="#q-nps-0">' in reader.page
    assert 'aria-describedby=" q-nps-error"' in reader.page and 'aria-invalid="true"' in reader.page
    assert not Response.objects.complete().exists()


def test_nothing_at_all_is_no_answer_even_when_all_is_optional():
    assert opened(ask("stars", "rating"), ask("why", "text")).send().status_code == 422


@pytest.mark.parametrize("sent", [{"q_cause": "late-ish"}, {"q_cause": ["late", "rude"]}, {"q_used": ["web", "fax"]}])
def test_a_choice_that_is_not_offered_is_refused(sent):
    assert opened(*EVERY_KIND).send(q_nps="5", **sent).status_code == 422


def test_a_text_that_is_too_long_comes_back_whole():
    reader = opened()
    long = "word " * 2_500
    assert reader.send(q_nps="5", q_why=long).status_code == 422
    assert reader.typed("why") == long
    assert "Shorten your text to 10000 characters" in reader.page


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<3 you",
        "{{7*7}}",
        "=1+1",
        "%0aBcc: x",
        "\u202eright to left",
        "zero\u200bwidth",
        "🙂👨‍👩‍👧",
        "e" + "\u0301" * 1000,
        "two\nlines\n",
        "  kept  ",
        "$& \\1",
    ],
)
def test_words_are_stored_as_they_were_typed(text):
    opened().send(q_nps="3", q_why=text)
    assert answers()["why"] == text


@pytest.mark.parametrize(("typed", "kept"), [("a\x00b", "ab"), ("a\r\nb\rc", "a\nb\nc")])
def test_what_one_database_refuses_is_cleaned_for_both(typed, kept):
    opened().send(q_nps="3", q_why=typed)
    assert answers()["why"] == kept


def test_words_come_back_as_text_after_an_error():
    reader = opened()
    reader.send(q_why="\n</textarea><script>alert(1)</script>")
    assert "<script>" not in reader.page
    assert "&lt;/textarea&gt;&lt;script&gt;" in reader.page


def test_fields_that_nobody_asked_for_are_ignored():
    opened().send(
        q_nps="3", status="closed", contact_id="1", score_override="10", is_test="1", submitted_at="2001-01-01"
    )
    response = Response.objects.get()
    assert not response.is_test and response.submitted_at.year > 2001
    assert answers() == {"nps": 3}


def test_an_answer_to_an_unknown_question_is_put_aside_not_lost():
    opened().send(q_nps="3", q_gone="still here")
    assert list(SetAsideAnswer.objects.values_list("question_key", "reason")) == [("gone", "unknown")]


def test_an_answer_to_a_hidden_question_is_put_aside():
    why = ask("why", "text", show_if=ShowIf("nps", "at_most", 6))
    opened(NPS, why).send(q_nps="9", q_why="typed, then hidden")
    aside = SetAsideAnswer.objects.get()
    assert answers() == {"nps": 9}
    assert (aside.question_key, aside.value, aside.reason) == ("why", "typed, then hidden", "hidden")


def test_a_required_question_that_is_hidden_is_not_asked_for():
    why = ask("why", "text", is_required=True, show_if=ShowIf("nps", "at_most", 6))
    assert opened(NPS, why).send(q_nps="9").status_code == 303


def test_a_required_question_that_the_score_brings_up_is_asked_for():
    why = ask("why", "text", is_required=True, show_if=ShowIf("nps", "at_most", 6))
    reader = opened(NPS, why)
    assert reader.send(q_nps="6").status_code == 422
    assert '<a href="#q-why">' in reader.page


def test_the_same_form_sent_twice_makes_one_response_and_two_thanks():
    reader = opened()
    fields = reader.fields() | {"q_nps": "3", "go": "next"}
    first, second = reader.client.post(reader.path, fields), reader.client.post(reader.path, fields)
    assert "/thanks/" in first["Location"] and "/thanks/" in second["Location"]
    assert Response.objects.count() == 1


def test_the_same_form_of_a_collection_link_sent_five_times_makes_one_response():
    reader = Reader(f"/c/{collect().code}/")
    reader.open()
    fields = reader.fields() | {"q_nps": "3", "go": "next"}
    for _ in range(5):
        assert "/thanks/" in reader.client.post(reader.path, fields)["Location"]
    assert Response.objects.count() == 1


def test_two_people_at_one_collection_link_make_two_responses():
    link = collect()
    for score in ("3", "9"):
        reader = Reader(f"/c/{link.code}/")
        reader.open()
        reader.send(q_nps=score)
    assert sorted(Answer.objects.values_list("number", flat=True)) == [3, 9]
    assert {response.link for response in Response.objects.all()} == {link}


def test_a_file_in_a_text_question_is_refused():
    reader = opened()
    page = reader.send(q_nps="3", q_why=SimpleUploadedFile("a.txt", b"words"))
    assert page.status_code == 400
    assert not Response.objects.exists()


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"--x\r\nbroken", "multipart/form-data"),
        (b"q_nps=3", "application/x-www-form-urlencoded; charset=utf-16"),
    ],
)
def test_a_body_that_cannot_be_read_gets_a_page_not_a_crash(body, content_type):
    reader = opened()
    page = reader.client.generic("POST", reader.path, body, content_type=content_type)
    assert page.status_code == 400
    assert not Response.objects.exists()


def test_a_body_that_is_far_too_large_is_refused(settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2_000
    assert opened().send(q_nps="3", q_why="x" * 3_000).status_code == 413


def test_a_json_body_answers_nothing():
    reader = opened()
    page = reader.client.post(reader.path, '{"q_nps": 3}', content_type="application/json")
    assert page.status_code == 422
    assert not Response.objects.exists()


def test_a_form_signed_for_another_link_starts_a_submission_of_its_own():
    other = opened()
    reader = Reader(path_of(invite(Invitation.objects.get().version)))
    reader.page = other.page
    reader.send(q_nps="3")
    assert Response.objects.get().submission_id != uuid.UUID(int=0)
    assert Response.objects.get().flags == ["no_form"]


def test_a_test_invitation_makes_a_test_response():
    reader = Reader(path_of(invite(is_test=True)))
    reader.open()
    reader.send(q_nps="3")
    assert Response.objects.get().is_test


def test_an_anonymous_survey_keeps_no_way_back_to_the_person():
    reader = opened(is_anonymous=True)
    reader.send(q_nps="3")
    response = Response.objects.get()
    assert (response.invitation, response.customer) == (None, None)
    assert response.submitted_at.hour == response.started_at.hour == response.submitted_at.minute == 0
    assert Invitation.objects.get().answered_at.time() == response.submitted_at.time()


def test_an_answered_anonymous_link_is_used_up():
    reader = opened(is_anonymous=True)
    reader.send(q_nps="3")
    assert "You have already answered" in Reader(reader.path).open().content.decode()
    assert Response.objects.count() == 1


def test_the_thanks_say_what_happens_next_and_how_to_change_the_answer():
    reader = opened()
    page = reader.follow(reader.send(q_nps="0")).content.decode()
    assert "Where something needs putting right" in page
    assert "glad" not in page.lower()
    assert "Change your answers" in page and "feedback@localhost" in page


def test_the_thanks_of_an_unanswered_link_lead_back_to_the_questions():
    reader = opened()
    assert reader.client.get(reader.path + "thanks/")["Location"] == reader.path


def test_seconds_taken_are_counted_from_the_opening(time_machine):
    time_machine.move_to(datetime.now(UTC), tick=False)
    reader = opened()
    time_machine.shift(timedelta(seconds=42))
    reader.send(q_nps="3")
    assert Response.objects.get().seconds_taken == 42


def test_choices_survive_a_new_text_for_the_same_key():
    version = publish(NPS, ask("cause", "single", choices=choices("Late", "Broken")))
    reader = Reader(path_of(invite(version)))
    reader.open()
    reader.send(q_nps="3", q_cause="late")
    assert Answer.objects.get(question_key="cause").choices == ["late"]
