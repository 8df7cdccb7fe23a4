"""The verdict about an initiative, against series whose truth was planted and against least squares by another way."""

import numpy as np
import pytest

from loop.trial.series import Weeks, against_its_past, against_others, smallest_to_find
from loop.trial.verdict import Verdict

RUNS = 200


def weeks(values, *, before: int) -> Weeks:
    return Weeks(list(range(-before, len(values) - before)), [float(value) for value in values])


def noise(rng, n: int, memory: float = 0.2) -> np.ndarray:
    """Weeks that hang together a little, of variance 1."""
    shocks = rng.normal(size=n)
    series = np.empty(n)
    series[0] = shocks[0]
    for place in range(1, n):
        series[place] = memory * series[place - 1] + np.sqrt(1 - memory**2) * shocks[place]
    return series


def planted(effect: float, *, seed: int, before: int = 26, after: int = 12) -> list[Weeks]:
    rng = np.random.default_rng(seed)
    step = effect * (np.arange(before + after) >= before)
    return [weeks(noise(rng, before + after) + step, before=before) for _run in range(RUNS)]


@pytest.mark.parametrize(
    ("effect", "expected"), [(2.5, Verdict.HELPED), (-2.5, Verdict.HURT), (0.0, Verdict.NO_LARGER)]
)
def test_the_verdict_is_right_nine_times_out_of_ten(effect, expected):
    said = [against_others(each, worth_finding=2.4).verdict for each in planted(effect, seed=7)]
    assert said.count(expected) >= 0.9 * RUNS


def test_a_change_without_effect_is_hardly_ever_called_one():
    said = [against_others(each, worth_finding=0.1).verdict for each in planted(0.0, seed=8)]
    assert said.count(Verdict.CANNOT_TELL) >= 0.93 * RUNS


@pytest.mark.parametrize(("judge", "seed"), [(against_others, 9), (against_its_past, 10)])
def test_the_interval_holds_the_planted_effect_as_often_as_it_says(judge, seed):
    held = [0.7 in judge(each, worth_finding=1).level.interval for each in planted(0.7, seed=seed)]
    assert np.mean(held) >= 0.93


def test_units_that_drifted_apart_before_leave_the_verdict_open():
    rng = np.random.default_rng(11)
    drift = 0.3 * np.arange(38)
    said = [against_others(weeks(noise(rng, 38) + drift, before=26), worth_finding=1) for _run in range(100)]
    assert np.mean([each.has_pre_trend for each in said]) >= 0.97
    assert {each.verdict for each in said if each.has_pre_trend} == {Verdict.CANNOT_TELL}


def test_its_own_past_carries_the_course_before_on():
    rng = np.random.default_rng(12)
    drift = 0.25 * np.arange(46)
    said = [
        against_its_past(weeks(noise(rng, 46) + drift, before=26), worth_finding=1).level.interval
        for _run in range(200)
    ]
    assert np.mean([0 in interval for interval in said]) >= 0.93


def test_the_effect_is_the_difference_of_the_means():
    reading = against_others(weeks([1, 2, 1, 2, 1, 2, 1, 2, 5, 6, 5, 6], before=8), worth_finding=1)
    assert reading.level.value == pytest.approx(4.0)


def test_level_and_slope_are_those_that_were_planted_without_noise():
    places = np.arange(-16, 10)
    course = 3 + 0.5 * places + (places >= 0) * (4 + 0.25 * (places - 4.5))
    reading = against_its_past(Weeks(list(places), list(course)), worth_finding=1)
    assert reading.level.value == pytest.approx(4.0)
    assert reading.slope.value == pytest.approx(0.25)


@pytest.mark.parametrize(("before", "after"), [(7, 6), (12, 3), (0, 0)])
def test_too_few_weeks_cannot_tell(before, after):
    reading = against_others(weeks(np.arange(before + after), before=before), worth_finding=1)
    assert reading.is_short
    assert reading.verdict is Verdict.CANNOT_TELL


def test_the_smallest_change_that_can_be_found_is_found_four_times_out_of_five():
    rng = np.random.default_rng(13)
    smallest = np.median([smallest_to_find(noise(rng, 26), weeks_after=12, alone=False) for _run in range(100)])
    found = [against_others(each, worth_finding=9).level.interval.excludes_zero for each in planted(smallest, seed=14)]
    assert 0.72 <= np.mean(found) <= 0.93
