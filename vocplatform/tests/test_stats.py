import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as scipy_stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from vocplatform.lib.stats import (
    Interval,
    Moments,
    effective_n,
    mean_difference_interval,
    mean_interval,
    nps_difference_interval,
    nps_interval,
    share_difference_interval,
    student_t_quantile,
    wilson_interval,
)

counts = st.integers(0, 5000)
quick = settings(max_examples=60, deadline=None)


@quick
@given(counts, counts)
def test_the_wilson_interval_equals_statsmodels(hits, misses):
    n = hits + misses
    if not n:
        assert wilson_interval(hits, n) is None
        return
    ours = wilson_interval(hits, n)
    assert (ours.low, ours.high) == pytest.approx(proportion_confint(hits, n, method="wilson"), abs=1e-12)


@quick
@given(counts, counts)
def test_a_share_lies_inside_its_own_interval_and_the_interval_inside_the_scale(hits, misses):
    if ours := wilson_interval(hits, hits + misses):
        assert hits / (hits + misses) in ours
        assert 0 <= ours.low <= ours.high <= 1


@quick
@given(st.integers(1, 400), st.integers(1, 400), st.data())
def test_the_difference_of_shares_equals_newcombe_in_statsmodels(n, other_n, data):
    hits, other_hits = data.draw(st.integers(0, n)), data.draw(st.integers(0, other_n))
    ours = share_difference_interval(hits, n, other_hits, other_n)
    theirs = confint_proportions_2indep(hits, n, other_hits, other_n, compare="diff", method="newcomb")
    assert (ours.low, ours.high) == pytest.approx(theirs, abs=1e-10)


@pytest.mark.parametrize(
    ("n", "half_width"), [(10, 42), (20, 32), (30, 27), (50, 21), (100, 15), (200, 11), (400, 7.6), (1000, 4.8)]
)
def test_the_nps_interval_has_the_published_width_for_a_50_30_20_mix(n, half_width):
    ours = nps_interval(0.5 * n, 0.3 * n, 0.2 * n)
    assert ours.half_width == pytest.approx(half_width, abs=0.6)


def test_the_nps_interval_adds_three_quarters_to_both_ends_and_three_to_n():
    promoters, n, detractors = 5.75 / 13, 13, 2.75 / 13
    half = 1.959964 * math.sqrt((promoters + detractors - (promoters - detractors) ** 2) / n)
    ours = nps_interval(5, 3, 2)
    centre = 100 * (promoters - detractors)
    assert (ours.low, ours.high) == pytest.approx((centre - 100 * half, centre + 100 * half), abs=1e-4)


@quick
@given(counts, counts, counts)
def test_a_score_lies_inside_its_own_interval_and_the_interval_inside_the_scale(promoters, passives, detractors):
    n = promoters + passives + detractors
    ours = nps_interval(promoters, passives, detractors)
    if not n:
        assert ours is None
        return
    assert -100 <= ours.low <= 100 * (promoters - detractors) / n <= ours.high <= 100


@quick
@given(st.integers(1, 50), st.integers(0, 50), st.integers(0, 50), st.integers(2, 20))
def test_more_answers_of_the_same_mix_narrow_the_interval(promoters, passives, detractors, times):
    few = nps_interval(promoters, passives, detractors)
    many = nps_interval(promoters * times, passives * times, detractors * times)
    assert many.half_width <= few.half_width + 1e-9


@quick
@given(st.tuples(counts, counts, counts), st.tuples(counts, counts, counts))
def test_the_difference_of_two_scores_is_the_mirror_image_of_its_opposite(mine, other):
    ours, opposite = nps_difference_interval(mine, other), nps_difference_interval(other, mine)
    if ours is None:
        assert opposite is None
        return
    assert (ours.low, ours.high) == pytest.approx((-opposite.high, -opposite.low))


def test_a_clear_difference_excludes_zero_and_an_unclear_one_does_not():
    assert nps_difference_interval((800, 100, 100), (500, 300, 200)).excludes_zero
    assert not nps_difference_interval((8, 1, 1), (5, 3, 2)).excludes_zero


@quick
@given(st.lists(st.integers(1, 7), min_size=2, max_size=60))
def test_the_interval_of_a_mean_equals_statsmodels(values):
    ours = mean_interval(Moments.of({value: values.count(value) for value in values}))
    if len(set(values)) == 1:
        assert ours is None
        return
    assert (ours.low, ours.high) == pytest.approx(DescrStatsW(values).tconfint_mean(), abs=1e-9)


@quick
@given(st.lists(st.integers(1, 7), min_size=2, max_size=40), st.lists(st.integers(1, 7), min_size=2, max_size=40))
def test_the_difference_of_means_equals_welch_in_statsmodels(mine, other):
    if len(set(mine)) == 1 or len(set(other)) == 1:
        return
    first, second = (Moments.of({value: values.count(value) for value in values}) for values in (mine, other))
    theirs = CompareMeans(DescrStatsW(mine), DescrStatsW(other)).tconfint_diff(usevar="unequal")
    ours = mean_difference_interval(first, second)
    assert (ours.low, ours.high) == pytest.approx(theirs, abs=1e-9)


@pytest.mark.parametrize("degrees", [1, 1.5, 2, 3, 7, 29, 120, 5000, 1_000_000])
@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
def test_students_t_equals_scipy(degrees, confidence):
    assert student_t_quantile(confidence, degrees) == pytest.approx(
        scipy_stats.t.ppf((1 + confidence) / 2, degrees), rel=1e-9
    )


def test_one_answer_has_a_mean_and_no_interval():
    assert mean_interval(Moments.of({6: 1})) is None


def test_zero_is_a_value_like_any_other_in_a_mean():
    assert Moments.of({0: 1, 10: 1}).mean == 5


def test_equal_weights_are_worth_every_answer_and_unequal_ones_fewer():
    assert effective_n([2.0] * 40) == pytest.approx(40)
    assert effective_n([1.0] * 39 + [39.0]) == pytest.approx(78**2 / (39 + 39**2))
    assert effective_n([]) == 0


def test_scaling_by_a_negative_factor_keeps_low_below_high():
    assert Interval(1, 3).scaled(-2) == Interval(-6, -2)
