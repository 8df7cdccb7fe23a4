from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.triggers.fatigue import Contact, Limits, asks_left, rests

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
OWN, OTHER = 1, 2


def names(limits, *contacts, at=NOON):
    return [rest.limit for rest in rests(limits, contacts, survey_id=OWN, at=at)]


def asked(days_ago, survey=OWN, answered_days_ago=None):
    answered_at = None if answered_days_ago is None else NOON - answered_days_ago * DAY
    return Contact(survey, NOON - days_ago * DAY, answered_at)


@pytest.mark.parametrize(
    ("limits", "contact", "expected"),
    [
        (Limits(survey_after_invitation_days=30), asked(29), ["survey_after_invitation"]),
        (Limits(survey_after_invitation_days=30), asked(29, OTHER), []),
        (Limits(survey_after_response_days=30), asked(99, OWN, 29), ["survey_after_response"]),
        (Limits(survey_after_response_days=30), asked(99, OTHER, 29), []),
        (Limits(account_after_invitation_days=7), asked(6, OTHER), ["account_after_invitation"]),
        (Limits(account_after_invitation_days=7), asked(6, OWN), ["account_after_invitation"]),
        (Limits(account_after_response_days=14), asked(99, OTHER, 13), ["account_after_response"]),
        (Limits(account_after_response_days=14), asked(1, OTHER), []),
    ],
)
def test_each_clock_runs_from_its_own_start_and_for_its_own_surveys(limits, contact, expected):
    assert names(limits, contact) == expected


def test_a_clock_ends_to_the_second():
    limits = Limits(survey_after_invitation_days=30)
    assert names(limits, asked(30)) == []
    assert names(limits, asked(30), at=NOON - timedelta(seconds=1)) == ["survey_after_invitation"]


def test_an_ask_that_waits_to_be_sent_counts_already():
    assert names(Limits(account_after_invitation_days=7), asked(-2, OTHER)) == ["account_after_invitation"]


def test_the_newest_contact_starts_the_clock():
    (rest,) = rests(Limits(account_after_invitation_days=7), [asked(6), asked(2)], survey_id=OWN, at=NOON)
    assert rest.until == NOON + 5 * DAY


def test_the_cap_counts_every_survey_within_its_days():
    limits = Limits(cap_count=2, cap_days=90)
    assert names(limits, asked(91), asked(10, OTHER)) == []
    assert names(limits, asked(89), asked(10, OTHER)) == ["cap"]


def test_the_cap_ends_when_the_oldest_counted_ask_leaves_it():
    (rest,) = rests(Limits(cap_count=2, cap_days=90), [asked(80), asked(50), asked(10)], survey_id=OWN, at=NOON)
    assert rest.until == NOON + 40 * DAY


def test_zero_days_mean_no_limit():
    assert names(Limits(), asked(0, OWN, 0)) == []
    assert asks_left(Limits(), [asked(0)], at=NOON) is None


def test_what_is_left_of_the_cap_never_goes_below_nothing():
    limits = Limits(cap_count=2, cap_days=90)
    assert [asks_left(limits, [asked(1)] * count, at=NOON) for count in range(4)] == [2, 1, 0, 0]


def test_an_ask_leaves_the_cap_to_the_second():
    limits = Limits(cap_count=2, cap_days=90)
    assert asks_left(limits, [asked(90)], at=NOON) == 2
    assert asks_left(limits, [asked(90)], at=NOON - timedelta(seconds=1)) == 1


days = st.integers(0, 60)
all_limits = st.builds(Limits, days, days, days, days, st.integers(0, 3), days)
all_contacts = st.lists(
    st.builds(
        lambda survey, ago, after: Contact(
            survey, NOON - ago * DAY, None if after is None else NOON - ago * DAY + after * DAY
        ),
        st.sampled_from([OWN, OTHER]),
        st.integers(-5, 100),
        st.none() | st.integers(0, 5),
    ),
    max_size=6,
)


@settings(max_examples=100, deadline=None)
@given(all_limits, all_contacts)
def test_who_waits_until_the_last_limit_ends_is_stopped_by_none_of_them(limits, contacts):
    found = rests(limits, contacts, survey_id=OWN, at=NOON)
    if found:
        later = max(rest.until for rest in found)
        assert names(limits, *contacts, at=later) == []


@settings(max_examples=100, deadline=None)
@given(all_limits, all_contacts, st.integers(0, 30))
def test_whoever_may_be_asked_may_be_asked_on_any_later_day_without_new_contacts(limits, contacts, wait):
    if not names(limits, *contacts):
        assert names(limits, *contacts, at=NOON + wait * DAY) == []


def test_the_question_after_a_case_starts_the_clocks_and_uses_no_ask():
    limits = Limits(account_after_invitation_days=7, cap_count=1, cap_days=90)
    after_a_case = [Contact(9, NOON, uses_an_ask=False)]
    assert [rest.limit for rest in rests(limits, after_a_case, survey_id=1, at=NOON)] == ["account_after_invitation"]
    assert asks_left(limits, after_a_case, at=NOON) == 1
