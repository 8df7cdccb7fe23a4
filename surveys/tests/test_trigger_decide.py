from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.models import (
    ContactPolicy,
    Customer,
    Survey,
    Touchpoint,
    TouchpointEvent,
    TriggerCondition,
    TriggerRule,
)
from surveys.triggers.decide import decide, decide_directly, recheck_invitation, recheck_reminder
from surveys.triggers.fatigue import Contact
from surveys.triggers.occasion import Occasion, Person, Way
from surveys.triggers.reasons import REASONS

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)  # a Wednesday
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
UTC_ZONE = ZoneInfo("UTC")
MAIL = Way("email", "ana@example.org", zones=(UTC_ZONE,))
SMS = Way("sms", "+4915112345678", consent="granted", zones=(UTC_ZONE,))


def ana(*ways, contacts=(), **fields):
    return Person(Customer(pk=7, **fields), {way.channel: way for way in ways or (MAIL,)}, tuple(contacts))


def occasion(**changes):
    rule = TriggerRule(pk=3, name="After delivery", survey_id=1, is_active=True, sampling_percent=100)
    for name in list(changes):
        if name.startswith("rule_"):
            setattr(rule, name.removeprefix("rule_"), changes.pop(name))
    plain = Occasion(
        now=NOON,
        survey=Survey(pk=1, name="Delivery NPS", live_version_id=1),
        channel="email",
        policy=ContactPolicy(),
        home_zone=UTC_ZONE,
        person=ana(),
        touchpoint=Touchpoint(slug="delivery"),
        event=TouchpointEvent(pk=9, occurred_at=NOON),
        rule=rule,
        facts={"event": {"carrier": "DHL"}, "customer": {}},
    )
    return replace(plain, **changes)


def reason(**changes):
    return decide(occasion(**changes)).reason


def test_a_customer_without_any_obstacle_is_asked_after_the_delay():
    answer = decide(occasion(rule_delay_minutes=90))
    assert (answer.asks, answer.reason, answer.due_at) == (True, "asked", NOON + 90 * timedelta(minutes=1))


def test_the_trace_tells_every_check_in_words():
    trace = decide(occasion()).trace
    assert [line.check for line in trace] == [
        "rule", "survey", "customer", "opt_out", "consent", "address", "holdout", "sample", "priority", "cooldown",
        "quiet", "window",
    ]  # fmt: skip
    assert all(line.text.endswith(".") for line in trace)


@pytest.mark.parametrize(
    ("expected", "changes"),
    [
        ("rule", {"rule_is_active": False}),
        ("rule", {"rule_starts_at": NOON + HOUR}),
        ("rule", {"rule_ends_at": NOON}),
        ("survey", {"survey": Survey(pk=1, name="Draft")}),
        ("survey", {"survey": Survey(pk=1, name="Closed", live_version_id=1, closed_at=NOON)}),
        ("condition", {"conditions": (TriggerCondition(field="carrier", operator="is", value="UPS"),)}),
        ("condition", {"conditions": (TriggerCondition(field="weight", operator="at_most", value="5"),)}),
        ("customer", {"person": None}),
        ("customer", {"person": ana(erased_at=NOON)}),
        ("opt_out", {"person": ana(replace(MAIL, is_suppressed=True))}),
        ("consent", {"person": ana(replace(MAIL, consent="withdrawn"))}),
        ("consent", {"policy": ContactPolicy(email_needs_consent=True)}),
        ("consent", {"channel": "sms", "person": ana(replace(SMS, consent=""))}),
        ("address", {"person": ana(SMS)}),
        ("holdout", {"person": ana(is_holdout=True)}),
        ("sample", {"rule_sampling_percent": 0}),
        ("priority", {"asked_by": "Churn risk"}),
        ("window", {"now": NOON + 73 * HOUR}),
        ("quiet", {"rule_weekdays": [9]}),
    ],
)
def test_each_obstacle_says_no_with_its_own_reason(expected, changes):
    assert reason(**changes) == expected


def test_the_opt_out_is_named_before_anything_less_important():
    person = ana(replace(MAIL, is_suppressed=True), is_holdout=True)
    assert reason(person=person, rule_sampling_percent=0) == "opt_out"


def test_a_condition_that_holds_is_written_into_the_trace():
    answer = decide(occasion(conditions=(TriggerCondition(field="carrier", operator="is", value="dhl"),)))
    assert [line.text for line in answer.trace if line.check == "condition"] == ["“carrier” of the event is dhl: yes."]


