"""What was learned is written down when an initiative is over, and read before something like it is tried."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from loop.models import Initiative
from loop.reports.lessons import lessons_about, lessons_for
from loop.services.history import NotAllowed
from loop.services.initiatives import StaleInitiative, drop_initiative, note_lesson, read_out
from loop.tests.outer import draft, registered
from loop.tests.rows import NOON, person, touchpoint
from loop.tests.staff import browser, staff

pytestmark = pytest.mark.django_db


def over(name: str = "Faster parcels", **fields) -> Initiative:
    row = registered(name, **fields)
    read_out(row.pk, now=NOON + timedelta(weeks=20))
    row.refresh_from_db()
    return row


def learned(row: Initiative, lesson: str) -> Initiative:
    return note_lesson(row.pk, lesson=lesson, version=row.version, actor=row.owner, now=NOON)


def test_a_lesson_is_kept_with_a_line_of_history():
    row = learned(over(), "Tell the driver first.")
    line = row.history.first()
    assert (row.lesson, line.changes["lesson"]) == ("Tell the driver first.", ["", "Tell the driver first."])


def test_what_was_dropped_teaches_something_too():
    row = drop_initiative(draft().pk, reason="No money.", actor=person("lea"), now=NOON)
    assert learned(row, "Ask for the money first.").lesson == "Ask for the money first."


def test_before_it_is_over_there_is_no_lesson():
    row = registered()
    with pytest.raises(NotAllowed, match="read out or dropped"):
        learned(row, "It works!")


def test_the_database_holds_that_a_lesson_comes_at_the_end():
    row = registered()
    with pytest.raises(IntegrityError, match="lesson_is_learned_when_it_is_over"), transaction.atomic():
        Initiative.objects.filter(pk=row.pk).update(lesson="It works!")


def test_an_empty_lesson_is_refused():
    with pytest.raises(NotAllowed, match="what was learned"):
        learned(over(), "  ")


def test_two_who_write_at_once_do_not_overwrite_each_other():
    row = over()
    learned(row, "Mine.")
    with pytest.raises(StaleInitiative):
        note_lesson(row.pk, lesson="Yours.", version=row.version, actor=row.owner, now=NOON)
    row.refresh_from_db()
    assert row.lesson == "Mine."


def test_the_untold_stand_first_and_what_goes_on_is_not_listed():
    told = learned(over("Told"), "Start small.")
    untold = over("Untold")
    registered("Going on")
    assert list(lessons_about()) == [untold, told]


def test_lessons_are_found_by_every_word_and_by_what_came_of_it():
    start, stop = learned(over("One"), "Start small, end well."), learned(over("Two"), "Start big.")
    assert list(lessons_about("start SMALL")) == [start]
    assert set(lessons_about("start", came="cannot_tell")) == {start, stop}
    assert list(lessons_about(came="helped")) == []


def test_whoever_plans_at_the_same_touchpoint_sees_what_was_learned_there():
    here = learned(over("Here"), "Tell the driver first.")
    learned(over("Elsewhere", touchpoint=touchpoint("billing")), "Send it on Monday.")
    assert lessons_for(draft("Again")) == [here]
    page = browser(staff("manager")).get(draft("Once more").get_absolute_url()).content.decode()
    assert "Tell the driver first." in page
    assert "Send it on Monday." not in page


def test_a_draft_that_says_nothing_about_where_is_shown_no_lessons():
    learned(over(), "Tell the driver first.")
    assert lessons_for(draft("Somewhere", touchpoint=None)) == []


def test_a_lesson_is_written_on_the_page_and_read_in_the_library():
    row, desk = over(), browser(staff("manager"))
    answer = desk.post(
        reverse("loop:initiative_lesson", args=[row.pk]), {"version": row.version, "lesson": "Tell the driver first."}
    )
    assert answer.status_code == 302
    assert "Tell the driver first." in desk.get(reverse("loop:lessons")).content.decode()


def test_a_stale_lesson_on_the_page_is_a_conflict():
    row, desk = over(), browser(staff("manager"))
    learned(row, "Mine.")
    answer = desk.post(reverse("loop:initiative_lesson", args=[row.pk]), {"version": row.version, "lesson": "Yours."})
    assert answer.status_code == 409
    assert "Yours." in answer.content.decode()
