"""Surveys of several pages: partial answers, going back, coming back, and whose words are shown to whom."""

import pytest

from feedback.models import Answer, AnswerRevision, Response, SetAsideAnswer
from feedback.tests.survey_page import NPS, THREE_PAGES, Reader, ask, choices, collect, invite, path_of, publish
from surveys.definition.schema import ShowIf

pytestmark = pytest.mark.django_db


def opened(*questions) -> Reader:
    reader = Reader(path_of(invite(publish(*(questions or THREE_PAGES)))))
    reader.open()
    return reader


def answers() -> dict:
    return {answer.question_key: answer.value for answer in Answer.objects.all()}


def test_each_page_keeps_its_answers():
    reader = opened()
    reader.follow(reader.send(q_nps="3", q_why="Late."))
    assert answers() == {"nps": 3, "why": "Late."}
    assert Response.objects.get().submitted_at is None


def test_the_next_page_is_a_redirect_so_that_a_refresh_sends_nothing():
    reader = opened()
    assert "?page=2&form=" in reader.send(q_nps="3")["Location"]


def test_all_pages_make_one_response():
    reader = opened()
    reader.follow(reader.send(q_nps="3", q_why="Late."))
    reader.follow(reader.send(q_cause="late", q_ease="2"))
    assert "/thanks/" in reader.send(q_better="Be on time.")["Location"]
    assert answers() == {"nps": 3, "why": "Late.", "cause": ["late"], "ease": 2, "better": "Be on time."}
    assert Response.objects.get().submitted_at


def test_a_question_off_the_path_is_not_asked():
    reader = opened()
    page = reader.follow(reader.send(q_nps="9")).content.decode()
    assert "q_cause" not in page and "q_ease" in page


def test_a_page_with_nothing_to_ask_is_passed_over():
    questions = (NPS, ask("cause", "text", page=2, show_if=ShowIf("nps", "at_most", 6)), ask("better", "text", page=3))
    reader = opened(*questions)
    assert "page=3" in reader.send(q_nps="9")["Location"]


def test_a_path_that_ends_early_is_sent_at_once():
    reader = opened(NPS, ask("cause", "text", page=2, show_if=ShowIf("nps", "at_most", 6)))
    assert "/thanks/" in reader.send(q_nps="9")["Location"]


def test_back_shows_what_was_answered_and_keeps_the_page_that_was_left():
    reader = opened()
    reader.follow(reader.send(q_nps="3", q_why="Late."))
    assert reader.send("back", q_cause="broken").status_code == 200
    assert reader.ticked() == ["nps-3"] and reader.typed("why") == "Late."
    reader.follow(reader.send(q_nps="3", q_why="Late."))
    assert reader.ticked() == ["cause-broken"]


def test_words_on_a_later_page_are_still_there_after_going_back_and_forth():
    reader = opened()
    reader.follow(reader.send(q_nps="9"))
    reader.follow(reader.send(q_ease="7"))
    reader.send("back", q_better="Half a sent")
    reader.follow(reader.send(q_ease="7"))
    assert reader.typed("better") == "Half a sent"


def test_back_asks_for_nothing():
    reader = opened()
    reader.follow(reader.send(q_nps="9"))
    reader.follow(reader.send())
    assert reader.send("back").status_code == 200


def test_an_answer_changed_after_going_back_counts_and_what_it_hides_is_put_aside():
    reader = opened()
    reader.follow(reader.send(q_nps="3"))
    reader.follow(reader.send(q_cause="late"))
    reader.send("back")
    reader.send("back")
    reader.follow(reader.send(q_nps="9"))
    reader.follow(reader.send())
    reader.send(q_better="Nothing.")
    assert answers() == {"nps": 9, "better": "Nothing."}
    assert SetAsideAnswer.objects.get().value == "late"


def test_a_text_emptied_after_going_back_is_gone():
    reader = opened()
    reader.follow(reader.send(q_nps="3", q_why="Late."))
    reader.send("back")
    reader.send(q_nps="3", q_why="")
    assert "why" not in answers()


