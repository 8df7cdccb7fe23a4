from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.triggers.quiet_hours import NoSuitableHour, QuietHours, next_allowed

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = QuietHours(time(17), time(9), frozenset(range(5)))
ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Asia/Beirut",
    "Pacific/Apia",
    "UTC",
]
QUARTER = timedelta(minutes=15)


def local(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def test_an_hour_of_the_working_day_is_kept():
    assert next_allowed(local("2026-07-01T09:00"), [OFFICE], [BERLIN]) == local("2026-07-01T09:00")


def test_the_last_minute_is_loud_and_the_next_one_quiet():
    assert OFFICE.allow(local("2026-07-01T16:59"), BERLIN)
    assert not OFFICE.allow(local("2026-07-01T17:00"), BERLIN)


def test_friday_evening_waits_for_monday_morning():
    assert next_allowed(local("2026-07-03T18:30"), [OFFICE], [BERLIN]) == local("2026-07-06T09:00")


def test_a_weekend_begins_at_the_recipients_midnight():
    weekend = QuietHours(weekdays=frozenset({5, 6}))
    assert next_allowed(local("2026-07-03T23:00"), [weekend], [BERLIN]) == local("2026-07-04T00:00")


def test_equal_times_mean_no_quiet_hours():
    always = QuietHours(time(9), time(9))
    assert next_allowed(local("2026-07-04T03:00"), [always], [BERLIN]) == local("2026-07-04T03:00")


def test_quiet_hours_inside_one_day_do_not_reach_over_midnight():
    siesta = QuietHours(time(13), time(15))
    assert next_allowed(local("2026-07-01T14:00"), [siesta], [BERLIN]) == local("2026-07-01T15:00")
    assert next_allowed(local("2026-07-01T23:00"), [siesta], [BERLIN]) == local("2026-07-01T23:00")


def test_nine_in_the_morning_moves_with_the_summer_clock():
    before = next_allowed(datetime(2026, 3, 27, 18, tzinfo=UTC), [QuietHours(time(17), time(9))], [BERLIN])
    after = next_allowed(datetime(2026, 3, 29, 18, tzinfo=UTC), [QuietHours(time(17), time(9))], [BERLIN])
    assert (before.astimezone(UTC).hour, after.astimezone(UTC).hour) == (8, 7)


def test_quiet_that_ends_inside_the_hour_spring_skips_ends_with_that_hour():
    night = QuietHours(time(22), time(2, 30))
    assert next_allowed(local("2026-03-29T01:00"), [night], [BERLIN]) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_an_hour_that_autumn_repeats_opens_twice():
    night = QuietHours(time(22), time(2, 30))
    first_opening = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert next_allowed(local("2026-10-25T01:00"), [night], [BERLIN]) == first_opening
    quiet_again = datetime(2026, 10, 25, 1, 5, tzinfo=UTC)
    assert next_allowed(quiet_again, [night], [BERLIN]) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_a_midnight_that_does_not_exist_still_opens_the_day():
    cairo = ZoneInfo("Africa/Cairo")
    friday_only = QuietHours(weekdays=frozenset({4}))
    opening = next_allowed(local("2026-04-23T12:00", cairo), [friday_only], [cairo])
    assert opening.astimezone(cairo).isoformat() == "2026-04-24T01:00:00+03:00"


def test_an_unknown_zone_waits_until_every_possible_zone_is_awake():
    coasts = [ZoneInfo("America/New_York"), ZoneInfo("America/Los_Angeles")]
    opening = next_allowed(datetime(2026, 7, 1, 13, 30, tzinfo=UTC), [OFFICE], coasts)
    assert opening.astimezone(coasts[0]).time() == time(12)
    assert opening.astimezone(coasts[1]).time() == time(9)


def test_zones_without_a_common_hour_have_no_suitable_hour():
    with pytest.raises(NoSuitableHour):
        next_allowed(local("2026-07-01T12:00"), [OFFICE], [ZoneInfo("Asia/Tokyo"), ZoneInfo("America/New_York")])


def test_no_weekday_at_all_has_no_suitable_hour():
    with pytest.raises(NoSuitableHour):
        next_allowed(local("2026-07-01T12:00"), [QuietHours(weekdays=frozenset())], [BERLIN])


def test_the_rules_own_hours_and_the_laws_hours_hold_together():
    law = QuietHours(time(21), time(8))
    evening = QuietHours(time(9), time(20))
    assert next_allowed(local("2026-07-01T21:30"), [evening, law], [BERLIN]) == local("2026-07-02T08:00")
    assert next_allowed(local("2026-07-01T10:00"), [evening, law], [BERLIN]) == local("2026-07-01T20:00")


clocks = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
hours = st.builds(QuietHours, clocks, clocks, st.frozensets(st.integers(0, 6), min_size=1))
quarters = st.integers(0, 4 * 24 * 400).map(lambda number: datetime(2026, 1, 1, tzinfo=UTC) + number * QUARTER)


@settings(max_examples=80, deadline=None)
@given(quarters, hours, st.lists(st.sampled_from(ZONES), min_size=1, max_size=2))
def test_the_answer_is_allowed_everywhere_and_no_earlier_quarter_of_an_hour_is(moment, hours, names):
    zones = [ZoneInfo(name) for name in names]
    try:
        answer = next_allowed(moment, [hours], zones)
    except NoSuitableHour:
        answer = moment + timedelta(days=8)
    else:
        assert all(hours.allow(answer, zone) for zone in zones)
    skipped = (moment + number * QUARTER for number in range((answer - moment) // QUARTER))
    assert not any(all(hours.allow(instant, zone) for zone in zones) for instant in skipped)
