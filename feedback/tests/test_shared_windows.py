"""One link, opened day after day: what moves in between must not tell about fewer than five people."""

import random
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest

from feedback.analytics.by_touchpoint import by_touchpoint
from feedback.analytics.filters import Filters
from feedback.analytics.named_periods import named_period
from feedback.analytics.whole_periods import whole_periods
from feedback.models import Rollup
from feedback.tests.programme import make_touchpoint, make_version
from vocplatform.lib.periods import Period

FIRST, DAYS = date(2026, 1, 1), 200
NAMES = ["last_7", "last_30", "this_month", "last_month", "last_90", "this_quarter"]


def whole(name: str, today: date, **how) -> tuple[Period, Period]:
    return whole_periods(name, named_period(name, today=today), today=today, week_start=0, **how)


@pytest.mark.parametrize("against_a_year", [False, True])
@pytest.mark.parametrize("name", [*NAMES, "last_365", "this_year"])
def test_what_a_link_shows_over_the_years_never_overlaps_in_part(name, against_a_year):
    days = [date(2023, 12, 20) + timedelta(days=step) for step in range(1500)]
    shown = sorted({period for today in days for period in whole(name, today, against_a_year=against_a_year)})
    assert len(shown) > 3
    assert all(a.last_on < b.first_on for a, b in pairwise(shown))


@pytest.mark.parametrize("name", NAMES)
def test_what_a_link_shows_is_over(name):
    for step in range(400):
        today = FIRST + timedelta(days=step)
        assert whole(name, today)[0].last_on < today


def test_days_that_were_fixed_and_are_over_stay_as_they_are():
    period = Period(date(2026, 3, 3), date(2026, 3, 20))
    assert whole_periods("custom", period, today=date(2026, 3, 21), week_start=0) == (period, period.previous)


def test_days_that_are_not_over_yet_stand_for_the_last_whole_month():
    period = Period(date(2026, 3, 3), date(2026, 3, 20))
    shown, before = whole_periods("custom", period, today=date(2026, 3, 20), week_start=0)
    assert shown == Period(date(2026, 2, 1), date(2026, 2, 28))
    assert before == Period(date(2026, 1, 1), date(2026, 1, 31))


@pytest.fixture
def trickle(db) -> dict[tuple[str, date], int]:
    """A few answers here and there: on most days fewer than five people spoke."""
    dice, version, sizes = random.Random(3), make_version(), {}
    for place in (make_touchpoint(f"P{number}", stage="S") for number in range(2)):
        for on in (FIRST + timedelta(days=step) for step in range(DAYS)):
            n = dice.choice([0, 0, 1, 2, 7])
            if n:
                sizes[place.name, on] = n
                Rollup.objects.create(
                    on=on, version=version, survey=version.survey, touchpoint_key=place.pk, channel="email",
                    question_key="recommend", kind="nps", is_lead=True, answers=n, bin_9=n,
                )  # fmt: skip
    return sizes


def told(sizes: dict, windows: set[Period]) -> list[tuple[str, date]]:
    """Every place and day of fewer than five people that adding and subtracting all that was shown gives away."""
    cells, rows = list(sizes), []
    for window in sorted(windows):
        (stage,) = by_touchpoint(Filters(period=window, is_guarded=True)).stages or [None]
        for line in [*stage.lines, stage.total]:
            if line.cells["nps"].figure.n:
                rows.append([float(on in window and line.name in (place, "S")) for place, on in cells])
    reached = np.linalg.pinv(np.array(rows)) @ np.array(rows)  # projects on what follows from the rows
    return [cell for at, cell in enumerate(cells) if sizes[cell] < 5 and reached[at, at] > 1 - 1e-9]


def seen(windows_on) -> set[Period]:
    return {window for step in range(100, DAYS) for window in windows_on(FIRST + timedelta(days=step))}


def test_who_opens_a_link_every_day_learns_nothing_about_single_days(trickle):
    assert told(trickle, seen(lambda today: whole("last_30", today))) == []


def test_the_same_reader_would_learn_it_from_windows_that_move_every_day(trickle):
    windows = seen(lambda today: [named_period("last_30", today=today)])
    first_days = seen(lambda today: [named_period("this_month", today=today)])
    assert told(trickle, windows | first_days)