def test_the_trace_never_repeats_what_is_known_about_the_customer():
    condition = TriggerCondition(subject="customer", field="plan", operator="is", value="basic")
    answer = decide(occasion(conditions=(condition,), facts={"customer": {"plan": "secret-plan"}}))
    assert "secret-plan" not in str(answer)


def test_a_moment_of_truth_ignores_the_sample_and_the_clock_of_the_same_survey():
    person = ana(contacts=[Contact(1, NOON - 10 * DAY)])
    everyday = occasion(person=person, rule_sampling_percent=0)
    assert decide(everyday).reason == "sample"
    assert decide(replace(everyday, touchpoint=Touchpoint(is_moment_of_truth=True))).asks


def test_a_moment_of_truth_never_jumps_the_clock_of_the_whole_account():
    person = ana(contacts=[Contact(2, NOON - 1 * DAY)])
    assert reason(person=person, touchpoint=Touchpoint(is_moment_of_truth=True)) == "account_after_invitation"


def test_a_cooldown_that_ends_inside_the_window_makes_the_question_wait():
    answer = decide(occasion(person=ana(contacts=[Contact(2, NOON - 5 * DAY)])))
    assert (answer.asks, answer.due_at) == (True, NOON + 2 * DAY)


def test_a_cooldown_that_ends_after_the_window_says_no_and_until_when():
    answer = decide(occasion(person=ana(contacts=[Contact(2, NOON - 1 * DAY)])))
    assert answer.reason == "account_after_invitation"
    assert "2026-07-07 12:00 UTC" in answer.sentence


def test_the_last_ask_under_the_cap_is_kept_for_the_rarer_survey():
    asked_once = ana(contacts=[Contact(2, NOON - 60 * DAY)])
    assert reason(person=asked_once, reserved=frozenset({99})) == "kept_free"
    assert reason(person=ana(), reserved=frozenset({99})) == "asked"


def test_an_ask_that_has_to_wait_until_the_rarer_survey_is_due_again_is_left_to_it():
    rarer, often = Contact(99, NOON - 88 * DAY), Contact(1, NOON - 42 * DAY)
    full = {"policy": ContactPolicy(cap_count=2, cap_days=90), "reserved": frozenset({99}), "rule_window_hours": 72}
    assert reason(person=ana(contacts=[rarer, often]), **full) == "kept_free"
    assert reason(person=ana(contacts=[often]), **full | {"reserved": frozenset()}) == "asked"


def test_quiet_hours_move_the_question_to_the_customers_morning():
    tokyo = replace(MAIL, zones=(ZoneInfo("Asia/Tokyo"),))
    answer = decide(occasion(person=ana(tokyo), rule_quiet_from=time(17), rule_quiet_until=time(9)))
    assert answer.due_at.astimezone(ZoneInfo("Asia/Tokyo")).isoformat() == "2026-07-02T09:00:00+09:00"


def test_quiet_hours_that_reach_past_the_window_are_too_late():
    answer = decide(occasion(rule_weekdays=[0], rule_window_hours=72))
    assert answer.reason == "window"


def test_an_sms_keeps_the_telephone_hours_even_without_a_rule_for_them():
    night = occasion(now=NOON + 10 * HOUR, channel="sms", person=ana(SMS))
    assert decide(night).due_at == NOON + 20 * HOUR


def test_an_sms_to_a_wide_country_waits_until_it_is_day_everywhere():
    coasts = replace(SMS, zones=(ZoneInfo("America/New_York"), ZoneInfo("Pacific/Honolulu")))
    answer = decide(occasion(channel="sms", person=ana(coasts)))
    assert answer.due_at == datetime(2026, 7, 1, 18, tzinfo=UTC)


def test_a_mail_to_a_country_without_a_common_hour_uses_the_hours_of_the_house():
    far = replace(MAIL, zones=(ZoneInfo("Asia/Tokyo"), ZoneInfo("America/New_York")))
    answer = decide(occasion(person=ana(far), rule_quiet_from=time(17), rule_quiet_until=time(9)))
    assert answer.due_at == NOON


def test_an_sms_to_a_country_without_a_common_hour_is_not_sent():
    far = replace(SMS, zones=(ZoneInfo("Asia/Tokyo"), ZoneInfo("America/New_York")))
    office = {"rule_quiet_from": time(17), "rule_quiet_until": time(9)}
    assert reason(channel="sms", person=ana(far), **office) == "quiet"


