from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from surveys.models import ContactPolicy, Customer, Decision, Delivery, Invitation, TriggerCondition, TriggerRule
from surveys.services import simulation
from surveys.services.consent import opt_out
from surveys.services.events import process_event
from surveys.services.invitations import invite_directly
from surveys.services.simulation import simulate_rule
from surveys.tests import rows
from surveys.tests.rows import NOON

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SPAN = {"since": NOON - DAY, "until": NOON + 365 * DAY}


@pytest.fixture
def place():
    return rows.touchpoint()


@pytest.fixture
def planned(place):
    return TriggerRule(name="planned", touchpoint=place, survey=rows.survey(), is_active=False)


def many(place, people: int = 20, each: int = 3) -> None:
    for person in range(people):
        who = rows.customer(f"C-{person}", f"c{person}@example.org")
        for number in range(each):
            at = NOON + number * 20 * DAY
            carrier = "DHL" if number else "UPS"
            rows.event(place, who, f"E-{person}-{number}", occurred_at=at, attributes={"carrier": carrier})


def test_a_rule_can_be_tried_before_it_is_saved(place, planned):
    many(place)
    result = simulate_rule(planned, conditions=[], **SPAN)
    assert result.reasons == {"asked": 40, "survey_after_invitation": 20}
    assert (result.events, result.asked, result.people, result.channels) == (60, 40, 20, {"email": 40})


def test_the_result_is_said_in_one_sentence(place, planned):
    many(place)
    said = simulate_rule(planned, conditions=[], **SPAN).sentence()
    assert said == ("Would have asked 40 times (20 people) after 60 events. Not asked: 20 asked the same not long ago.")


def test_what_the_contact_policy_held_back_is_counted_by_itself(place, planned):
    many(place)
    Customer.objects.filter(external_id="C-4").update(is_holdout=True)
    result = simulate_rule(planned, conditions=[], **SPAN)
    assert (result.held_back, result.reasons["holdout"]) == (19, 3)


def test_conditions_are_tried_with_it(place, planned):
    many(place)
    only_ups = TriggerCondition(field="carrier", operator="is", value="UPS")
    assert simulate_rule(planned, conditions=[only_ups], **SPAN).reasons == {"condition": 40, "asked": 20}


def test_another_policy_can_be_tried(place, planned):
    many(place)
    strict = ContactPolicy(survey_after_invitation_days=0, cap_count=1, cap_days=90)
    assert simulate_rule(planned, conditions=[], policy=strict, **SPAN).reasons == {"cap": 40, "asked": 20}


def test_it_says_exactly_what_then_really_happens(place, planned):
    many(place)
    opt_out("email", "c3@example.org", now=NOON, source="link")
    Customer.objects.filter(external_id="C-4").update(is_holdout=True)
    planned.sampling_percent = 60
    foretold = simulate_rule(planned, conditions=[], **SPAN)
    planned.is_active = True
    planned.save()
    for event in planned.touchpoint.events.order_by("occurred_at"):
        process_event(event.pk, now=event.occurred_at)
    happened = [row.reason for row in Decision.objects.all()]
    assert foretold.reasons == {reason: happened.count(reason) for reason in set(happened)}


def test_a_rule_in_use_is_simulated_as_if_it_had_asked_nobody_yet(place, planned):
    many(place, people=3)
    planned.is_active = True
    planned.save()
    for event in place.events.order_by("occurred_at"):
        process_event(event.pk, now=event.occurred_at)
    assert simulate_rule(planned, **SPAN).asked == Invitation.objects.count() == 6


def test_what_other_surveys_asked_is_counted_up_to_each_event(place, planned):
    many(place, people=1)
    invite_directly(rows.survey("other"), Customer.objects.get(), now=NOON + 19 * DAY)
    assert simulate_rule(planned, conditions=[], **SPAN).reasons == {"cap": 2, "asked": 1}


def test_nothing_is_written(place, planned):
    many(place)
    simulate_rule(planned, conditions=[], **SPAN)
    assert not Decision.objects.exists()
    assert not Invitation.objects.exists()
    assert not Delivery.objects.exists()
    assert planned.pk is None
    assert planned.is_active is False


def test_only_the_newest_events_are_tried_when_there_are_very_many(place, planned, monkeypatch):
    monkeypatch.setattr(simulation, "MOST_EVENTS", 10)
    many(place)
    result = simulate_rule(planned, conditions=[], **SPAN)
    assert (result.events, result.is_cut) == (10, True)


def test_a_quiet_touchpoint_says_so(planned):
    assert simulate_rule(planned, conditions=[], **SPAN).sentence() == (
        "Nothing happened at this touchpoint in that time."
    )


def test_the_command_says_it_on_the_console(place, planned, time_machine):
    time_machine.move_to(NOON + 50 * DAY)
    many(place, people=2)
    planned.save()
    out = StringIO()
    call_command("simulate_rule", "planned", stdout=out)
    assert "Would have asked 4 times (2 people) after 6 events." in out.getvalue()
    with pytest.raises(CommandError):
        call_command("simulate_rule", "unknown", stdout=out)
