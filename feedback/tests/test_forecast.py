"""The risk model against scikit-learn, and against customers whose chances are known because we drew them."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score

from feedback.metrics.forecast import area_under_curve, assess, hits_at_the_top, mid_ranks
from feedback.metrics.logistic import fit_logistic, out_of_fold


def drawn(seed: int, n: int = 800, strength: float = 1.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows, what happened, and the true chances."""
    random = np.random.default_rng(seed)
    rows = random.normal(size=(n, 5)) * [1, 20, 0.1, 3, 1]
    true = 1 / (1 + np.exp(1.5 - strength * (1.2 * rows[:, 0] - 0.04 * rows[:, 1])))
    return rows, (random.random(n) < true).astype(int), true


def test_the_fit_is_that_of_scikit_learn():
    rows, happened, _true = drawn(1)
    mine = fit_logistic(rows, happened, ridge=2.0)
    standard = (rows - rows.mean(axis=0)) / rows.std(axis=0)
    theirs = LogisticRegression(C=0.5, tol=1e-10, max_iter=10_000).fit(standard, happened)
    assert mine.slopes == pytest.approx(theirs.coef_[0], abs=1e-5)
    assert mine.intercept == pytest.approx(theirs.intercept_[0], abs=1e-5)


def test_groups_that_are_wholly_parted_still_give_finite_slopes():
    rows = np.r_[np.full(50, -1.0), np.full(50, 1.0)][:, None]
    fit = fit_logistic(rows, np.r_[np.zeros(50), np.ones(50)])
    assert np.isfinite(fit.slopes).all()
    assert fit.chances(rows)[-1] > 0.95


def test_what_is_not_known_stands_at_the_mean():
    rows, happened, _true = drawn(2)
    fit = fit_logistic(rows, happened)
    unknown = np.full((1, 5), np.nan)
    assert fit.chances(unknown) == pytest.approx(fit.chances(fit.means[None]))


def test_no_row_is_forecast_by_a_model_that_saw_it():
    rows, happened, _true = drawn(3, n=200)
    noted = np.column_stack([rows, np.arange(200) == 17])  # a mark that gives one of them away
    happened[17] = 1
    chances, _base = out_of_fold(noted, happened, seed=1)
    assert chances[17] < fit_logistic(noted, happened).chances(noted)[17]


def test_the_area_and_its_interval_are_those_of_the_references():
    rows, happened, true = drawn(4)
    noisy = np.round(true, 1)  # ties
    found = area_under_curve(noisy, happened)
    assert found.value == pytest.approx(roc_auc_score(happened, noisy))
    random = np.random.default_rng(0)
    again = [
        roc_auc_score(happened[pick], noisy[pick]) for pick in random.integers(0, len(rows), size=(400, len(rows)))
    ]
    assert found.interval.half_width == pytest.approx(1.96 * np.std(again), rel=0.15)


def test_a_perfect_order_beats_the_base_rate_though_it_shows_no_spread():
    happened = np.r_[np.zeros(60), np.ones(40)].astype(int)
    found = assess(0.1 + 0.8 * happened + np.linspace(0, 0.05, 100), np.full(100, 0.4), happened)
    assert (found.auc.value, found.auc.interval, found.beats_base_rate) == (1.0, None, True)


def test_equal_values_share_the_mean_of_their_ranks():
    assert list(mid_ranks(np.array([5.0, 1.0, 5.0, 2.0]))) == [3.5, 1.0, 3.5, 2.0]


def test_the_squared_error_is_that_of_scikit_learn():
    rows, happened, _true = drawn(5)
    chances, base = out_of_fold(rows, happened, seed=2)
    assert assess(chances, base, happened).brier == pytest.approx(brier_score_loss(happened, chances))


def test_a_planted_model_is_recovered_and_calibrated():
    rows, happened, true = drawn(6, n=3000)
    chances, base = out_of_fold(rows, happened, seed=3)
    found = assess(chances, base, happened)
    assert found.beats_base_rate
    assert np.abs(chances - true).mean() < 0.03
    assert sum(group.holds for group in found.calibration) >= 8
    assert sum(group.n for group in found.calibration) == 3000


def test_a_model_of_nothing_is_refused_at_least_95_times_in_100():
    refused = 0
    for seed in range(200):
        rows, happened, _true = drawn(100 + seed, n=400, strength=0.0)
        refused += not assess(*out_of_fold(rows, happened, seed=seed), happened).beats_base_rate
    assert refused >= 190


def test_precision_counts_the_highest_forecasts_only():
    assert hits_at_the_top(np.array([0.1, 0.9, 0.8, 0.2]), np.array([1, 1, 0, 0]), 2) == (1, 2)
