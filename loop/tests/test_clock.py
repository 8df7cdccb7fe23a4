from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from loop.sla.clock import (
    ROUND_THE_CLOCK,
    NoWorkingTime,
    WorkCalendar,
    add_working_minutes,
    minute_of_day,
    working_minutes_between,
)

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = {str(day): [["09:00", "17:00"]] for day in range(5)}
ALL_NIGHT = {str(day): [["00:00", "24:00"]] for day in range(7)}


def berlin(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BERLIN)


def office(*holidays: date) -> WorkCalendar:
    return WorkCalendar.of("Europe/Berlin", OFFICE, holidays)


def test_a_case_of_friday_evening_is_due_after_the_weekend():
    due = add_working_minutes(office(), berlin(2026, 11, 20, 16, 30), 60)
    assert due == berlin(2026, 11, 23, 9, 30)


def test_time_outside_working_hours_does_not_count():
    assert working_minutes_between(office(), berlin(2026, 11, 20, 17, 0), berlin(2026, 11, 23, 9, 0)) == 0


def test_a_holiday_is_skipped():
    closed_monday = office(date(2026, 11, 23))
    assert add_working_minutes(closed_monday, berlin(2026, 11, 20, 16, 30), 60) == berlin(2026, 11, 24, 9, 30)


def test_a_full_working_day_ends_at_closing_time_and_not_on_the_next_morning():
    assert add_working_minutes(office(), berlin(2026, 11, 23, 9, 0), 480) == berlin(2026, 11, 23, 17, 0)


def test_no_minutes_are_due_at_once_even_at_night():
    midnight = berlin(2026, 11, 22, 0, 0)
    assert add_working_minutes(office(), midnight, 0) == midnight


def test_a_lunch_break_does_not_count():
    split = WorkCalendar.of("Europe/Berlin", {"0": [["13:00", "17:00"], ["09:00", "12:00"]]})
    assert add_working_minutes(split, berlin(2026, 11, 23, 11, 30), 60) == berlin(2026, 11, 23, 13, 30)


def test_hours_entered_twice_count_once():
    doubled = WorkCalendar.of("Europe/Berlin", {"0": [["09:00", "13:00"], ["12:00", "17:00"]]})
    assert working_minutes_between(doubled, berlin(2026, 11, 23, 0, 0), berlin(2026, 11, 24, 0, 0)) == 480


@pytest.mark.parametrize(
    ("night", "minutes"), [(date(2026, 3, 29), 420), (date(2026, 10, 25), 540), (date(2026, 11, 22), 480)]
)
def test_a_night_shift_lasts_as_long_as_it_really_lasts(night, minutes):
    shift = WorkCalendar.of("Europe/Berlin", {"6": [["00:00", "08:00"]]})
    start = datetime(night.year, night.month, night.day, tzinfo=BERLIN)
    assert working_minutes_between(shift, start, start + timedelta(days=1)) == minutes


def test_a_shift_that_starts_in_the_skipped_hour_starts_when_the_clock_jumps():
    shift = WorkCalendar.of("Europe/Berlin", {"6": [["02:30", "04:00"]]})
    due = add_working_minutes(shift, datetime(2026, 3, 28, 12, tzinfo=UTC), 1)
    assert due == datetime(2026, 3, 29, 1, 1, tzinfo=UTC)


def test_a_pause_moves_the_due_time_by_its_working_minutes_only():
    pause = (berlin(2026, 11, 20, 16, 0), berlin(2026, 11, 23, 10, 0))  # two working hours around a weekend
    due = add_working_minutes(office(), berlin(2026, 11, 20, 15, 0), 120, [pause])
    assert due == berlin(2026, 11, 23, 11, 0)


def test_overlapping_pauses_are_not_subtracted_twice():
    start, end = berlin(2026, 11, 23, 9, 0), berlin(2026, 11, 23, 17, 0)
    pauses = [(start + timedelta(hours=1), start + timedelta(hours=3)), (start + timedelta(hours=2), end)]
    assert working_minutes_between(office(), start, end, pauses) == 60


