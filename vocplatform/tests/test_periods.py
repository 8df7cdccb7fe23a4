from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vocplatform.lib.periods import (
    Grain,
    Period,
    day_of,
    fitting_grain,
    last_days,
    month_of,
    slots,
    start_of_day,
    week_of,
)

TODAY = date(2025, 5, 14)
days = st.dates(date(2015, 1, 1), date(2035, 12, 31))
# Zones that change at midnight, by half an hour, or across the date line.
zones = st.sampled_from(
    [
        ZoneInfo(name)
        for name in (
            "UTC",
            "Europe/Berlin",
            "America/Havana",
            "Asia/Beirut",
            "Australia/Lord_Howe",
            "Pacific/Apia",
        )
    ]
)
quick = settings(max_examples=80, deadline=None)


@quick
@given(days, zones)
def test_a_day_starts_at_its_first_instant(day, zone):
    start = start_of_day(day, zone)
    assert day_of(start - timedelta(seconds=1), zone) < day
    assert day_of(start, zone) >= day  # Apia skipped a whole day


@quick
@given(
    st.datetimes(datetime(2015, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC)),
    zones,
)
def test_every_instant_lies_between_the_start_and_the_end_of_its_day(moment, zone):
    on = day_of(moment, zone)
    period = Period(on, on)
    assert period.starts_at(zone) <= moment < period.ends_at(zone)


@quick
@given(days, st.integers(1, 400), st.sampled_from(Grain), st.integers(0, 6))
def test_slots_cover_each_day_of_a_period_exactly_once(first_on, length, grain, week_start):
    period = Period(first_on, first_on + timedelta(days=length - 1))
    cut = slots(period, grain, today=TODAY, week_start=week_start)
    assert sum(slot.period.days for slot in cut) == period.days
    assert cut[0].period.first_on == period.first_on
    assert all(a.period.last_on + timedelta(days=1) == b.period.first_on for a, b in pairwise(cut))


def test_the_running_week_and_a_week_cut_in_half_are_incomplete():
    cut = slots(Period(date(2025, 5, 1), TODAY), Grain.WEEK, today=TODAY)
    assert [slot.is_complete for slot in cut] == [False, True, False]


def test_today_is_incomplete_and_yesterday_is_complete():
    cut = slots(last_days(2, today=TODAY), Grain.DAY, today=TODAY)
    assert [slot.is_complete for slot in cut] == [True, False]


def test_a_week_may_start_on_sunday():
    assert week_of(TODAY, week_start=6) == Period(date(2025, 5, 11), date(2025, 5, 17))


def test_a_month_ends_on_its_last_day_in_a_leap_year_too():
    assert month_of(date(2024, 2, 10)) == Period(date(2024, 2, 1), date(2024, 2, 29))


def test_the_previous_period_is_as_long_and_ends_the_day_before():
    period = last_days(30, today=TODAY)
    assert period.previous.days == 30
    assert period.previous.last_on + timedelta(days=1) == period.first_on


def test_a_period_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValueError, match="before it starts"):
        Period(TODAY, TODAY - timedelta(days=1))


@pytest.mark.parametrize(("length", "grain"), [(30, Grain.DAY), (90, Grain.WEEK), (365, Grain.MONTH)])
def test_a_trend_has_few_enough_points_to_read(length, grain):
    assert fitting_grain(last_days(length, today=TODAY)) is grain
