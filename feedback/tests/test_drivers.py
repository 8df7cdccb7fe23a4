"""Shares of R² against least squares done the long way, and against results that can be written down."""

from itertools import permutations

import numpy as np
import pytest
import statsmodels.api as sm

from feedback.metrics import drivers as module
from feedback.metrics.drivers import TooFewRows, analyse_drivers


@pytest.fixture(scope="module")
def sample():
    random = np.random.default_rng(7)
    hidden = random.normal(size=(400, 1))
    rows = random.normal(size=(400, 4)) + 0.8 * hidden
    outcome = rows @ np.array([0.9, 0.5, 0.0, -0.3]) + random.normal(size=400)
    return rows, outcome


def fit(rows, outcome, chosen):
    return sm.OLS(outcome, sm.add_constant(rows[:, list(chosen)])).fit().rsquared if chosen else 0.0


def shares_over_all_orders(rows, outcome):
    shares = np.zeros(rows.shape[1])
    orders = list(permutations(range(rows.shape[1])))
    for order in orders:
        for at, driver in enumerate(order):
            shares[driver] += fit(rows, outcome, order[: at + 1]) - fit(rows, outcome, order[:at])
    return shares / len(orders)


def test_r_squared_is_that_of_least_squares(sample):
    rows, outcome = sample
    analysis = analyse_drivers("abcd", rows, outcome, samples=20)
    assert analysis.r_squared == pytest.approx(fit(rows, outcome, range(4)), abs=1e-9)


def test_shapley_shares_equal_the_mean_gain_over_all_orders(sample):
    rows, outcome = sample
    expected = shares_over_all_orders(rows, outcome)
    analysis = analyse_drivers("abcd", rows, outcome, samples=20)
    assert [driver.shapley_percent for driver in analysis.drivers] == pytest.approx(
        100 * expected / expected.sum(), abs=1e-6
    )


def test_many_drivers_are_averaged_over_random_orders_close_to_the_exact_shares(sample, monkeypatch):
    rows, outcome = sample
    exact = analyse_drivers("abcd", rows, outcome, samples=5)
    monkeypatch.setattr(module, "EXACT_UP_TO", 3)
    monkeypatch.setattr(module, "EXACT_SAMPLES_UP_TO", 3)
    drawn = analyse_drivers("abcd", rows, outcome, samples=5)
    for one, other in zip(exact.drivers, drawn.drivers, strict=True):
        assert one.shapley_percent == pytest.approx(other.shapley_percent, abs=1.0)


def test_for_two_drivers_johnsons_weights_and_shapley_shares_are_the_same(sample):
    rows, outcome = sample
    for driver in analyse_drivers("ab", rows[:, :2], outcome, samples=20).drivers:
        assert driver.johnson_percent == pytest.approx(driver.shapley_percent, abs=1e-6)


def test_uncorrelated_drivers_get_their_squared_correlation():
    rows = np.array([[a, b] for a in (-1.0, 1.0) for b in (-1.0, 1.0)] * 10)
    outcome = 2 * rows[:, 0] + rows[:, 1]
    first, second = analyse_drivers("ab", rows, outcome, samples=20).drivers
    assert (first.shapley_percent, second.johnson_percent) == (pytest.approx(80), pytest.approx(20))


def test_shares_add_up_to_a_hundred_and_lie_inside_their_intervals(sample):
    drivers = analyse_drivers("abcd", *sample, samples=300).drivers
    assert sum(driver.shapley_percent for driver in drivers) == pytest.approx(100)
    assert sum(driver.johnson_percent for driver in drivers) == pytest.approx(100)
    for driver in drivers:
        assert driver.shapley_interval[0] <= driver.shapley_percent <= driver.shapley_interval[1]
        assert driver.rank_interval[0] <= driver.rank <= driver.rank_interval[1]


def test_a_row_with_a_missing_value_is_left_out_and_counted(sample):
    rows, outcome = sample[0].copy(), sample[1].copy()
    rows[:5, 2], outcome[5] = np.nan, np.nan
    analysis = analyse_drivers("abcd", rows, outcome, samples=20)
    assert (analysis.n, analysis.left_out) == (394, 6)


