"""The arithmetic of a comparison, against published tables, against SciPy and against worlds whose truth is known."""

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from loop.trial.allocation import arm_at
from loop.trial.estimate import Tally, mean_effect, share_effect
from loop.trial.planning import cases_per_arm
from loop.trial.spending import confidence_at, limits, look_fractions, spent
from loop.trial.verdict import Verdict, verdict_on
from vocplatform.lib.stats import Interval, Moments, mean_difference_interval, share_difference_interval


# The draw.
def draws(seed: str, stratum: str, count: int, arms=(1, 2)) -> list[int]:
    return [arm_at(seed, stratum, turn, arms) for turn in range(count)]


@given(st.text(min_size=1, max_size=20), st.text(max_size=20), st.sets(st.integers(1, 99), min_size=2, max_size=4))
def test_arms_never_drift_apart_by_more_than_a_block(seed, stratum, arms):
    counted, drawn = Counter(), draws(seed, stratum, 60, sorted(arms))
    for arm in drawn:
        counted[arm] += 1
        assert max(counted.values()) - min(counted.get(arm, 0) for arm in arms) <= 2
    assert set(drawn) == arms


def test_the_same_seed_draws_the_same_again_and_another_seed_something_else():
    assert draws("a", "late", 40) == draws("a", "late", 40)
    assert draws("a", "late", 40) != draws("b", "late", 40)


def test_strata_are_drawn_apart():
    assert draws("a", "late", 40) != draws("a", "broken", 40)


def test_counting_along_does_not_tell_the_next_arm():
    """Whoever guesses the arm that is behind is right more often than by a coin, but far from always."""
    right = 0
    for seed in range(200):
        counted = Counter({1: 0, 2: 0})
        for turn, arm in enumerate(draws(str(seed), "s", 40)):
            guess = 1 if counted[1] < counted[2] or (counted[1] == counted[2] and turn % 2) else 2
            right += guess == arm
            counted[arm] += 1
    assert right / 8000 < 0.75


def test_without_an_arm_nothing_is_drawn():
    with pytest.raises(ValueError, match="nothing to draw"):
        arm_at("a", "s", 0, [])


# The plan.
@pytest.mark.parametrize(("usual", "better", "needed"), [(0.25, 0.35, 326), (0.25, 0.40, 150), (0.40, 0.25, 150)])
def test_the_plan_says_how_many_cases_each_arm_needs(usual, better, needed):
    assert cases_per_arm(usual, better) == needed


def test_more_arms_share_the_error_rate_and_need_more_cases():
    assert cases_per_arm(0.25, 0.35, comparisons=2) > cases_per_arm(0.25, 0.35)


def test_the_planned_number_finds_the_planned_difference_four_times_out_of_five():
    random, found, worlds = Random(3), 0, 1500
    for _ in range(worlds):
        better = sum(random.random() < 0.40 for _ in range(150))
        usual = sum(random.random() < 0.25 for _ in range(150))
        interval = share_difference_interval(better, 150, usual, 150)
        found += interval is not None and interval.low > 0
    assert found / worlds == pytest.approx(0.8, abs=0.04)


@pytest.mark.parametrize(("usual", "better"), [(0, 0.1), (0.3, 0.3), (0.9, 1)])
def test_a_plan_without_a_difference_is_refused(usual, better):
    with pytest.raises(ValueError, match="two different shares"):
        cases_per_arm(usual, better)


# The looks.
def test_five_looks_have_the_published_limits_of_o_brien_and_flemings_kind():
    """Reboussin, DeMets, Kim, Lan, Controlled Clinical Trials 21, 2000."""
    assert limits(look_fractions(5)) == pytest.approx((4.8769, 3.3569, 2.6803, 2.2898, 2.0310), abs=2e-3)


def test_a_single_look_is_an_ordinary_test():
    assert limits((1.0,))[0] == pytest.approx(stats.norm.ppf(0.975), abs=1e-6)


def test_all_of_the_error_rate_is_spent_at_the_end_and_hardly_any_at_first():
    assert spent(1.0, 0.05) == pytest.approx(0.05)
    assert spent(0.2, 0.05) < 0.00001


def test_five_looks_at_a_difference_of_nothing_are_wrong_no_more_often_than_one():
    """A path of scores without drift, looked at five times; looking naively would be wrong in 14 % of the worlds."""
    random, wrong, naive, worlds = Random(5), 0, 0, 6000
    bounds = limits(look_fractions(5))
    for _ in range(worlds):
        total, hits = 0.0, []
        for look in range(5):
            total += random.gauss(0, 1)
            hits.append(abs(total) / (look + 1) ** 0.5)
        wrong += any(z > bound for z, bound in zip(hits, bounds, strict=True))
        naive += any(z > 1.96 for z in hits)
    assert wrong / worlds == pytest.approx(0.05, abs=0.01)
    assert naive / worlds > 0.12


