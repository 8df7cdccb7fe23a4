"""Many tests, small groups and control limits: each against a reference or a planted truth."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.metrics import CES, CSAT, NPS, SENTIMENT
from feedback.metrics.control import LEAST_WINDOWS, Window, judge, rehearse
from feedback.metrics.histogram import Histogram
from feedback.metrics.multiple import adjusted
from feedback.metrics.pooling import Estimate, Ranks, can_be_ranked, pooled, rank_ranges, variance_between
from feedback.metrics.surprise import p_value, scores_of

P = st.floats(0, 1, allow_nan=False)


@given(st.lists(P, min_size=1, max_size=40))
def test_adjusted_p_is_that_of_statsmodels(p_values):
    multitest = pytest.importorskip("statsmodels.stats.multitest")
    reference = multitest.multipletests(p_values, method="fdr_bh")[1]
    assert adjusted(p_values) == pytest.approx(list(reference))


def test_what_could_not_be_tested_is_no_test():
    assert adjusted([0.01, None, 0.02]) == [pytest.approx(0.02), None, pytest.approx(0.02)]


def test_of_what_is_called_clear_about_one_in_twenty_is_chance():
    chance, false, found = np.random.default_rng(6), 0, 0
    for _run in range(200):
        real = chance.random(40) < 0.3
        z = chance.normal(np.where(real, 3.0, 0.0), 1)
        tails = [2 * float(1 - _normal(abs(each))) for each in z]
        clear = np.array([p <= 0.05 for p in adjusted(tails)])
        found, false = found + clear.sum(), false + (clear & ~real).sum()
    assert found > 1000
    assert false / found < 0.05


def _normal(z: float) -> float:
    from statistics import NormalDist

    return NormalDist().cdf(z)


def test_variance_between_groups_is_paule_and_mandels_of_statsmodels():
    meta = pytest.importorskip("statsmodels.stats.meta_analysis")
    values, errors = [50.0, 40.0, 45.0, 70.0, 30.0], [3.0, 4.0, 10.0, 5.0, 6.0]
    mine = variance_between([Estimate(*each) for each in zip(values, errors, strict=True)])
    reference = meta.combine_effects(np.array(values), np.array(errors) ** 2, method_re="iterated", atol=1e-10)
    assert mine == pytest.approx(reference.tau2, rel=1e-3)


def test_groups_that_differ_by_chance_alone_are_drawn_together():
    estimates = [Estimate(50, 10), Estimate(52, 10), Estimate(48, 10)]
    assert variance_between(estimates) == 0
    values = [each.value for each in pooled(estimates)]
    assert max(values) - min(values) < 4 / 2


def test_a_small_group_is_drawn_further_towards_the_mean_than_a_large_one():
    small, large, *_ = pooled([Estimate(90, 12), Estimate(90, 2), Estimate(40, 2), Estimate(60, 2)])
    assert small.value < large.value


def test_pooled_estimates_are_nearer_to_the_truth_than_raw_ones_and_their_intervals_hold_it():
    chance, raw, drawn, held, seen = np.random.default_rng(7), 0.0, 0.0, 0, 0
    for _run in range(150):
        truth = chance.normal(70, 5, 12)
        errors = chance.uniform(2, 12, 12)
        values = chance.normal(truth, errors)
        found = pooled([Estimate(float(v), float(e)) for v, e in zip(values, errors, strict=True)])
        raw += ((values - truth) ** 2).sum()
        drawn += sum((each.value - t) ** 2 for each, t in zip(found, truth, strict=True))
        held += sum(abs(each.value - t) <= 1.96 * each.standard_error for each, t in zip(found, truth, strict=True))
        seen += 12
    assert drawn < 0.75 * raw
    assert held / seen > 0.9


def test_pooled_ranks_put_the_planted_best_first_more_often_than_raw_ones():
    chance, raw, drawn = np.random.default_rng(9), 0, 0
    for _run in range(400):
        truth = chance.normal(70, 4, 10)
        errors = np.where(np.arange(10) < 5, 10.0, 2.0)
        values = chance.normal(truth, errors)
        found = [
            each.value for each in pooled([Estimate(float(v), float(e)) for v, e in zip(values, errors, strict=True)])
        ]
        raw += int(values.argmax() == truth.argmax())
        drawn += int(np.argmax(found) == truth.argmax())
    assert drawn > raw


def test_ranges_of_ranks_hold_the_planted_rank():
    chance, held = np.random.default_rng(10), 0
    for _run in range(60):
        truth = chance.normal(70, 6, 8)
        errors = chance.uniform(2, 6, 8)
        ranges = rank_ranges(
            [Estimate(float(v), float(e)) for v, e in zip(chance.normal(truth, errors), errors, strict=True)]
        )
        ranks = (-truth).argsort().argsort() + 1
        held += sum(each.best <= rank <= each.worst for each, rank in zip(ranges, ranks, strict=True))
    assert held / (60 * 8) > 0.9


def test_equal_groups_may_have_any_rank_and_are_not_ranked():
    ranges = rank_ranges([Estimate(50, 5)] * 5)
    assert set(ranges) == {Ranks(1, 5)}
    assert not can_be_ranked(ranges)


def test_groups_far_apart_are_ranked():
    ranges = rank_ranges([Estimate(10, 1), Estimate(90, 1), Estimate(50, 1)])
    assert [each.best for each in ranges] == [3, 1, 2]
    assert can_be_ranked(ranges)


NPS_ANSWERS = st.lists(st.integers(0, 10), min_size=3, max_size=60).map(Histogram.of)
CSAT_ANSWERS = st.lists(st.integers(1, 5), min_size=3, max_size=60).map(Histogram.of)
CES_ANSWERS = st.lists(st.integers(1, 7), min_size=3, max_size=60).map(Histogram.of)


@pytest.mark.parametrize(("metric", "answers"), [(NPS, NPS_ANSWERS), (CSAT, CSAT_ANSWERS), (CES, CES_ANSWERS)])
def test_p_is_below_one_in_twenty_exactly_where_the_interval_leaves_zero_out(metric, answers):
    @given(answers, answers)
    def holds(mine, other):
        interval, p = metric.difference(mine, other), p_value(metric, mine, other)
        if interval is None:
            assert p is None
        elif min(abs(interval.low), abs(interval.high)) > 1e-6:
            assert interval.excludes_zero == (p < 0.05)

    holds()


@given(NPS_ANSWERS)
def test_a_net_score_is_the_mean_of_its_scores(histogram):
    window = Window.of(scores_of(NPS, histogram))
    assert window.value == pytest.approx(NPS.measure(histogram).value)


def test_scores_of_the_other_metrics_have_them_as_their_mean():
    for metric, values in ((CSAT, [1, 4, 5, 5]), (CES, [1, 7, 4]), (SENTIMENT, [0, 1, 3, 3, 2])):
        histogram = Histogram.of(values)
        assert Window.of(scores_of(metric, histogram)).value == pytest.approx(metric.measure(histogram).value)


def window(chance: random.Random, share: float, n: int) -> Window:
    hits = sum(chance.random() < share for _ in range(n))
    return Window.of([(100.0, hits), (0.0, n - hits)])


def test_a_short_past_is_not_judged():
    past = [Window.of([(100, 7), (0, 3)])] * (LEAST_WINDOWS - 1)
    assert judge(past, past[0]) is None


@pytest.mark.parametrize("wobble", [0.0, 0.06])
def test_windows_at_their_own_level_lie_outside_about_as_often_as_the_limits_are_made_for(wobble):
    chance, outside, watched, runs = random.Random(11), 0, 0, 1200
    for _run in range(runs):
        levels = [min(max(chance.gauss(0.7, wobble), 0.02), 0.98) for _ in range(15)]
        *past, last = [window(chance, level, chance.randint(20, 60)) for level in levels]
        judged = judge(past, last)
        outside += bool(judged.side)
        watched += last.value not in judged.watch
    assert 0.001 <= outside / runs <= 0.02
    assert 0.015 <= watched / runs <= 0.07


def test_a_window_of_few_answers_gets_wider_limits():
    chance = random.Random(12)
    past = [window(chance, 0.7, 100) for _ in range(12)]
    few, many = judge(past, window(chance, 0.7, 10)), judge(past, window(chance, 0.7, 400))
    assert few.act.half_width > 2 * many.act.half_width


def test_one_broken_week_in_the_past_does_not_widen_the_limits_much():
    chance = random.Random(13)
    past = [window(chance, 0.7, 100) for _ in range(12)]
    before = judge(past, past[-1]).act.half_width
    after = judge([*past[:-1], window(chance, 0.1, 100)], past[-1]).act.half_width
    assert after < 1.6 * before


def test_shuffled_history_hardly_ever_rings():
    chance = random.Random(14)
    series = [[window(chance, 0.7, 40) for _ in range(20)] for _ in range(8)]
    found = rehearse(series, shuffles=10, seed=1)
    assert found.windows == 8 * 10 * (20 - LEAST_WINDOWS)
    assert found.outside / found.windows < 0.02
    assert found.alarms / found.windows < 0.001


def test_a_shuffle_with_the_same_seed_is_the_same():
    chance = random.Random(15)
    series = [[window(chance, 0.5, 10) for _ in range(14)] for _ in range(3)]
    assert rehearse(series, shuffles=5, seed=2) == rehearse(series, shuffles=5, seed=2)