def test_the_preferred_channel_is_used_when_it_can_be():
    answer = decide(occasion(person=ana(MAIL, SMS, preferred_channel="sms")))
    assert answer.way == SMS


@pytest.mark.parametrize(
    "useless",
    [replace(SMS, is_suppressed=True), replace(SMS, consent="withdrawn"), replace(SMS, consent=""), Way("sms")],
)
def test_the_rules_channel_is_used_when_the_preferred_one_cannot_be(useless):
    assert decide(occasion(person=ana(MAIL, useless, preferred_channel="sms"))).way == MAIL


def test_a_link_may_ask_without_naming_anybody():
    assert decide(occasion(channel="link", person=None)).asks


def test_a_direct_ask_skips_cooldowns_and_holdout_but_not_the_customers_no():
    contacts = [Contact(1, NOON - DAY)] * 5
    direct = {"rule": None, "event": None}
    assert decide_directly(occasion(person=ana(contacts=contacts, is_holdout=True), **direct)).asks
    suppressed = replace(MAIL, is_suppressed=True)
    assert decide_directly(occasion(person=ana(suppressed), **direct)).reason == "opt_out"


def test_right_before_sending_a_newer_answer_makes_it_wait_or_drop():
    answered = ana(contacts=[Contact(2, NOON - 40 * DAY, answered_at=NOON)])
    assert recheck_invitation(occasion(person=answered)).reason == "account_after_response"


def test_right_before_sending_the_sample_is_not_drawn_again():
    assert recheck_invitation(occasion(rule_sampling_percent=0)).asks


def test_a_rule_switched_off_stops_what_still_waits():
    assert recheck_invitation(occasion(rule_is_active=False)).reason == "rule"


def test_a_reminder_knows_no_cooldown_and_no_window_but_the_opt_out():
    late = occasion(now=NOON + 4 * DAY, person=ana(contacts=[Contact(1, NOON)]))
    assert recheck_reminder(late).asks
    assert recheck_reminder(replace(late, person=ana(replace(MAIL, is_suppressed=True)))).reason == "opt_out"


people = st.builds(
    lambda suppressed, consent, holdout, ago: ana(
        replace(MAIL, is_suppressed=suppressed, consent=consent),
        contacts=[Contact(survey, NOON - days * DAY) for survey, days in ago],
        is_holdout=holdout,
    ),
    st.booleans(),
    st.sampled_from(["", "granted", "withdrawn"]),
    st.booleans(),
    st.lists(st.tuples(st.sampled_from([1, 2]), st.integers(0, 100)), max_size=4),
)
clocks = st.builds(time, st.integers(0, 23))


@settings(max_examples=100, deadline=None)
@given(people, st.integers(0, 200), st.integers(1, 400), clocks, clocks, st.frozensets(st.integers(1, 9)))
def test_a_yes_is_never_late_never_quiet_and_every_answer_has_a_known_reason(
    person, age_hours, window, quiet_from, quiet_until, reserved
):
    happened = TouchpointEvent(pk=9, occurred_at=NOON - age_hours * HOUR)
    rule = {"rule_window_hours": window, "rule_quiet_from": quiet_from, "rule_quiet_until": quiet_until}
    answer = decide(occasion(person=person, event=happened, reserved=reserved, **rule))
    assert answer.reason in REASONS
    assert answer.asks == all(line.passed for line in answer.trace)
    if answer.asks:
        assert NOON <= answer.due_at <= happened.occurred_at + window * HOUR
        assert not person.ways["email"].is_suppressed
        assert not person.customer.is_holdout


@pytest.mark.parametrize(
    ("other", "says"),
    [
        (SMS, "The customer prefers it."),
        (replace(SMS, address=""), "but there is no usable address for it."),
        (replace(SMS, is_suppressed=True), "but its address must not be written to any more."),
        (replace(SMS, consent="withdrawn"), "but said no to it."),
        (replace(SMS, consent=""), "but it needs a yes, and there is none."),
    ],
)
def test_the_trace_tells_what_became_of_the_customers_own_wish(other, says):
    trace = decide(occasion(person=ana(MAIL, other, preferred_channel="sms"))).trace
    assert next(line.text for line in trace if line.check == "address").endswith(says)


@pytest.mark.parametrize(("share", "says"), [(Decimal("100.00"), "100 %"), (Decimal("12.50"), "12.5 %")])
def test_a_share_is_written_without_idle_zeros(share, says):
    assert f"sample of {says}." in " ".join(line.text for line in decide(occasion(rule_sampling_percent=share)).trace)
