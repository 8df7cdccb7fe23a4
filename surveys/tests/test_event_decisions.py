from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from surveys.models import ContactPolicy, Decision, Delivery, Invitation, TouchpointEvent, TriggerCondition, TriggerRule
from surveys.services import events
from surveys.services.events import park_events, process_event, replay_event
from surveys.tests import rows
from surveys.tests.rows import NOON

pytestmark = pytest.mark.django_db
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def reasons():
    return dict(Decision.objects.values_list("rule__name", "reason"))


@pytest.fixture
def delivery():
    return rows.touchpoint("delivery")


def test_an_event_leads_to_a_decision_an_invitation_and_a_delivery(delivery):
    rule = rows.rule(delivery, rows.survey(), delay_minutes=60)
    event = rows.event(delivery, rows.customer())
    process_event(event.pk, now=NOON)
    decision, invitation = Decision.objects.get(), Invitation.objects.get()
    assert (decision.rule, decision.outcome, decision.reason) == (rule, "ask", "asked")
    assert (invitation.event, invitation.version) == (event, rule.survey.live_version)
    sent = invitation.deliveries.get()
    assert (sent.status, sent.address, sent.due_at) == ("queued", "ana@example.org", NOON + HOUR)


def test_why_she_was_not_asked_is_kept_in_words_with_every_check(delivery):
    rule = rows.rule(delivery, rows.survey())
    TriggerCondition.objects.create(rule=rule, field="carrier", operator="is", value="DHL")
    process_event(rows.event(delivery, rows.customer(), attributes={"carrier": "UPS"}).pk, now=NOON)
    decision = Decision.objects.get()
    assert decision.sentence == "“carrier” of the event is DHL: no."
    assert {"check": "condition", "passed": False, "text": decision.sentence} in decision.trace
    assert len(decision.trace) >= 10
    assert not Invitation.objects.exists()


def test_processing_twice_decides_once(delivery):
    rows.rule(delivery, rows.survey())
    event = rows.event(delivery, rows.customer())
    process_event(event.pk, now=NOON)
    TouchpointEvent.objects.update(handled_at=None)
    process_event(event.pk, now=NOON)
    assert (Decision.objects.count(), Invitation.objects.count(), Delivery.objects.count()) == (1, 1, 1)


def test_the_smallest_number_asks_and_the_others_say_why_not(delivery):
    rows.rule(delivery, rows.survey("a"), name="second", priority=20)
    rows.rule(delivery, rows.survey("b"), name="first", priority=10)
    rows.rule(delivery, rows.survey("c"), name="off", is_active=False)
    process_event(rows.event(delivery, rows.customer()).pk, now=NOON)
    assert reasons() == {"first": "asked", "second": "priority"}


def test_a_more_important_rule_that_does_not_ask_leaves_the_way_to_the_next(delivery):
    rows.rule(delivery, rows.survey("a"), name="first", priority=10, sampling_percent=0)
    rows.rule(delivery, rows.survey("b"), name="second", priority=20)
    process_event(rows.event(delivery, rows.customer()).pk, now=NOON)
    assert reasons() == {"first": "sample", "second": "asked"}


def test_an_event_that_nobody_asks_after_is_handled_too(delivery):
    event = rows.event(delivery, None)
    process_event(event.pk, now=NOON)
    event.refresh_from_db()
    assert event.handled_at == NOON


def test_one_person_on_two_devices_is_asked_once(delivery):
    rows.rule(delivery, rows.survey())
    ana = rows.customer()
    for number in (1, 2):
        process_event(rows.event(delivery, ana, f"E-{number}").pk, now=NOON)
    assert [row.reason for row in Decision.objects.order_by("pk")] == ["asked", "survey_after_invitation"]


def test_an_ask_that_was_dropped_does_not_count_against_the_next(delivery):
    rows.rule(delivery, rows.survey())
    ana = rows.customer()
    process_event(rows.event(delivery, ana, "E-1").pk, now=NOON)
    Delivery.objects.update(status="dropped")
    process_event(rows.event(delivery, ana, "E-2").pk, now=NOON)
    assert Decision.objects.filter(reason="asked").count() == 2


def test_an_old_event_that_arrives_late_asks_nobody(delivery):
    rows.rule(delivery, rows.survey(), window_hours=72)
    process_event(rows.event(delivery, rows.customer(), occurred_at=NOON - 100 * DAY).pk, now=NOON)
    assert Decision.objects.get().reason == "window"


def test_an_event_under_lease_is_left_to_whoever_holds_it(delivery):
    event = rows.event(delivery, None, leased_until=NOON + MINUTE)
    process_event(event.pk, now=NOON)
    event.refresh_from_db()
    assert event.handled_at is None