def test_pauses_over_a_clock_change_are_measured_in_real_time():
    always = WorkCalendar.of("Europe/Berlin", ALL_NIGHT)
    pause = (berlin(2026, 3, 29, 1, 0), berlin(2026, 3, 29, 4, 0))
    assert working_minutes_between(always, berlin(2026, 3, 29, 0, 0), berlin(2026, 3, 29, 6, 0), [pause]) == 180


@pytest.mark.parametrize("hours", [{}, {"0": [["09:00", "09:00"]]}])
def test_a_calendar_that_never_opens_says_so_instead_of_searching_for_ever(hours):
    with pytest.raises(NoWorkingTime):
        add_working_minutes(WorkCalendar.of("Europe/Berlin", hours), berlin(2026, 11, 20, 9, 0), 1)


def test_a_closure_of_a_season_is_waited_for():
    season = [date(2026, 1, 1) + timedelta(days=n) for n in range(300)]
    assert add_working_minutes(office(*season), berlin(2026, 1, 5, 9, 0), 1) > berlin(2026, 10, 27, 0, 0)


@pytest.mark.parametrize("text", ["25:00", "9", "24:01", "noon", ""])
def test_an_hour_that_does_not_exist_is_refused(text):
    with pytest.raises(ValueError):
        minute_of_day(text)


# What must hold for every calendar, instant and zone.
zones = st.sampled_from(
    ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Cairo", "UTC"]
)
near_clock_changes = st.sampled_from(
    [datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC), datetime(2026, 4, 5, tzinfo=UTC)]
)
instants = st.builds(
    lambda base, minutes: base + timedelta(minutes=minutes), near_clock_changes, st.integers(-20_000, 20_000)
)


days_near_clock_changes = st.one_of(
    st.dates(date(2026, 3, 22), date(2026, 4, 12)), st.dates(date(2026, 10, 18), date(2026, 11, 1))
)


@st.composite
def calendars(draw):
    hours = {}
    for day in range(7):
        edges = sorted(draw(st.lists(st.integers(0, 1440), min_size=0, max_size=4, unique=True)))
        pairs = list(zip(edges[::2], edges[1::2], strict=False))
        hours[str(day)] = [[f"{a // 60:02}:{a % 60:02}", f"{b // 60:02}:{b % 60:02}"] for a, b in pairs]
    assume(any(hours.values()))
    holidays = draw(st.lists(days_near_clock_changes, max_size=6))
    return WorkCalendar.of(draw(zones), hours, holidays)


@st.composite
def pauses(draw):
    starts = draw(st.lists(st.tuples(instants, st.integers(1, 5_000)), max_size=3))
    return [(start, start + timedelta(minutes=length)) for start, length in starts]


@settings(max_examples=60, deadline=None)
@given(calendars(), instants, st.integers(1, 3_000), pauses())
def test_between_gives_back_the_minutes_that_were_added(calendar, start, minutes, pauses):
    due = add_working_minutes(calendar, start, minutes, pauses)
    assert working_minutes_between(calendar, start, due, pauses) == pytest.approx(minutes)


@settings(max_examples=60, deadline=None)
@given(calendars(), instants, st.integers(1, 3_000), pauses())
def test_no_earlier_instant_would_have_been_enough(calendar, start, minutes, pauses):
    due = add_working_minutes(calendar, start, minutes, pauses)
    assert working_minutes_between(calendar, start, due - timedelta(seconds=1), pauses) < minutes


@settings(max_examples=60, deadline=None)
@given(calendars(), instants, st.integers(0, 2_000), st.integers(0, 2_000))
def test_more_minutes_are_never_due_earlier(calendar, start, fewer, extra):
    assert add_working_minutes(calendar, start, fewer + extra) >= add_working_minutes(calendar, start, fewer)


