"""Whether a share changed, against scipy, statsmodels and a world in which nothing changes."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency, fisher_exact

from feedback.metrics.change import COMPARED_FROM
from feedback.metrics.shares import EXACT_UP_TO, Turn, share_p, shifts

TABLES = [(0, 10, 5, 10), (3, 7, 9, 40), (12, 100, 30, 110), (1, 1000, 9, 900), (500, 2000, 640, 2100), (9, 10, 10, 10)]


@pytest.mark.parametrize("table", TABLES)
def test_the_exact_test_agrees_with_scipy(table):
    hits, n, other, other_n = table
    assert share_p(*table) == pytest.approx(fisher_exact([[hits, n - hits], [other, other_n - other]])[1], rel=1e-6)


@pytest.mark.parametrize("table", [(3000, 9000, 3300, 9100), (40_000, 90_000, 40_050, 90_000)])
def test_for_many_hits_the_score_test_agrees_with_scipy(table):
    hits, n, other, other_n = table
    assert hits + other > EXACT_UP_TO
    expected = chi2_contingency([[hits, n - hits], [other, other_n - other]], correction=False)[1]
    assert share_p(*table) == pytest.approx(expected, rel=1e-9)


@given(st.integers(1, 60), st.integers(1, 60), st.data())
def test_both_orders_give_the_same_p_between_0_and_1(n, other_n, data):
    hits, other = data.draw(st.integers(0, n)), data.draw(st.integers(0, other_n))
    p = share_p(hits, n, other, other_n)
    assert 0 <= p <= 1
    assert p == pytest.approx(share_p(other, other_n, hits, n), abs=1e-9)
    assert p == pytest.approx(share_p(n - hits, n, other_n - other, other_n), abs=1e-9)


def test_among_many_themes_that_did_not_change_hardly_ever_one_is_said_to_have():
    dice = random.Random(7)
    wrong = 0
    for _month in range(30):
        pairs = []
        for place in range(30):
            share = 0.01 + 0.003 * place
            pairs.append(tuple((sum(dice.random() < share for _ in range(300)), 300) for _ in range(2)))
        wrong += any(shift.turn in (Turn.MORE, Turn.LESS) for shift in shifts(pairs))
    assert wrong <= 5  # 5 % of 30 months are one or two


def test_a_planted_change_is_found_among_many_that_did_not_change():
    pairs = [((30, 300), (31, 300))] * 40 + [((60, 300), (24, 300)), ((10, 300), (50, 300))]
    turns = [shift.turn for shift in shifts(pairs)]
    assert turns == [Turn.UNCLEAR] * 40 + [Turn.MORE, Turn.LESS]


def test_the_difference_comes_in_points_with_its_interval():
    (shift,) = shifts([((60, 300), (24, 300))])
    assert shift.difference == pytest.approx(12.0)
    assert shift.interval.low < 12 < shift.interval.high
    assert shift.text == "+12.0"


@pytest.mark.parametrize("pair", [None, ((0, 0), (3, 10)), ((3, 10), (0, 0))])
def test_without_both_periods_nothing_can_be_told(pair):
    (shift,) = shifts([pair])
    assert (shift.turn, shift.difference) == (Turn.CANNOT_TELL, None)


@pytest.mark.parametrize("few", [(0, COMPARED_FROM - 1), (COMPARED_FROM - 1, COMPARED_FROM - 1)])
def test_from_fewer_than_five_comments_on_either_side_no_change_of_a_theme_is_told(few):
    many = (20, 40)
    told = [(shift.turn, shift.difference, shift.p) for shift in shifts([(few, many), (many, few)])]
    assert told == [(Turn.CANNOT_TELL, None, None)] * 2


def test_five_comments_on_the_smaller_side_are_compared():
    (shift,) = shifts([((0, COMPARED_FROM), (20, 40))])
    assert shift.turn is Turn.UNCLEAR
    assert shift.difference == pytest.approx(-50)


def test_what_is_too_few_to_compare_makes_no_other_theme_harder_to_find():
    planted, few = ((60, 300), (24, 300)), ((1, 4), (0, 4))
    assert shifts([planted, *[few] * 30])[0].p == shifts([planted])[0].p
