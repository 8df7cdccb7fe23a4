import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa

from feedback.metrics.agreement import LABELS, Agreement
from feedback.metrics.figure import State

tables = st.lists(st.integers(0, 30), min_size=16, max_size=16).filter(lambda cells: sum(cells) > 1)


def agreement(cells: list[int]) -> Agreement:
    pairs = [(person, machine) for person in LABELS for machine in LABELS]
    return Agreement(dict(zip(pairs, cells, strict=True)))


@given(tables)
def test_kappa_and_its_interval_are_those_of_statsmodels(cells):
    found = agreement(cells).kappa
    table = np.array(cells).reshape(4, 4)
    if not found.is_known:
        assert (table.sum(0) @ table.sum(1)) == table.sum() ** 2
        return
    expected = cohens_kappa(table)
    assert found.value == pytest.approx(expected.kappa, abs=1e-9)
    if np.trace(table) == table.sum():
        return
    low, high = expected.kappa_low, expected.kappa_upp
    if np.isnan(low):  # no variance, rounded to a little less than none: theirs has no root of that
        low = high = expected.kappa
    assert found.interval.low == pytest.approx(max(low, -1), abs=1e-6)
    assert found.interval.high == pytest.approx(min(high, 1), abs=1e-6)


def test_complete_agreement_of_few_comments_is_no_proof_of_it():
    found = agreement([5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5]).kappa
    assert (found.value, found.interval.high) == (1.0, 1.0)
    assert found.interval.low < 0.5


def test_kappa_cannot_tell_where_both_used_one_label_only():
    assert agreement([7] + [0] * 15).kappa.state is State.CANNOT_TELL


def test_without_labels_there_is_no_figure():
    found = Agreement({})
    assert (found.accuracy.state, found.kappa.state) == (State.NO_ANSWERS, State.NO_ANSWERS)


def test_accuracy_carries_wilsons_interval():
    found = Agreement({("negative", "negative"): 40, ("negative", "positive"): 10}).accuracy
    assert (found.value, found.n) == (80, 50)
    assert (round(found.interval.low, 1), round(found.interval.high, 1)) == (67.0, 88.8)


def test_found_and_right_are_shares_of_what_people_and_of_what_the_machine_called_so():
    found = Agreement({("negative", "negative"): 3, ("negative", "positive"): 1, ("positive", "negative"): 3})
    assert (found.recall("negative").value, found.precision("negative").value) == (75, 50)


def test_the_interval_of_kappa_holds_the_truth_in_about_95_of_100_samples():
    dice = random.Random(7)
    truth = {("negative", "negative"): 0.4, ("negative", "positive"): 0.1, ("positive", "negative"): 0.1}
    truth["positive", "positive"] = 0.4
    true_kappa = (0.8 - 0.5) / 0.5
    held = 0
    for _ in range(400):
        drawn = dice.choices(list(truth), list(truth.values()), k=150)
        held += true_kappa in Agreement({pair: drawn.count(pair) for pair in truth}).kappa.interval
    assert 0.92 <= held / 400 <= 0.98
