import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.metrics import CES, CSAT, METRICS, NPS, SENTIMENT
from feedback.metrics.ces import as_effort, ease_score, easy_share, effort_score
from feedback.metrics.csat import mean_satisfaction, satisfied_share
from feedback.metrics.experience import experience_level, position
from feedback.metrics.figure import Caution, State, Unit
from feedback.metrics.histogram import BINS, EMPTY, Histogram
from feedback.metrics.nps import net_promoter_score
from feedback.metrics.rates import Traffic, rate
from feedback.metrics.sentiment import NEGATIVE, NOT_SCORED, POSITIVE, WAITING, net_sentiment

quick = settings(max_examples=60, deadline=None)


def values_of(metric):
    return st.lists(st.integers(*metric.scale), min_size=1, max_size=80)


def test_nps_is_promoters_less_detractors_in_percent_of_those_who_gave_a_score():
    figure = net_promoter_score(Histogram.of([10, 9, 9, 8, 7, 6, 0, 10, 9, 3]))
    assert (figure.value, figure.n) == (20.0, 10)


def test_a_zero_is_a_detractor_and_counts():
    figure = net_promoter_score(Histogram.of([0]))
    assert (figure.value, figure.n) == (-100.0, 1)


def test_a_seven_and_an_eight_move_nothing_but_n():
    assert net_promoter_score(Histogram.of([7, 8])).value == 0.0


@quick
@given(values_of(NPS))
def test_nps_equals_the_mean_of_minus_one_zero_and_one(values):
    signs = [(value >= 9) - (value <= 6) for value in values]
    assert net_promoter_score(Histogram.of(values)).value == pytest.approx(100 * sum(signs) / len(signs))


@quick
@given(st.sampled_from(list(METRICS.values())), st.data())
def test_the_bands_of_a_metric_split_its_whole_scale(metric, data):
    values = data.draw(values_of(metric))
    assert sum(count for _band, count in metric.counts(Histogram.of(values))) == len(values)


@quick
@given(st.sampled_from(list(METRICS.values())), st.data())
def test_a_figure_does_not_care_how_its_histogram_was_added_up(metric, data):
    values = data.draw(values_of(metric))
    half = len(values) // 2
    assert metric.measure(Histogram.of(values[:half]) + Histogram.of(values[half:])) == metric.measure(
        Histogram.of(values)
    )


@quick
@given(st.sampled_from(list(METRICS.values())), st.data())
def test_a_figure_lies_inside_its_interval_and_both_inside_the_axis(metric, data):
    figure = metric.measure(Histogram.of(data.draw(values_of(metric))))
    low, high = metric.axis
    assert low <= figure.value <= high
    if figure.interval:
        assert low <= figure.interval.low <= figure.value + 1e-9
        assert figure.value - 1e-9 <= figure.interval.high <= high


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_an_empty_period_has_no_score_rather_than_a_score_of_zero(metric):
    figure = metric.measure(EMPTY)
    assert (figure.value, figure.n, figure.state) == (None, 0, State.NO_ANSWERS)
    assert figure.text == "–"


def test_csat_is_the_share_of_fours_and_fives_and_the_mean_stands_beside_it():
    answers = Histogram.of([5, 4, 4, 3, 1])
    assert satisfied_share(answers).value == pytest.approx(60.0)
    assert mean_satisfaction(answers).value == pytest.approx(3.4)


def test_ces_is_the_mean_of_the_ease_scale_and_the_share_that_agrees():
    answers = Histogram.of([7, 6, 5, 4, 1])
    assert ease_score(answers).value == pytest.approx(4.6)
    assert easy_share(answers).value == pytest.approx(60.0)


def test_an_effort_target_of_two_is_an_ease_of_five_and_a_half():
    assert as_effort(5.5) == pytest.approx(2.0)
    assert (as_effort(7), as_effort(1)) == (1.0, 5.0)


@quick
@given(values_of(CES))
def test_both_polarities_of_effort_tell_the_same_story(values):
    ease, effort = ease_score(Histogram.of(values)), effort_score(Histogram.of(values))
    assert effort.value == pytest.approx(as_effort(ease.value))
    if ease.interval:
        assert effort.interval.low <= effort.value <= effort.interval.high


def test_net_sentiment_leaves_unread_comments_out():
    answers = Histogram.of([POSITIVE, POSITIVE, NEGATIVE, NOT_SCORED, NOT_SCORED, WAITING])
    figure = net_sentiment(answers)
    assert (figure.n, figure.value) == (3, pytest.approx(100 / 3))


def test_comments_that_nobody_could_read_say_cannot_tell_and_not_neutral():
    assert net_sentiment(Histogram.of([NOT_SCORED] * 40)).state is State.CANNOT_TELL


def test_fewer_than_thirty_answers_are_marked_as_few():
    assert Caution.FEW_ANSWERS in net_promoter_score(Histogram.of([9] * 29)).cautions
    assert Caution.FEW_ANSWERS not in net_promoter_score(Histogram.of([9] * 30)).cautions


def test_a_mean_of_equal_answers_claims_no_interval():
    figure = ease_score(Histogram.of([7] * 40))
    assert figure.interval is None
    assert figure.cautions == (Caution.NO_SPREAD,)


def test_a_rate_of_nothing_cannot_be_told():
    assert rate(0, 0).state is State.CANNOT_TELL


def test_a_rate_of_none_in_forty_is_zero_with_an_interval_above_it():
    figure = rate(0, 40)
    assert figure.value == 0.0
    assert figure.interval.high == pytest.approx(8.76, abs=0.01)


def test_more_answers_than_invitations_is_refused():
    with pytest.raises(ValueError, match="no share"):
        rate(3, 2)


def test_the_response_rate_rests_on_what_was_delivered_and_completion_on_what_was_started():
    traffic = Traffic(invited=100, delivered=80, started=30, finished=20, link_started=10, link_finished=8)
    assert traffic.response_rate.value == pytest.approx(25.0)
    assert traffic.completion.value == pytest.approx(70.0)
    assert traffic.delivery_rate.value == pytest.approx(80.0)


@pytest.mark.parametrize(("kind", "low", "middle", "high"), [("nps", 0, 5, 10), ("csat", 1, 3, 5), ("ces", 1, 4, 7)])
def test_every_scale_runs_from_minus_to_plus_one_hundred(kind, low, middle, high):
    assert [position(kind, value) for value in (low, middle, high)] == [-100, 0, 100]


def test_the_experience_level_averages_unlike_questions_on_one_scale():
    figure = experience_level({"nps": Histogram.of([10, 5]), "csat": Histogram.of([1, 3])})
    assert (figure.value, figure.n) == (0.0, 4)


@pytest.mark.parametrize(
    ("unit", "value", "text"),
    [
        (Unit.POINTS, 23.4, "+23"),
        (Unit.POINTS, -23.4, "−23"),
        (Unit.POINTS, -0.3, "0"),
        (Unit.PERCENT, 81.2, "81\u202f%"),
        (Unit.SCORE, 5.55, "5.5"),
        (Unit.SCORE, None, "–"),
    ],
)
def test_a_figure_reads_as_people_write_it(unit, value, text):
    assert unit.text(value) == text


def test_a_histogram_has_room_for_every_point_of_the_widest_scale():
    assert max(metric.scale[1] for metric in METRICS.values()) == BINS - 1
    assert SENTIMENT.scale[0] == 0
    assert CSAT.target == 80