def test_a_lease_that_ran_out_is_taken_over(delivery):
    event = rows.event(delivery, None, leased_until=NOON - MINUTE, attempts=1)
    process_event(event.pk, now=NOON)
    event.refresh_from_db()
    assert (event.handled_at, event.attempts) == (NOON, 2)


def test_an_event_that_fails_five_times_is_parked_with_its_reason_and_can_be_replayed(delivery, monkeypatch):
    event = rows.event(delivery, None)
    monkeypatch.setattr(events, "policy_in_force", lambda: 1 / 0)
    for _attempt in range(5):
        with pytest.raises(ZeroDivisionError):
            process_event(event.pk, now=NOON)
    process_event(event.pk, now=NOON)  # a sixth try is not made
    assert park_events(now=NOON) == 1
    event.refresh_from_db()
    assert (event.parked_at, event.last_error) == (NOON, "ZeroDivisionError")
    monkeypatch.undo()
    replay_event(event.pk)
    process_event(event.pk, now=NOON)
    event.refresh_from_db()
    assert event.handled_at == NOON


def test_a_failure_leaves_no_half_decision(delivery, monkeypatch):
    rows.rule(delivery, rows.survey())
    event = rows.event(delivery, rows.customer())
    monkeypatch.setattr(events, "issue_invitation", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        process_event(event.pk, now=NOON)
    assert not Decision.objects.exists()


def test_a_weekly_pulse_leaves_the_quarterly_survey_its_ask_all_year(delivery):
    """Peers starve the rarer survey: its clock is restarted by every pulse."""
    policy = {"account_after_invitation_days": 7, "cap_count": 8, "cap_days": 60}
    zero = dict.fromkeys(
        ["survey_after_invitation_days", "survey_after_response_days", "account_after_response_days"], 0
    )
    ContactPolicy.objects.create(name="p", is_default=True, **policy, **zero)
    quarter = rows.touchpoint("quarter")
    rows.rule(delivery, rows.survey("pulse"), priority=100)
    rows.rule(quarter, rows.survey("nps"), priority=10, reserves_ask=True, window_hours=24 * 14)
    ana = rows.customer()
    for day in range(365):
        now = NOON + day * DAY
        if day % 7 == 0:
            process_event(rows.event(delivery, ana, f"W-{day}", occurred_at=now).pk, now=now)
        if day % 91 == 45:
            process_event(rows.event(quarter, ana, f"Q-{day}", occurred_at=now).pk, now=now)
    asked = Decision.objects.filter(outcome="ask").values_list("rule__survey__slug", flat=True)
    assert list(asked).count("nps") == 4
    assert list(asked).count("pulse") > 35


def test_without_a_reserved_ask_the_pulse_crowds_out_the_rarer_survey(delivery):
    policy = {"cap_count": 2, "cap_days": 90, "account_after_invitation_days": 0, "survey_after_invitation_days": 0}
    ContactPolicy.objects.create(name="p", is_default=True, **policy)
    quarter = rows.touchpoint("quarter")
    rows.rule(delivery, rows.survey("pulse"), priority=100)
    rare = rows.rule(quarter, rows.survey("nps"), priority=10, name="rare")
    ana, ben = rows.customer(), rows.customer("C-2", "ben@example.org")
    for who, reserves in ((ana, False), (ben, True)):
        TriggerRule.objects.filter(pk=rare.pk).update(reserves_ask=reserves)
        for week in range(3):
            now = NOON + week * 7 * DAY
            process_event(rows.event(delivery, who, f"{who.pk}-{week}", occurred_at=now).pk, now=now)
        process_event(rows.event(quarter, who, f"{who.pk}-q", occurred_at=now).pk, now=now)
    answers = Decision.objects.filter(rule=rare).order_by("pk").values_list("reason", flat=True)
    assert list(answers) == ["cap", "asked"]


def test_the_rule_that_decided_and_the_customer_are_one_click_from_the_decision(
    delivery, django_assert_max_num_queries
):
    rows.rule(delivery, rows.survey())
    process_event(rows.event(delivery, rows.customer()).pk, now=NOON)
    with django_assert_max_num_queries(1):
        decision = Decision.objects.select_related("rule", "event__customer").get()
        assert (decision.rule.name, decision.event.customer.name) == ("delivery asks delivery-nps", "Ana")


class TestArrival(TestCase):
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.permutations(range(4)))
    def test_in_whatever_order_events_arrive_the_same_person_is_asked_once_and_never_too_late(self, order):
        delivery = rows.touchpoint()
        rows.rule(delivery, rows.survey(), window_hours=72)
        ana = rows.customer()
        arrivals = [rows.event(delivery, ana, f"E-{n}", occurred_at=NOON - n * 30 * HOUR) for n in order]
        for event in arrivals:
            process_event(event.pk, now=NOON)
        (invitation,) = Invitation.objects.all()
        assert invitation.due_at <= invitation.event.occurred_at + 72 * HOUR
        assert Decision.objects.count() == 4