@settings(max_examples=60, deadline=None)
@given(calendars(), instants, instants, instants, pauses())
def test_time_cut_in_two_adds_up(calendar, one, two, three, pauses):
    first, middle, last = sorted([one, two, three])
    parts = working_minutes_between(calendar, first, middle, pauses) + working_minutes_between(
        calendar, middle, last, pauses
    )
    assert parts == pytest.approx(working_minutes_between(calendar, first, last, pauses))


@settings(max_examples=60, deadline=None)
@given(calendars(), instants, st.integers(1, 1_500), st.integers(1, 1_500))
def test_minutes_added_in_two_steps_end_where_one_step_ends(calendar, start, first, second):
    in_steps = add_working_minutes(calendar, add_working_minutes(calendar, start, first), second)
    assert in_steps == add_working_minutes(calendar, start, first + second)


@settings(max_examples=60, deadline=None)
@given(instants, st.integers(0, 100_000))
def test_round_the_clock_is_plain_time(start, minutes):
    assert add_working_minutes(ROUND_THE_CLOCK, start, minutes) == start + timedelta(minutes=minutes)


@settings(max_examples=60, deadline=None)
@given(calendars(), instants, instants)
def test_working_time_never_exceeds_real_time(calendar, one, two):
    start, end = sorted([one, two])
    assert 0 <= working_minutes_between(calendar, start, end) <= (end - start) / timedelta(minutes=1)


def minutes_by_counting(calendar: WorkCalendar, start: datetime, end: datetime) -> int:
    """The slow way: look at the wall clock once for each minute that really passes.

    Hours begin and end when the clock first shows them: an hour that comes twice opens and closes nothing again.
    """
    counted, shown, day = 0, 0, None
    at = start - timedelta(days=1)
    while at < end:
        wall = at.astimezone(calendar.zone)
        minute = wall.hour * 60 + wall.minute
        shown, day = (max(shown, minute) if wall.date() == day else minute), wall.date()
        if at >= start and day not in calendar.holidays:
            counted += any(opens <= shown < closes for opens, closes in calendar.hours[day.weekday()])
        at += timedelta(minutes=1)
    return counted


edges_of_shifts = st.one_of(st.integers(60, 210), st.integers(0, 1440))  # many in the hours that clocks skip or repeat


clock_changes = st.sampled_from(
    [
        (datetime(2026, 3, 29, 1, tzinfo=UTC), "Europe/Berlin"),
        (datetime(2026, 10, 25, 1, tzinfo=UTC), "Europe/Berlin"),
        (datetime(2026, 3, 8, 7, tzinfo=UTC), "America/New_York"),
        (datetime(2026, 4, 4, 15, tzinfo=UTC), "Australia/Lord_Howe"),
    ]
)


@st.composite
def busy_days_around_a_clock_change(draw):
    """A calendar open every day but on holidays around the change, and a span of time around the same change."""
    base, zone = draw(clock_changes)
    hours = {}
    for day in range(7):
        edges = sorted(draw(st.lists(edges_of_shifts, min_size=2, max_size=4, unique=True)))
        pairs = zip(edges[::2], edges[1::2], strict=False)
        hours[str(day)] = [[f"{a // 60:02}:{a % 60:02}", f"{b // 60:02}:{b % 60:02}"] for a, b in pairs]
    away = draw(st.sets(st.integers(-2, 2), min_size=1, max_size=2))
    calendar = WorkCalendar.of(zone, hours, [base.date() + timedelta(days=days) for days in away])
    start = base + timedelta(minutes=draw(st.integers(-2_000, 0)))
    return calendar, start, start + timedelta(minutes=draw(st.integers(1, 4_000)))


@settings(max_examples=120, deadline=None)
@given(busy_days_around_a_clock_change())
def test_the_clock_agrees_with_counting_every_minute_over_clock_changes_and_holidays(case):
    calendar, start, end = case
    assert working_minutes_between(calendar, start, end) == minutes_by_counting(calendar, start, end)
