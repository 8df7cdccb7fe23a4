"""Initiatives and feedback loops on screen."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from feedback.models import LoggedChange
from loop.models import FeedbackLoop, Initiative
from loop.services.initiatives import change_initiative, read_out
from loop.services.loops import open_loop
from loop.tests.outer import LIVE_ON, draft, registered, weekly_scores
from loop.tests.rows import NOON, case, person, touchpoint
from loop.tests.staff import browser, staff
from loop.views.initiative_pictures import impact_picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return browser(staff("manager"))


def shown(desk, name: str, *args) -> str:
    return desk.get(reverse(f"loop:{name}", args=args)).content.decode()


def written(**fields) -> dict:
    today = timezone.now().date()
    plan = {"go_live_on": today + timedelta(weeks=2), "read_out_on": today + timedelta(weeks=14)}
    rated = {"impact": 5, "effort": 1, "expected_change": "5", "worth_finding": "3", "metric": "csat"}
    return {"name": "Faster", "problem": "Late.", "kind": "process", "version": 1, **rated, **plan, **fields}


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("initiatives", "No initiative yet"),
        ("initiative_matrix", "Nothing to weigh"),
        ("loops", "No loop yet"),
    ],
)
def test_an_empty_page_says_what_belongs_there(desk, name, says):
    assert says in shown(desk, name)


def test_an_initiative_is_written_down_with_its_evidence(desk):
    row = case(now=NOON)
    asked = written(cases_named=row.code.lower(), touchpoint=touchpoint().pk)
    desk.post(reverse("loop:initiative_new"), asked)
    assert list(Initiative.objects.get(name="Faster").cases.all()) == [row]


def test_evidence_that_does_not_exist_is_refused_in_its_own_field(desk):
    answer = desk.post(reverse("loop:initiative_new"), written(cases_named="NOPE1234", responses_named="x"))
    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        "cases_named": ["There is no case NOPE1234."],
        "responses_named": ["There is no response x."],
    }


def test_looking_before_it_goes_live_is_refused(desk):
    answer = desk.post(reverse("loop:initiative_new"), written(read_out_on=timezone.now().date()))
    assert "We look after it went live" in answer.content.decode()


def test_a_quick_win_is_found_by_its_tab_and_a_big_thing_is_not(desk):
    draft("Small", impact=4, effort=2)
    draft("Big", impact=4, effort=3)
    page = desk.get(reverse("loop:initiatives"), {"show": "quick"}).content.decode()
    assert "Small" in page
    assert "Big" not in page


def test_the_matrix_leads_to_every_initiative(desk):
    row = draft()
    assert f'href="{row.get_absolute_url()}"' in shown(desk, "initiative_matrix")


def test_two_that_are_rated_alike_do_not_cover_each_other(desk):
    rows = [draft("One"), draft("Two")]
    drawn = str(impact_picture(rows).svg)
    places = re.findall(r'<circle cx="([\d.]+)%"', drawn)
    assert len(set(places)) == 2


def test_registering_by_the_page_freezes_the_plan(desk):
    live_on = timezone.now().date() + timedelta(weeks=2)
    row = draft(go_live_on=live_on, read_out_on=live_on + timedelta(weeks=12))
    desk.post(reverse("loop:initiative_register", args=[row.pk]))
    assert Initiative.objects.get(pk=row.pk).is_frozen


def test_a_frozen_field_is_not_changed_by_a_forged_form(desk):
    row = registered()
    desk.post(reverse("loop:initiative_change", args=[row.pk]), written(version=row.version, expected_change="1"))
    row.refresh_from_db()
    assert (row.name, row.expected_change) == ("Faster", 10.0)


def test_two_who_edit_at_once_are_shown_both(desk):
    row = draft()
    change_initiative(row.pk, version=1, actor=person("first"), now=NOON, impact=5)
    answer = desk.post(reverse("loop:initiative_change", args=[row.pk]), written(version=1, impact=1))
    assert answer.status_code == 409
    assert '<input type="hidden" name="impact" value="1">' in answer.content.decode()


def test_mine_on_top_of_theirs_is_one_more_press(desk):
    row = draft()
    change_initiative(row.pk, version=1, actor=person("first"), now=NOON, impact=5)
    desk.post(reverse("loop:initiative_change", args=[row.pk]), written(version=2, impact=1))
    assert Initiative.objects.get(pk=row.pk).impact == 1


def test_before_the_read_out_no_week_after_the_change_is_shown(desk):
    weekly_scores(touchpoint(), [60.0] * 26 + [90.0] * 12)
    page = desk.get(registered().get_absolute_url())
    assert "Not read out yet" in page.content.decode()
    assert max(week.place for week in page.context["effect"].weeks) < 0


def test_weeks_lead_to_their_answers_and_what_else_changed_is_drawn(desk):
    weekly_scores(touchpoint(), [60.0] * 26)
    starts_on = LIVE_ON - timedelta(weeks=5)
    LoggedChange.objects.create(kind="price", on=starts_on, text="Prices up by 5")
    chart = desk.get(registered().get_absolute_url()).context["picture"]
    noted = next(row for row in chart.table.rows if row[-1].text)
    assert noted[-1].text == "Prices up by 5"
    assert (
        f"first={LIVE_ON - timedelta(weeks=5)}&last={LIVE_ON - timedelta(weeks=5) + timedelta(days=6)}"
        in noted[3].address
    )
    assert "Prices up by 5" in chart.svg


def test_the_read_out_is_shown_with_its_interval_and_what_was_expected(desk):
    other = touchpoint("other")
    wobble = [(week * 7) % 5 for week in range(38)]
    weekly_scores(touchpoint(), [60 + w + (12 if week >= 26 else 0) for week, w in enumerate(wobble)])
    weekly_scores(other, [60 + (w * 3) % 4 for w in wobble])
    row = registered(controls=[other])
    read_out(row.pk, now=NOON + timedelta(weeks=20))
    page = desk.get(row.get_absolute_url()).content.decode()
    assert "helped" in page
    assert "+10.0</dd>" in page.replace(" points of the percentage", "").replace("\n", "")


def test_dropping_without_a_reason_is_refused(desk):
    row = draft()
    assert desk.post(reverse("loop:initiative_drop", args=[row.pk]), {"reason": ""}).status_code == 422
    assert Initiative.objects.get(pk=row.pk).is_draft


def test_a_loop_is_opened_and_shown_with_its_step(desk):
    desk.post(reverse("loop:loop_new"), {"name": "Late", "touchpoint": touchpoint().pk})
    assert FeedbackLoop.objects.count() == 1
    assert "open at step 1" in shown(desk, "loops")


@pytest.mark.parametrize("name", ["initiatives", "loops"])
def test_a_list_asks_the_database_as_often_for_many_as_for_one(desk, name):
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            desk.get(reverse(f"loop:{name}"))
        return len(caught)

    def more(number: int) -> None:
        row = registered(f"Change {number}", go_live_on=LIVE_ON)
        open_loop(actor=None, now=NOON, name=f"Loop {number}", touchpoint=touchpoint(), initiative=row)

    more(0)
    few = queries()
    for number in range(1, 4):
        more(number)
    assert queries() == few
