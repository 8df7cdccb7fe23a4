"""Trigger rules in the admin: saved as they were meant, and tried before they are switched on."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from surveys.models import Decision, Invitation, TriggerRule
from surveys.tests import rows
from surveys.tests.designer import client_of, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def designer():
    return client_of(staff("designer"))


@pytest.fixture
def place():
    return rows.touchpoint(is_moment_of_truth=False)


@pytest.fixture
def asks():
    return rows.survey()


def form_data(place, asks, conditions: list[dict] | None = None, **fields) -> dict:
    conditions = conditions or []
    data = {
        "name": "After delivery",
        "touchpoint": place.pk,
        "survey": asks.pk,
        "channel": "email",
        "days_before": 30,
        "delay_minutes": 0,
        "window_hours": 72,
        "weekdays": ["0", "1", "2", "3", "4"],
        "quiet_from": "20:00",
        "quiet_until": "08:00",
        "reminder_after_days": 3,
        "sampling_percent": 100,
        "priority": 100,
        "conditions-TOTAL_FORMS": len(conditions),
        "conditions-INITIAL_FORMS": 0,
    }
    for number, condition in enumerate(conditions):
        data |= {f"conditions-{number}-{name}": value for name, value in condition.items()}
    return data | fields


def add(designer, *args, **kwargs):
    return designer.post(reverse("admin:surveys_triggerrule_add"), form_data(*args, **kwargs))


def test_a_rule_is_added_with_its_conditions_and_weekdays(designer, place, asks):
    big = {"subject": "event", "field": "total", "operator": "at_least", "value": "20"}
    add(designer, place, asks, [big])
    rule = TriggerRule.objects.get()
    assert rule.weekdays == [0, 1, 2, 3, 4]
    assert [str(condition) for condition in rule.conditions.all()] == ["event.total at_least 20"]


def test_a_new_rule_asks_nobody_until_it_is_switched_on(designer, place, asks):
    add(designer, place, asks)
    assert TriggerRule.objects.get().is_active is False


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"quiet_until": ""}, "Quiet hours need both ends, or none."),
        ({"sampling_percent": "101"}, "less than or equal to 100"),
        ({"window_hours": "0"}, "greater than or equal to 1"),
        ({"weekdays": ["7"]}, "7 is not one of the available choices"),
    ],
)
def test_a_rule_that_cannot_work_is_refused_in_words(designer, place, asks, fields, words):
    assert words in add(designer, place, asks, **fields).content.decode()
    assert not TriggerRule.objects.exists()


def test_a_condition_that_compares_with_nothing_is_refused(designer, place, asks):
    empty = {"subject": "event", "field": "total", "operator": "at_least", "value": ""}
    assert "Say what to compare with." in add(designer, place, asks, [empty]).content.decode()


def test_a_condition_of_presence_needs_no_value(designer, place, asks):
    add(designer, place, asks, [{"subject": "event", "field": "total", "operator": "present", "value": "20"}])
    assert TriggerRule.objects.get().conditions.get().value == ""


def test_an_active_rule_with_a_survey_nobody_can_open_is_saved_with_a_warning(designer, place, asks):
    asks.live_version = None
    asks.save()
    answer = designer.post(
        reverse("admin:surveys_triggerrule_add"), form_data(place, asks, is_active="on"), follow=True
    )
    assert "until then this rule asks nobody" in answer.content.decode()


@pytest.fixture
def three_deliveries(place):
    yesterday = timezone.now() - timedelta(days=1)
    for number in range(3):
        who = rows.customer(f"C-{number}", f"c{number}@example.org")
        rows.event(place, who, f"E-{number}", occurred_at=yesterday, attributes={"total": 10 * number})


def try_out(designer, *args, pk: int = 0, **kwargs) -> str:
    weekdays = {"weekdays": [str(day) for day in range(7)], "quiet_from": "", "quiet_until": ""}
    url = reverse("admin:surveys_triggerrule_try", args=[pk])
    return designer.post(url, form_data(*args, **weekdays | kwargs)).content.decode()


def test_a_rule_is_tried_as_it_stands_in_the_form(designer, place, asks, three_deliveries):
    big = {"subject": "event", "field": "total", "operator": "at_least", "value": "10"}
    page = try_out(designer, place, asks, [big])
    assert "Would have asked <strong>2</strong> times (2 people) after 3 events" in page
    assert "condition not met" in page


def test_trying_a_rule_leaves_no_trace(designer, place, asks, three_deliveries):
    try_out(designer, place, asks)
    assert not TriggerRule.objects.exists()
    assert not Decision.objects.exists()
    assert not Invitation.objects.exists()


def test_a_saved_rule_is_tried_with_what_is_typed_over_it(designer, place, asks, three_deliveries):
    rule = rows.rule(place, asks, name="Saved")
    assert "<strong>0</strong> times" in try_out(designer, place, asks, pk=rule.pk, sampling_percent=0)
    rule.refresh_from_db()
    assert rule.sampling_percent == 100


def test_half_a_rule_cannot_be_tried_and_says_so(designer, place, asks):
    assert "Fill in the rule first" in try_out(designer, place, asks, touchpoint="")


def test_a_place_where_nothing_happens_is_said(designer, place, asks):
    assert "there is nothing to try it on" in try_out(designer, place, asks)