def test_the_same_data_gives_the_same_intervals(sample):
    assert analyse_drivers("abcd", *sample, samples=50) == analyse_drivers("abcd", *sample, samples=50)


def test_twins_share_their_weight_instead_of_breaking_the_arithmetic(sample):
    rows, outcome = sample
    twins = np.column_stack([rows[:, 0], rows[:, 0], rows[:, 1]])
    first, second, _ = analyse_drivers("abc", twins, outcome, samples=20).drivers
    assert first.shapley_percent == pytest.approx(second.shapley_percent)
    assert first.johnson_percent == pytest.approx(second.johnson_percent)


def test_a_constant_driver_weighs_nothing_and_is_named(sample):
    rows, outcome = sample
    analysis = analyse_drivers("ab", np.column_stack([rows[:, 0], np.ones(400)]), outcome, samples=20)
    assert analysis.drivers[1].shapley_percent == 0
    assert analysis.warnings == ("b is the same in every row.",)


def test_too_few_rows_are_refused(sample):
    with pytest.raises(TooFewRows, match="9 complete rows"):
        analyse_drivers("abcd", sample[0][:9], sample[1][:9])


def test_an_outcome_that_never_moves_is_refused(sample):
    with pytest.raises(TooFewRows, match="Every outcome is the same"):
        analyse_drivers("abcd", sample[0], np.ones(400))


def test_intervals_hold_the_true_share_about_as_often_as_they_say():
    """Two independent drivers with slopes 2 and 1 share R² as 4 to 1."""
    held = 0
    for seed in range(100):
        random = np.random.default_rng(500 + seed)
        rows = random.normal(size=(200, 2))
        outcome = rows @ np.array([2.0, 1.0]) + 1.5 * random.normal(size=200)
        low, high = analyse_drivers("ab", rows, outcome, samples=200, seed=seed).drivers[0].shapley_interval
        held += low <= 80 <= high
    assert held >= 88  # nominal 95; 100 runs can miss by some


def test_a_rank_that_nothing_contests_holds_in_every_sample(sample):
    rows, outcome = sample
    strong = analyse_drivers("ab", np.column_stack([outcome + 0.1 * rows[:, 0], rows[:, 2]]), outcome, samples=60)
    assert [driver.rank_stability for driver in strong.drivers] == [1.0, 1.0]


def test_a_rank_between_equals_is_a_coin():
    random = np.random.default_rng(3)
    rows = random.normal(size=(300, 2))
    outcome = rows.sum(axis=1) + random.normal(size=300)
    stability = analyse_drivers("ab", rows, outcome, samples=400).drivers[0].rank_stability
    assert 0.3 < stability < 0.95


def test_intervals_over_random_orders_lie_around_the_exact_share():
    """Fewer orders stand in for all of them in each sample; what that alone moves is taken away again."""
    random = np.random.default_rng(5)
    rows = random.normal(size=(300, 13)) + random.normal(size=(300, 1))
    outcome = rows @ np.linspace(1, 0.1, 13) + 3 * random.normal(size=300)
    exact = analyse_drivers("abcdefghijklm", rows, outcome, samples=200)
    for driver in exact.drivers:
        low, high = driver.shapley_interval
        assert low < driver.shapley_percent < high
    widths = [high - low for low, high in (driver.shapley_interval for driver in exact.drivers)]
    johnsons = [high - low for low, high in (driver.johnson_interval for driver in exact.drivers)]
    assert widths == pytest.approx(johnsons, rel=0.4)  # the two methods agree closely on such data


def test_a_driver_that_the_others_tell_is_pointed_out(sample):
    rows, outcome = sample
    shadow = rows[:, 0] + rows[:, 1] + 0.01 * rows[:, 2]
    warnings = analyse_drivers("abs", np.column_stack([rows[:, :2], shadow]), outcome, samples=5).warnings
    assert len(warnings) == 3
    assert "read them together" in warnings[2]
