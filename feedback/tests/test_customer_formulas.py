"""Health, habits, fifths, survival and transitions as plain numbers."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight

from feedback.metrics.health import (
    FEATURES,
    Habits,
    Known,
    Score,
    features,
    health_parts,
    health_score,
    signs_of_leaving,
)
from feedback.metrics.rfm import fifths
from feedback.metrics.survival import Watched, remaining
from feedback.metrics.transitions import Visit, transitions

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def known(silent: float = 5, usual: float = 10, events: int = 11, **more) -> Known:
    habits = Habits(ago(silent + usual * (events - 1)), ago(silent), events, events, more.pop("quarter", 9))
    return Known(NOW, habits, **more)


def scores(kind: str, *numbers: int) -> tuple[Score, ...]:
    return tuple(Score(ago(30 - place), kind, number) for place, number in enumerate(numbers))


def test_health_is_the_plain_mean_of_its_parts():
    parts = health_parts(known(scores=scores("csat", 5, 5, 5), labels=("negative",)))
    assert parts == {"score": 100, "feeling": 0, "recency": 100}
    assert health_score(parts) == pytest.approx(200 / 3)


def test_one_part_alone_is_no_health():
    assert health_score({"score": 100.0}) is None


@pytest.mark.parametrize(("silent", "worth"), [(5, 100), (10, 100), (20, 50), (40, 0), (400, 0)])
def test_each_doubling_of_the_usual_gap_costs_fifty(silent, worth):
    assert health_parts(known(silent=silent))["recency"] == pytest.approx(worth)


def test_without_three_events_nobody_has_a_habit():
    assert health_parts(known(events=2)) == {}


def test_the_newest_three_answers_make_the_score():
    assert health_parts(known(scores=scores("csat", 1, 1, 5, 5, 5)))["score"] == 100


def test_a_fall_is_named_with_both_scores():
    signs = signs_of_leaving(known(scores=scores("nps", 9, 4)))
    assert signs[0] == {"sign": "fell", "kind": "nps", "before": 9, "now": 4}


def test_scores_of_different_kinds_are_not_held_against_each_other():
    assert signs_of_leaving(known(scores=(*scores("csat", 5), *scores("nps", 7)))) == []


def test_a_long_silence_is_named_with_what_is_usual():
    assert signs_of_leaving(known(silent=80, usual=20)) == [{"sign": "silent", "days": 80, "usual": 20}]


def test_whoever_comes_every_day_is_not_missed_after_four():
    assert signs_of_leaving(known(silent=4, usual=1)) == []


def test_half_the_usual_pace_is_a_sign():
    signs = signs_of_leaving(known(silent=5, usual=10, events=31, quarter=3))
    assert [sign["sign"] for sign in signs] == ["slower"]


def test_a_low_score_is_told_once():
    assert [sign["sign"] for sign in signs_of_leaving(known(scores=scores("nps", 9, 2)))] == ["fell"]
    assert [sign["sign"] for sign in signs_of_leaving(known(scores=scores("nps", 2)))] == ["low"]


def test_there_is_a_number_for_every_feature_also_where_nothing_is_known():
    assert len(features(Known(NOW))) == len(features(known())) == len(FEATURES)
    assert np.isnan(features(Known(NOW))[0])


values = st.lists(st.integers(0, 50), min_size=1, max_size=60)


@given(values)
def test_equal_values_get_equal_fifths_and_more_is_never_less(numbers):
    given_to = dict(zip(numbers, fifths(np.array(numbers, dtype=float)), strict=True))
    ordered = [given_to[number] for number in sorted(given_to)]
    assert ordered == sorted(ordered)
    assert set(ordered) <= {1, 2, 3, 4, 5}


def test_a_hundred_different_values_make_five_fifths_of_twenty():
    assert list(np.bincount(fifths(np.arange(100.0)))) == [0, 20, 20, 20, 20, 20]


def test_an_unknown_value_has_no_fifth():
    assert list(fifths(np.array([np.nan, 1.0]))) == [0, 3]


@given(st.lists(st.tuples(st.integers(1, 40), st.booleans()), min_size=5, max_size=60))
def test_the_share_that_is_left_is_that_of_statsmodels(spells):
    theirs = SurvfuncRight([days for days, _left in spells], [int(left) for _days, left in spells])
    for mine in filter(None, remaining([Watched(*spell) for spell in spells], [5, 15, 30])):
        before = [share for time, share in zip(theirs.surv_times, theirs.surv_prob, strict=True) if time <= mine.day]
        assert mine.share == pytest.approx(before[-1] if before else 1.0)


def test_the_interval_of_survival_holds_the_truth_about_as_often_as_it_says():
    random, held = np.random.default_rng(1), 0
    for _turn in range(200):
        lives, watched = random.exponential(80, size=120), random.uniform(20, 150, size=120)
        people = [Watched(min(a, b), a <= b) for a, b in zip(lives, watched, strict=True)]
        held += np.exp(-60 / 80) in remaining(people, [60])[0].interval
    assert held / 200 > 0.91


def test_nothing_is_said_about_a_day_that_nobody_has_reached():
    assert remaining([Watched(10, False)], [5, 20])[1] is None


def test_transitions_name_where_a_person_dropped_first():
    visits = [Visit(1, 10, 100), Visit(1, 20, 30), Visit(1, 30, 0), Visit(2, 10, 90), Visit(2, 20, 85)]
    found = transitions(visits)
    assert found.people == 2
    assert [(pair.origin, pair.goal, pair.n, pair.drops.value) for pair in found.pairs] == [
        (10, 20, 2, 50.0),
        (20, 30, 1, 100.0),
    ]
    assert [(place, figure.value) for place, figure in found.first_drops] == [(20, 100.0)]
    assert found.matrix == {("high", "low"): 1, ("low", "low"): 1, ("high", "high"): 1}


def test_steps_of_two_people_are_never_joined():
    assert transitions([Visit(1, 10, 100), Visit(2, 20, 0)]).steps == 0


def test_answers_at_one_touchpoint_are_no_step():
    assert transitions([Visit(1, 10, 100), Visit(1, 10, 0)]).steps == 0
