import random
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.analytics.by_touchpoint import by_touchpoint
from feedback.analytics.export import response_rows
from feedback.analytics.filters import Filters
from feedback.analytics.headline import headlines
from feedback.analytics.privacy import hidden_places
from feedback.analytics.selection import Versions, select_responses, without_small_groups
from feedback.analytics.sums import Daily
from feedback.analytics.verbatims import latest_comments
from feedback.metrics.figure import State
from feedback.models import Rollup
from feedback.services.rollups import rebuild_day
from feedback.tests.programme import NOW, answer, make_touchpoint, make_version
from surveys.models import Customer
from vocplatform.lib.periods import last_days

TODAY = NOW.date()
WEEK = Filters(period=last_days(7, today=TODAY))
sizes = st.lists(st.integers(0, 12).map(lambda n: (n, n)), min_size=1, max_size=8)


@settings(max_examples=100, deadline=None)
@given(sizes)
def test_no_small_anonymous_part_is_ever_shown(parts):
    hidden = hidden_places(parts)
    assert all(place in hidden for place, (n, _anonymous) in enumerate(parts) if 0 < n < 5)


@settings(max_examples=100, deadline=None)
@given(sizes)
def test_a_hidden_part_never_follows_from_the_sum_and_the_shown_parts(parts):
    hidden = hidden_places(parts)
    filled = [place for place, (n, _anonymous) in enumerate(parts) if n]
    assert not hidden or filled == sorted(hidden) or (len(hidden) > 1 and sum(parts[place][0] for place in hidden) >= 5)


def test_few_named_answers_are_marked_but_not_hidden():
    assert hidden_places([(3, 0), (40, 0)]) == set()


@pytest.fixture
def secret(db):
    return make_version("secret", is_anonymous=True)


def headline_of(filters: Filters):
    rebuild_day(TODAY, now=NOW)
    return headlines(Daily.read(filters, filters.period.previous, filters.period), filters, filters.period.previous)[0]


def test_four_anonymous_answers_have_no_figure_and_no_n(secret):
    for value in (1, 2, 9, 10):
        answer(secret, recommend=value)
    line = headline_of(WEEK)
    assert (line.figure.state, line.figure.value, line.figure.n) == (State.HIDDEN, None, None)
    assert line.change.difference is None


def test_five_anonymous_answers_have_a_figure(secret):
    for value in (1, 2, 9, 10, 10):
        answer(secret, recommend=value)
    assert headline_of(WEEK).figure.n == 5


def test_four_answers_with_a_name_have_a_figure(db):
    version = make_version()
    for value in (1, 2, 9, 10):
        answer(version, recommend=value)
    assert headline_of(WEEK).figure.n == 4


def test_the_touchpoint_beside_a_hidden_one_is_hidden_with_it(secret):
    small, middle, large = (make_touchpoint(name) for name in ("Small", "Middle", "Large"))
    for place, n in ((small, 3), (middle, 6), (large, 9)):
        for _turn in range(n):
            answer(secret, touchpoint=place, recommend=9)
    rebuild_day(TODAY, now=NOW)
    lines = by_touchpoint(WEEK).stages[0].lines
    states = {line.name: line.cells["nps"].figure.state for line in lines}
    assert states == {"Small": State.HIDDEN, "Middle": State.HIDDEN, "Large": State.KNOWN}


def test_a_stage_with_one_hidden_touchpoint_shows_no_sum(secret):
    named = make_version("visit")
    small, other = make_touchpoint("Small"), make_touchpoint("Other", stage="Buy")
    large = make_touchpoint("Large")
    for version, place, n in ((secret, small, 3), (secret, other, 6), (named, large, 20)):
        for _turn in range(n):
            answer(version, touchpoint=place, recommend=9)
    rebuild_day(TODAY, now=NOW)
    totals = {stage.total.name: stage.total.cells["nps"].figure.state for stage in by_touchpoint(WEEK).stages}
    assert totals == {"Use": State.HIDDEN, "Buy": State.HIDDEN}


@pytest.mark.parametrize("seed", range(12))
def test_no_sum_or_difference_of_what_is_shown_tells_about_fewer_than_five(secret, seed):
    """An attacker adds and subtracts every number on the page: the total, the stages and the touchpoints."""
    dice, sizes = random.Random(seed), {}
    for number in range(6):
        place = make_touchpoint(f"P{number}", stage=f"S{number % 3}")
        sizes[place.name] = dice.choice([0, 1, 2, 3, 4, 6, 9])
        for key, kind in (("recommend", "nps"), ("happy", "csat")):
            Rollup.objects.create(
                on=TODAY, version=secret, survey=secret.survey, touchpoint_key=place.pk, channel="email",
                question_key=key, kind=kind, is_lead=True, is_anonymous=True, answers=sizes[place.name],
                bin_3=sizes[place.name],
            )  # fmt: skip
    names = list(sizes)
    shown = [[1.0] * len(names)] if sum(sizes.values()) >= 5 else []
    for stage in by_touchpoint(WEEK).stages:
        inside = [line.name for line in stage.lines]
        for line, covers in [(stage.total, inside), *((line, [line.name]) for line in stage.lines)]:
            if line.cells["nps"].figure.n:
                shown.append([float(name in covers) for name in names])
    for some in (set(each) for size in range(1, 4) for each in combinations(names, size)):
        if 0 < sum(sizes[name] for name in some) < 5 and all(sizes[name] for name in some):
            wanted = [float(name in some) for name in names]
            known = [[cell for cell, name in zip(row, names, strict=True) if sizes[name]] for row in shown]
            goal = [cell for cell, name in zip(wanted, names, strict=True) if sizes[name]]
            assert np.linalg.matrix_rank([*known, goal]) > (np.linalg.matrix_rank(known) if known else 0), (some, sizes)


def test_fewer_than_five_anonymous_responses_are_not_listed(secret):
    named = make_version("visit")
    answer(named, recommend=3)
    for _turn in range(4):
        answer(secret, recommend=3)
    rows, hidden = without_small_groups(select_responses(WEEK), Versions.of(WEEK))
    assert hidden
    assert [response.survey.slug for response in rows] == ["visit"]


def test_fewer_than_five_anonymous_comments_are_not_quoted(secret):
    answer(secret, recommend=3, why="Only I could have said this.")
    assert latest_comments(WEEK) == []


def test_an_anonymous_survey_is_exported_without_customers(secret):
    customer = Customer.objects.create(external_id="C-1", name="Ana")
    for _turn in range(5):
        answer(secret, recommend=3, customer=customer)
    head, *rows = response_rows(WEEK)
    assert len(rows) == 5
    assert {row[head.index("customer")] for row in rows} == {None}