def test_the_last_page_without_the_first_leads_to_what_is_missing():
    reader = opened()
    reader.open("?page=3")
    assert reader.send(q_better="Be on time.").status_code == 422
    assert '<a href="#q-nps-0">' in reader.page
    assert answers() == {"better": "Be on time."}
    assert Response.objects.get().submitted_at is None


def test_who_comes_back_finds_the_scores_and_the_way_on():
    reader = opened()
    reader.send(q_nps="3", q_why="Private words.")
    later = Reader(reader.path)
    page = later.open().content.decode()
    assert later.ticked() == ["nps-3"]
    assert f'href="{reader.path}?page=2"' in page


def test_words_are_never_shown_to_whoever_the_link_was_forwarded_to():
    reader = opened()
    reader.send(q_nps="3", q_why="Private words.")
    other = Reader(reader.path)
    assert "Private words." not in other.open().content.decode()
    assert "Your earlier text is kept." in other.page
    other.send("back")
    assert "Private words." not in other.page
    other.send(q_nps="")
    assert "Private words." not in other.page


def test_kept_words_stay_when_the_field_comes_back_empty():
    reader = opened()
    reader.send(q_nps="3", q_why="Private words.")
    other = Reader(reader.path)
    other.open()
    other.send(q_nps="2", q_why="")
    assert answers() == {"nps": 2, "why": "Private words."}


def test_a_finished_response_keeps_the_time_and_version_it_began_with():
    version = publish(*THREE_PAGES)
    reader = Reader(f"/c/{collect(version).code}/")
    reader.open()
    publish(NPS, number=2)
    reader.follow(reader.send(q_nps="9"))
    reader.follow(reader.send(q_ease="7"))
    reader.send(q_better="Nothing.")
    assert Response.objects.get().version == version


def test_a_new_reader_of_a_collection_link_gets_the_live_version():
    link = collect(publish(*THREE_PAGES))
    live = publish(NPS, number=2)
    reader = Reader(f"/c/{link.code}/")
    reader.open()
    reader.send(q_nps="9")
    assert Response.objects.get().version == live


def test_keeping_without_sending_answers_without_a_page():
    reader = opened()
    assert reader.send("keep", q_nps="0").status_code == 204
    assert answers() == {"nps": 0} and Response.objects.get().submitted_at is None


def test_a_changed_answer_keeps_what_it_said_before():
    reader = opened(NPS, ask("why", "text"))
    reader.follow(reader.send(q_nps="2", q_why="Late."))
    reader.open("?edit=1&form=" + _form_of(reader.page))
    assert reader.typed("why") == "Late." and reader.ticked() == ["nps-2"]
    reader.send(q_nps="8", q_why="Late.")
    assert answers() == {"nps": 8, "why": "Late."}
    assert [revision.previous for revision in AnswerRevision.objects.all()] == [2]
    response = Response.objects.get()
    assert response.edited_at and response.scored_at is None


def test_an_edit_that_changes_nothing_leaves_no_trace():
    reader = opened(NPS)
    reader.send(q_nps="2")
    reader.open("?edit=1")
    reader.send(q_nps="2")
    assert Response.objects.get().edited_at is None


def test_words_taken_back_are_put_aside():
    reader = opened(NPS, ask("why", "text"))
    reader.follow(reader.send(q_nps="2", q_why="Too much."))
    reader.open("?edit=1&form=" + _form_of(reader.page))
    reader.send(q_nps="2", q_why="")
    assert answers() == {"nps": 2}
    assert SetAsideAnswer.objects.get().reason == "withdrawn"


def test_editing_through_a_forwarded_link_shows_no_words():
    reader = opened(NPS, ask("why", "text"))
    reader.send(q_nps="2", q_why="Private words.")
    other = Reader(reader.path)
    assert "Private words." not in other.open("?edit=1").content.decode()


def test_an_edit_may_bring_up_a_question():
    reader = opened(NPS, ask("cause", "single", choices=choices("Late", "Broken"), show_if=ShowIf("nps", "at_most", 6)))
    reader.send(q_nps="9")
    reader.open("?edit=1")
    reader.send(q_nps="3", q_cause="late")
    assert answers() == {"nps": 3, "cause": ["late"]}


def _form_of(page: str) -> str:
    return page.split("form=")[1].split('"')[0].replace("&amp;", "&")