def test_intervals_are_wide_at_first_and_almost_ordinary_at_last():
    assert confidence_at(0) > 0.99999
    assert confidence_at(4) == pytest.approx(0.9577, abs=1e-3)


# The effect.
def test_with_one_stratum_the_interval_of_shares_is_newcombes():
    effect = share_effect([(Tally(10, 30), Tally(5, 40))], confidence=0.95)
    assert effect.interval.low == pytest.approx(share_difference_interval(10, 30, 5, 40).low)
    assert effect.interval.high == pytest.approx(share_difference_interval(10, 30, 5, 40).high)


def test_with_one_stratum_the_interval_of_means_is_welchs():
    mine, other = Moments.of({1: 4, 3: 6, 5: 9}), Moments.of({1: 9, 2: 5, 5: 3})
    effect = mean_effect([(mine, other)], confidence=0.95)
    wanted = mean_difference_interval(mine, other)
    assert (effect.interval.low, effect.interval.high) == pytest.approx((wanted.low, wanted.high))
    reference = stats.ttest_ind([1] * 4 + [3] * 6 + [5] * 9, [1] * 9 + [2] * 5 + [5] * 3, equal_var=False)
    assert effect.interval.low == pytest.approx(reference.confidence_interval().low)


def test_strata_are_weighted_as_mantel_and_haenszel_do():
    effect = share_effect([(Tally(6, 10), Tally(4, 10)), (Tally(9, 30), Tally(3, 10))], confidence=0.95)
    weights = [10 * 10 / 20, 30 * 10 / 40]
    assert effect.value == pytest.approx((weights[0] * 0.2 + weights[1] * 0.0) / sum(weights))


def test_a_mixture_that_differs_between_the_arms_is_no_effect():
    """Easy cases went to one arm more often; inside each stratum both arms are alike."""
    effect = share_effect([(Tally(80, 100), Tally(16, 20)), (Tally(2, 20), Tally(10, 100))], confidence=0.95)
    assert effect.value == pytest.approx(0)


def test_a_stratum_with_one_arm_alone_says_nothing():
    assert share_effect([(Tally(3, 5), Tally(0, 0))], confidence=0.95) is None
    assert mean_effect([(Moments.of({1: 2}), None)], confidence=0.95) is None


def test_equal_scores_leave_the_difference_without_an_interval():
    effect = mean_effect([(Moments.of({5: 9}), Moments.of({4: 9}))], confidence=0.95)
    assert (effect.value, effect.interval) == (1, None)


WORLDS = [
    # usual share and cases per arm in each stratum, true difference
    ((0.1, 0.3, 0.5, 0.2), (10, 20, 15, 40), 0.1),
    ((0.25, 0.25), (100, 60), 0.0),
    ((0.1, 0.6), (30, 30), 0.2),
    ((0.05, 0.05, 0.1), (8, 8, 8), 0.05),
]


@pytest.mark.parametrize(("shares", "sizes", "truth"), WORLDS)
def test_the_interval_of_shares_holds_the_truth_as_often_as_it_says(shares, sizes, truth):
    random, held, worlds = Random(7), 0, 1500
    for _ in range(worlds):
        strata = [
            (
                Tally(sum(random.random() < share + truth for _ in range(n)), n),
                Tally(sum(random.random() < share for _ in range(n)), n),
            )
            for share, n in zip(shares, sizes, strict=True)
        ]
        held += truth in share_effect(strata, confidence=0.95).interval
    assert held / worlds >= 0.93


def test_the_interval_of_means_holds_the_truth_as_often_as_it_says():
    random, held, worlds = Random(9), 0, 800
    for _ in range(worlds):
        strata = [
            (
                Moments.of(Counter(round(random.gauss(level + 0.5, 1)) for _ in range(25))),
                Moments.of(Counter(round(random.gauss(level, 1)) for _ in range(25))),
            )
            for level in (2.5, 3)
        ]
        held += 0.5 in mean_effect(strata, confidence=0.95).interval
    assert held / worlds >= 0.93


# The verdict.
@pytest.mark.parametrize(
    ("interval", "is_last", "says"),
    [
        (Interval(0.01, 0.2), False, Verdict.HELPED),
        (Interval(-0.2, -0.01), False, Verdict.HURT),
        (Interval(-0.05, 0.06), True, Verdict.NO_LARGER),
        (Interval(-0.05, 0.06), False, Verdict.CANNOT_TELL),
        (Interval(-0.05, 0.2), True, Verdict.CANNOT_TELL),
        (None, True, Verdict.CANNOT_TELL),
    ],
)
def test_the_verdict_follows_the_interval(interval, is_last, says):
    assert verdict_on(interval, is_last=is_last, worth_finding=0.1) is says


def test_only_a_clear_difference_ends_a_comparison_early():
    assert [verdict.is_over for verdict in Verdict] == [True, True, False, False]
