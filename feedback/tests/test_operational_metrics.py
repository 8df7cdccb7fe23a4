"""Formulas over events against hand counts, statsmodels and simulations with a known truth."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.metrics.benchmark import benchmark_figure
from feedback.metrics.catalogue import CATALOGUE, Direction
from feedback.metrics.change import COMPARED_FROM, Verdict, compare_figures
from feedback.metrics.figure import Figure, State, Unit
from feedback.metrics.operational import (
    Custom,
    customer_saves,
    done_within,
    enough,
    first_contact_resolution,
    given_up_share,
    handle_time_quantile,
    lifetime_value,
    mean_handle_time,
    mean_response_time,
    median_bounce_time,
    monthly_churn,
    not_done_within,
    referral_rate,
    response_time_quantile,
    revenue_per_customer,
    service_level,
)
from feedback.metrics.resampling import bootstrap_interval, poisson_interval, quantile, quantile_interval
from feedback.metrics.status import Lines, Status
from feedback.metrics.survival import Watched
from vocplatform.lib.stats import Interval, share_difference_interval, wilson_interval

NEVER = math.inf


def test_first_contact_resolution_is_a_share_with_wilsons_interval():
    figure = first_contact_resolution([True] * 30 + [False] * 10)
    assert (figure.value, figure.n) == (75, 40)
    assert figure.interval.low == pytest.approx(100 * wilson_interval(30, 40).low)


def test_without_a_contact_nobody_can_tell():
    assert first_contact_resolution([]).state is State.CANNOT_TELL


def test_response_time_is_told_in_hours_with_median_and_ninth_tenth_beside():
    seconds = [3600 * hours for hours in range(1, 11)]
    assert mean_response_time(seconds).value == pytest.approx(5.5)
    assert response_time_quantile(seconds, 0.5).value == pytest.approx(5.5)
    assert response_time_quantile(seconds, 0.9).value == pytest.approx(9.5)


def test_who_gave_up_waiting_was_not_answered_in_time():
    figure = service_level([5, 20, 21, 300], lost=6, within_seconds=20)
    assert (figure.value, figure.n) == (20, 10)
    assert figure.interval.low == pytest.approx(100 * wilson_interval(2, 10).low)


def test_without_a_contact_there_is_no_service_level():
    assert service_level([], lost=0, within_seconds=20).state is State.CANNOT_TELL


def test_handle_time_is_a_mean_with_median_and_ninth_tenth_beside():
    seconds = [60 * minutes for minutes in range(1, 11)]
    assert mean_handle_time(seconds).value == pytest.approx(330)
    assert mean_handle_time(seconds).interval.low < 330 < mean_handle_time(seconds).interval.high
    assert handle_time_quantile(seconds, 0.9).value == pytest.approx(570)


def test_processes_given_up_are_counted_among_those_that_ended():
    assert given_up_share(2, 18).value == pytest.approx(10)


def test_what_still_runs_counts_for_as_long_as_it_was_seen():
    """Kaplan and Meier by hand: 1 - 3/4 x 1/2 after the finishes on days 1 and 3, one censored on day 2."""
    spells = [Watched(1, True), Watched(2, False), Watched(3, True), Watched(9, False)]
    assert done_within(spells, 7).value == pytest.approx(100 * (1 - 3 / 4 * 1 / 2))


def test_a_process_given_up_never_finishes():
    assert done_within([Watched(1, True), Watched(NEVER, False)], 7).value == pytest.approx(50)


def test_done_and_not_done_are_two_halves_of_the_same():
    spells = [Watched(day, day % 2 == 0) for day in range(1, 20)] + [Watched(30, False)] * 5
    done, left = done_within(spells, 7), not_done_within(spells, 7)
    assert done.value + left.value == pytest.approx(100)
    assert left.interval.low == pytest.approx(100 - done.interval.high)


def test_nobody_watched_for_a_week_cannot_tell_about_a_week():
    assert done_within([Watched(2, False)] * 9, 7).state is State.CANNOT_TELL


def test_kaplan_and_meier_agree_with_statsmodels():
    survival = pytest.importorskip("statsmodels.duration.survfunc")
    chance = np.random.default_rng(4)
    days, left = chance.exponential(6, 80).round(3), chance.random(80) < 0.7
    reference = survival.SurvfuncRight(days, left.astype(int))
    at = np.searchsorted(reference.surv_times, 7, side="right") - 1
    mine = done_within([Watched(float(d), bool(gone)) for d, gone in zip(days, left, strict=True)], 7)
    assert mine.value == pytest.approx(100 * (1 - reference.surv_prob[at]))


@pytest.mark.parametrize(
    ("events", "exposure", "low", "high"), [(0, 1, 0, 3.6889), (10, 1, 4.7954, 18.3904), (3, 2, 0.3093, 4.3836)]
)
def test_a_rate_has_garwoods_exact_limits(events, exposure, low, high):
    interval = poisson_interval(events, exposure)
    assert (interval.low, interval.high) == (pytest.approx(low, abs=1e-3), pytest.approx(high, abs=1e-3))


def test_churn_counts_each_customer_for_the_days_she_was_one():
    customers = [Custom(30, cancelled=True), *[Custom(30)] * 8, Custom(15), Custom(15)]
    assert monthly_churn(customers).value == pytest.approx(100 * (1 - math.exp(-1 / 10)))


@pytest.mark.parametrize("seed", range(3))
def test_churn_finds_the_planted_rate_also_among_customers_of_unlike_length(seed):
    chance = np.random.default_rng(seed)
    customers = []
    for watched in chance.uniform(5, 90, 3000):
        left_after = chance.exponential(30 / 0.05)  # 0.05 per month
        customers.append(Custom(min(watched, left_after), cancelled=left_after < watched))
    interval = monthly_churn(customers).interval
    assert interval.low - 1 < 100 * (1 - math.exp(-0.05)) < interval.high + 1


def test_lifetime_value_is_margin_times_revenue_over_own_churn():
    customers = [Custom(30, cancelled=number < 5, spent=20.0, purchases=1) for number in range(100)]
    figure = lifetime_value(customers, margin_percent=50)
    assert figure.value == pytest.approx(0.5 * 20 / 0.05)  # half of 20 a month for 20 months
    assert figure.interval.low < figure.value < figure.interval.high


def test_while_nobody_cancels_a_lifetime_has_no_end():
    assert lifetime_value([Custom(30, spent=9.0, purchases=1)] * 50, margin_percent=50).state is State.CANNOT_TELL


def test_revenue_is_that_of_customers_who_bought():
    customers = [Custom(30, spent=10, purchases=1), Custom(30, spent=30, purchases=2), Custom(30)]
    assert (revenue_per_customer(customers).value, revenue_per_customer(customers).n) == (20, 2)


def test_referrals_are_counted_by_people_and_not_by_pieces():
    customers = [Custom(30, referrals=5), Custom(30, purchases=1), Custom(30)]
    assert (referral_rate(customers).value, referral_rate(customers).n) == (50, 2)


def test_bounce_time_is_the_median_stay():
    assert median_bounce_time([1, 2, 100]).value == 2


def test_saves_without_a_comparison_say_nothing():
    assert customer_saves([Watched(120, False)] * 30, []).state is State.CANNOT_TELL


def test_saves_are_what_an_offer_keeps_above_what_stays_anyway():
    offered = [Watched(120, False)] * 80 + [Watched(40, True)] * 20
    compared = [Watched(120, False)] * 70 + [Watched(40, True)] * 30
    figure = customer_saves(offered, compared)
    half = 196 * math.sqrt(0.8 * 0.2 / 100 + 0.7 * 0.3 / 100)
    assert (figure.value, figure.n) == (pytest.approx(10), 200)
    assert figure.interval.half_width == pytest.approx(half, rel=1e-3)


def test_an_offer_that_changes_nothing_is_seldom_called_a_save():
    chance, clear = np.random.default_rng(8), 0
    for _run in range(200):
        sides = [[Watched(120, False) if chance.random() < 0.7 else Watched(40, True) for _ in range(80)] for _ in "ab"]
        clear += customer_saves(*sides).interval.excludes_zero
    assert clear / 200 < 0.1


def test_fewer_than_the_minimum_cannot_tell_and_keep_their_n():
    figure = enough(first_contact_resolution([True] * 9), 10)
    assert (figure.state, figure.n, figure.value) == (State.CANNOT_TELL, 9, None)


def test_the_interval_of_a_median_holds_it_as_often_as_it_says():
    chance, held = np.random.default_rng(2), 0
    for _run in range(400):
        held += math.log(2) in quantile_interval(sorted(chance.exponential(1, 30)), 0.5)
    assert held / 400 > 0.93


def test_three_values_have_no_interval_of_their_median():
    assert quantile_interval([1, 2, 3], 0.5) is None


def test_the_bootstrap_of_a_mean_holds_it_nearly_as_often_as_it_says():
    chance, held = np.random.default_rng(3), 0
    for _run in range(150):
        held += 1.0 in bootstrap_interval([[x] for x in chance.exponential(1, 60)], lambda means: means[:, 0])
    assert held / 150 > 0.88


def test_many_units_are_drawn_in_blocks_and_say_the_same():
    values = np.random.default_rng(5).exponential(1, 20_000)
    interval = bootstrap_interval([[x] for x in values], lambda means: means[:, 0])
    assert interval.half_width == pytest.approx(1.96 * values.std() / math.sqrt(len(values)), rel=0.12)


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=50), st.sampled_from([0.1, 0.5, 0.9]))
def test_a_quantile_lies_among_its_values(values, share):
    ordered = sorted(values)
    assert ordered[0] <= quantile(ordered, share) <= ordered[-1]


def figure(low: float, high: float) -> Figure:
    return Figure((low + high) / 2, 100, Interval(low, high), Unit.PERCENT)


@pytest.mark.parametrize(
    ("low", "high", "status"),
    [
        (71, 80, Status.MEETS),
        (66, 69, Status.WATCH),
        (50, 64, Status.ACT),
        (60, 69, Status.WATCH),
        (66, 74, Status.CANNOT_TELL),
        (60, 80, Status.CANNOT_TELL),
    ],
)
def test_first_contact_resolution_is_told_by_the_whole_interval(low, high, status):
    fcr = CATALOGUE["fcr"]
    assert Lines(fcr.direction, fcr.target, fcr.watch_at, fcr.act_at).status(figure(low, high)) is status


@pytest.mark.parametrize(
    ("low", "high", "status"), [(1, 1.9, Status.MEETS), (2.1, 3.9, Status.WATCH), (4.1, 6, Status.ACT)]
)
def test_where_low_is_good_the_lines_are_read_the_other_way(low, high, status):
    assert Lines(Direction.DOWN, target=2, act_at=4).status(figure(low, high)) is status


def test_between_target_and_watching_a_metric_is_short_but_not_watched():
    assert Lines(Direction.UP, target=50, watch_at=30, act_at=0).status(figure(35, 45)) is Status.SHORT


def test_without_any_line_there_is_no_status():
    assert Lines(Direction.UP).status(figure(1, 2)) is Status.NO_TARGET


@given(st.integers(COMPARED_FROM, 60), st.integers(COMPARED_FROM, 60), st.data())
def test_comparing_two_shares_by_their_intervals_is_newcombes_method(n, m, data):
    a, b = data.draw(st.integers(0, n)), data.draw(st.integers(0, m))
    sides = [first_contact_resolution([True] * hits + [False] * (of - hits)) for hits, of in ((a, n), (b, m))]
    mine, reference = compare_figures(*sides, Direction.UP).interval, share_difference_interval(a, n, b, m)
    assert mine.low == pytest.approx(100 * reference.low, abs=1e-6)
    assert mine.high == pytest.approx(100 * reference.high, abs=1e-6)


@pytest.mark.parametrize(("n", "m"), [(COMPARED_FROM - 1, 60), (60, COMPARED_FROM - 1)])
def test_a_handful_on_either_side_is_compared_with_nothing(n, m):
    change = compare_figures(first_contact_resolution([True] * n), first_contact_resolution([False] * m), Direction.UP)
    assert (change.verdict, change.difference, change.interval) == (Verdict.CANNOT_TELL, None, None)


def test_where_low_is_good_a_fall_is_better():
    assert compare_figures(figure(1, 2), figure(5, 6), Direction.DOWN).verdict is Verdict.BETTER


def test_a_benchmark_without_n_claims_no_interval():
    assert benchmark_figure(Unit.PERCENT, 80, None, None).interval is None


def test_a_net_score_of_others_gets_the_widest_interval_it_may_have():
    interval = benchmark_figure(Unit.POINTS, 30, 100, None).interval
    assert interval.half_width == pytest.approx(1.96 * math.sqrt((100**2 - 30**2) / 100), rel=1e-3)


def test_a_mean_of_others_needs_its_deviation():
    assert benchmark_figure(Unit.SCORE, 5.5, 100, None).interval is None
    assert benchmark_figure(Unit.SCORE, 5.5, 100, 1.0).interval.half_width == pytest.approx(0.1984, abs=1e-3)
