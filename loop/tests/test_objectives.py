"""An objective: what it takes, the five questions, and what is not measured yet."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from feedback.models import ChurnDefinition, CustomerProfile, LoggedChange
from loop.models import ActionTaken, Case, Objective
from loop.reports.objective import objective_report, retention
from loop.services.initiatives import read_out
from loop.tests.outer import registered
from loop.tests.rows import DAY, NOON, case, customer, leaf, response, touchpoint
from loop.tests.staff import browser, staff
from surveys.tests import rows

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 1, tzinfo=UTC)


def objective(**fields) -> Objective:
    plan = {"baseline": 80, "target": 83, "starts_on": date(2026, 11, 1), "deadline_on": date(2027, 11, 1)}
    return Objective.objects.create(**{"name": "Keep more"} | plan | fields)


def known_for_years(number: int, *, left: bool = False):
    who = customer(f"C-{number}")
    CustomerProfile.objects.create(
        customer=who, first_event_at=NOON - 800 * DAY, left_at=NOON - DAY if left else None, counted_at=NOON
    )
    return who


def test_three_points_from_eighty_need_2791_people_and_fifteen_of_a_hundred_leavers_saved():
    report = objective_report(objective(), now=NOON)
    assert report.saved_share == pytest.approx(15)
    assert report.needed == 2791


def test_retention_is_the_share_that_was_there_a_year_before_and_has_not_left():
    place = touchpoint()
    for number in range(10):
        who = customer(f"C-{number}")
        rows.event(place, who, f"old-{number}", occurred_at=START - timedelta(days=370))
        if number < 8:
            rows.event(place, who, f"new-{number}", occurred_at=START - timedelta(days=10))
    figure = retention(ChurnDefinition(pk=1), at=START)
    assert (figure.value, figure.n) == (80.0, 10)
    assert figure.interval.low < 80 < figure.interval.high


def test_who_came_later_or_had_left_before_counts_for_nothing():
    place = touchpoint()
    rows.event(place, customer("C-1"), "late", occurred_at=START - timedelta(days=100))
    rows.event(place, customer("C-2"), "gone", occurred_at=START - timedelta(days=700))
    assert not retention(ChurnDefinition(pk=1), at=START).is_known


def test_causes_are_laid_beside_who_left_among_loyal_customers():
    cause = leaf_of_case()
    for number in range(6):
        row = case(who=known_for_years(number, left=number < 3))
        Case.objects.filter(pk=row.pk).update(cause=cause)
    report = objective_report(objective(), now=NOON)
    assert [(share.name, share.figure.value, share.figure.n) for share in report.causes] == [
        (cause.parent.name, 50.0, 6)
    ]


def leaf_of_case():
    case(who=customer("C-x"))
    return leaf()


def test_a_read_out_is_an_action_of_the_grade_of_a_quasi_experiment():
    read_out(registered().pk, now=NOON + timedelta(weeks=20))
    (worked,) = objective_report(objective(), now=NOON).worked
    assert (worked.name, worked.grade) == ("Faster parcels", "quasi")


def resolved_with(action, *, confirmed: int, n: int, begin: int) -> None:
    for number in range(n):
        row = case(who=customer(f"C-{begin + number}"))
        Case.objects.filter(pk=row.pk).update(
            action=action,
            cause=leaf(),
            status="confirmed" if number < confirmed else "resolved",
            resolved_at=NOON,
            confirmed_at=NOON if number < confirmed else None,
        )


def test_an_action_stands_beside_all_others_as_an_association_and_single_stories_as_anecdotes():
    case(who=customer("C-y"))
    call, mail, rare = ActionTaken.objects.all()[:3]
    resolved_with(call, confirmed=4, n=5, begin=0)
    resolved_with(mail, confirmed=1, n=5, begin=10)
    resolved_with(rare, confirmed=1, n=1, begin=20)
    told = {each.name: each for each in objective_report(objective(), now=NOON).actions}
    assert (told[call.name].grade, told[call.name].figure.value) == ("association", 80)
    assert (told[call.name].others.value, told[call.name].others.n) == (pytest.approx(100 * 2 / 6), 6)
    assert (told[rare.name].grade, told[rare.name].figure, told[rare.name].confirmed) == ("anecdote", None, 1)


def test_where_no_cause_has_five_customers_their_cases_are_shown_as_anecdotes():
    gone = case(who=known_for_years(1, left=True))
    case(who=known_for_years(2))
    aim = objective()
    assert objective_report(aim, now=NOON).stories == [gone]
    page = browser(staff("manager")).get(aim.get_absolute_url()).content.decode()
    assert gone.code in page
    assert "anecdote" in page


def praise_of(number: int):
    return response(nps=10, comment="So kind.", who=known_for_years(number))


def test_fewer_than_five_answers_of_loyal_promoters_are_read_and_not_counted():
    said = praise_of(1)
    report = objective_report(objective(), now=NOON)
    assert (report.reasons, report.promoters, report.voices) == ([], 1, [said])


def test_whoever_left_or_came_lately_is_no_voice_of_why_people_stay():
    response(nps=10, comment="So kind.", who=known_for_years(1, left=True))
    response(nps=10, comment="So kind.", who=customer("C-new"))
    assert objective_report(objective(), now=NOON).voices == []


def test_a_page_without_data_says_five_times_what_is_missing():
    page = browser(staff("manager")).get(objective().get_absolute_url()).content.decode()
    assert page.count("not measured yet") == 5
    assert "Name the cause when a case is resolved." in page


def test_an_aim_below_the_baseline_is_refused():
    desk = browser(staff("manager"))
    asked = {"name": "Less", "metric": "retention", "baseline": 83, "target": 80}
    asked |= {"starts_on": "2026-11-01", "deadline_on": "2027-11-01"}
    answer = desk.post(reverse("loop:objective_new"), asked)
    assert answer.status_code == 422
    assert "The aim must lie above where we are." in answer.content.decode()


def test_an_objective_is_set_and_shown_in_the_list():
    desk = browser(staff("manager"))
    asked = {"name": "Keep more", "metric": "retention", "baseline": 80, "target": 83}
    desk.post(reverse("loop:objective_new"), asked | {"starts_on": "2026-11-01", "deadline_on": "2027-11-01"})
    assert "Keep more" in desk.get(reverse("loop:objectives")).content.decode()


def test_what_changed_is_drawn_on_the_months_of_an_objective():
    place, now = touchpoint(), timezone.now()
    for number in range(10):
        who = customer(f"C-{number}")
        for days in (700, 400, 10):
            rows.event(place, who, f"{days}-{number}", occurred_at=now - timedelta(days=days))
    on = (now - timedelta(days=70)).date()
    LoggedChange.objects.create(kind="price", on=on, text="Prices up by 5")
    chart = browser(staff("manager")).get(objective().get_absolute_url()).context["trend"]
    assert [row[0].text for row in chart.table.rows if row[-1].text] == [f"{on:%B %Y}"]
    assert "Prices up by 5" in chart.svg


def test_the_list_asks_the_database_as_often_for_many_as_for_one():
    desk = browser(staff("manager"))

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            desk.get(reverse("loop:objectives"))
        return len(caught)

    objective()
    few = queries()
    for number in range(3):
        objective(name=f"More {number}")
    assert queries() == few
