from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.metrics import CES, CSAT, METRICS, NPS
from feedback.metrics.change import Verdict, compare, compare_rates, target_verdict
from feedback.metrics.histogram import EMPTY, Histogram
from feedback.metrics.nps import net_promoter_score
from feedback.metrics.rates import rate


def nps_of(promoters, passives, detractors):
    return Histogram.of([10] * promoters + [7] * passives + [3] * detractors)


def test_ten_points_more_among_fifty_answers_each_is_no_clear_change():
    change = compare(NPS, nps_of(27, 13, 10), nps_of(24, 14, 12))
    assert change.difference == 10.0
    assert change.verdict is Verdict.UNCLEAR


def test_ten_points_more_among_two_thousand_answers_each_is_better():
    assert compare(NPS, nps_of(1080, 520, 400), nps_of(960, 560, 480)).verdict is Verdict.BETTER


def test_a_clear_fall_is_worse():
    assert compare(CSAT, Histogram.of([2] * 300 + [5] * 300), Histogram.of([5] * 600)).verdict is Verdict.WORSE


def test_without_answers_before_nothing_can_be_told():
    change = compare(NPS, nps_of(5, 5, 5), EMPTY)
    assert (change.difference, change.verdict) == (None, Verdict.CANNOT_TELL)


def test_a_mean_without_spread_has_a_difference_but_no_verdict():
    change = compare(CES, Histogram.of([7] * 40), Histogram.of([6] * 40))
    assert (change.difference, change.interval, change.verdict) == (1.0, None, Verdict.CANNOT_TELL)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(list(METRICS.values())), st.data())
def test_turning_the_periods_around_turns_the_verdict_around(metric, data):
    values = st.lists(st.integers(*metric.scale), min_size=1, max_size=60)
    now, before = Histogram.of(data.draw(values)), Histogram.of(data.draw(values))
    opposite = {Verdict.BETTER: Verdict.WORSE, Verdict.WORSE: Verdict.BETTER}
    verdict = compare(metric, now, before).verdict
    assert compare(metric, before, now).verdict is opposite.get(verdict, verdict)


def test_rates_are_compared_by_the_interval_of_their_difference():
    change = compare_rates((300, 1000), (200, 1000), (rate(300, 1000), rate(200, 1000)))
    assert change.verdict is Verdict.BETTER
    assert change.text == "+10\u202f%"


def test_a_target_is_met_only_when_the_whole_interval_is_above_it():
    assert target_verdict(net_promoter_score(nps_of(900, 50, 50)), 50) is Verdict.BETTER
    assert target_verdict(net_promoter_score(nps_of(9, 1, 1)), 50) is Verdict.UNCLEAR
    assert target_verdict(net_promoter_score(nps_of(100, 500, 400)), 50) is Verdict.WORSE
