"""Must-bes and delights that were planted are found, and nothing is found where nothing was planted."""

import numpy as np
import pytest
import statsmodels.api as sm

from feedback.metrics.contrast import LEAST_RATINGS, LOW_BELOW, TOP_FROM, Nature, penalty_reward

NAMES = ("clean", "price", "surprise", "music")


def rated(random, n: int) -> np.ndarray:
    """Four drivers on 1 to 5, loosely tied together as answers of one person are."""
    mood = random.normal(size=(n, 1))
    return np.clip(np.round(3.2 + 0.5 * mood + random.normal(size=(n, 4))), 1, 5)


def places_of(ratings: np.ndarray) -> np.ndarray:
    return 25 * (ratings - 1)


def outcome_of(random, ratings: np.ndarray) -> np.ndarray:
    low, top = ratings <= 2, ratings == 5
    planted = -2.5 * low[:, 0] + 1.4 * (top[:, 1].astype(float) - low[:, 1]) + 2.5 * top[:, 2]
    return 6 + planted + random.normal(scale=1.2, size=len(ratings))


@pytest.fixture(scope="module")
def contrasts():
    random = np.random.default_rng(3)
    ratings = rated(random, 900)
    return penalty_reward(NAMES, places_of(ratings), outcome_of(random, ratings), samples=400)


@pytest.mark.parametrize(
    ("at", "nature"),
    [(0, Nature.MUST_BE), (1, Nature.ONE_DIMENSIONAL), (2, Nature.ATTRACTIVE), (3, Nature.NO_LINK)],
    ids=NAMES,
)
def test_the_planted_nature_of_a_driver_is_found(contrasts, at, nature):
    assert contrasts[at].nature is nature


def test_penalty_and_reward_hold_what_was_planted(contrasts):
    clean = contrasts[0]
    assert clean.penalty_interval[0] < 2.5 < clean.penalty_interval[1]
    assert clean.reward_interval[0] < 0 < clean.reward_interval[1]


def test_the_slopes_are_those_of_least_squares():
    random = np.random.default_rng(4)
    ratings = rated(random, 300)
    outcome, places = outcome_of(random, ratings), places_of(ratings)
    marks = np.concatenate([places < LOW_BELOW, places >= TOP_FROM], axis=1).astype(float)
    fit = sm.OLS(outcome, sm.add_constant(marks)).fit().params[1:]
    found = penalty_reward(NAMES, places, outcome, samples=5)
    assert [each.penalty for each in found] == pytest.approx(list(-fit[:4]), abs=1e-6)
    assert [each.reward for each in found] == pytest.approx(list(fit[4:]), abs=1e-6)


def test_a_driver_that_hardly_anybody_rated_low_cannot_be_told():
    random = np.random.default_rng(5)
    ratings = rated(random, 300)
    ratings[:, 0] = np.where(np.arange(300) < LEAST_RATINGS - 1, 1, np.maximum(ratings[:, 0], 3))
    found = penalty_reward(NAMES, places_of(ratings), outcome_of(random, ratings), samples=50)[0]
    assert (found.nature, found.penalty, found.low) == (Nature.CANNOT_TELL, None, LEAST_RATINGS - 1)


def test_rows_with_a_missing_rating_are_left_out():
    random = np.random.default_rng(6)
    ratings = rated(random, 300)
    outcome, places = outcome_of(random, ratings), places_of(ratings)
    holed = np.vstack([places, np.full((50, 4), np.nan)])
    there = penalty_reward(NAMES, holed, np.concatenate([outcome, np.zeros(50)]), samples=20)
    assert there == penalty_reward(NAMES, places, outcome, samples=20)


def test_a_must_be_is_seldom_claimed_where_nothing_was_planted():
    claims = 0
    for seed in range(40):
        random = np.random.default_rng(seed)
        ratings = rated(random, 250)
        outcome = 6 + random.normal(scale=1.2, size=250)
        claims += sum(
            each.nature is Nature.MUST_BE
            for each in penalty_reward(NAMES, places_of(ratings), outcome, samples=200, seed=seed)
        )
    assert claims / (40 * len(NAMES)) < 0.05


def test_intervals_of_the_penalty_hold_the_truth_about_as_often_as_they_say():
    held = 0
    for seed in range(80):
        random = np.random.default_rng(1000 + seed)
        ratings = rated(random, 250)
        low, high = penalty_reward(NAMES, places_of(ratings), outcome_of(random, ratings), samples=250, seed=seed)[
            0
        ].penalty_interval
        held += low <= 2.5 <= high
    assert held / 80 > 0.88  # nominal 0.95; 80 runs can miss by five points
