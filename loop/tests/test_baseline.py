from random import Random

import pytest

from loop.reports.baseline import Doubt, Pair, Verdict, compare

UNHAPPY_AT_MOST = 6


def score(random: Random, liking: float) -> int:
    """One answer from 0 to 10: what the customer usually feels, and the luck of the day."""
    return round(min(10.0, max(0.0, random.gauss(liking, 2))))


def simulate(random: Random, *, n: int, lift: float, worst_first: bool = False) -> list[Pair]:
    """n unhappy customers, half of them contacted, which raises what they feel by `lift` points."""
    pairs = []
    while len(pairs) < n:
        liking = random.gauss(7, 2)
        first = score(random, liking)
        if first > UNHAPPY_AT_MOST:
            continue
        treated = random.random() < ((0.9 if first <= 3 else 0.3) if worst_first else 0.5)
        pairs.append(Pair(first, score(random, liking + (lift if treated else 0)), treated))
    return pairs


def true_uplift(*, lift: float) -> float:
    """The share recovered by contact itself, from the same customers answering with and without it."""
    random, recovered = Random(1), 0
    for pair in simulate(random, n=40_000, lift=0):
        liking_again = 0.5 * (pair.first + 7)  # the expected liking given the first score: shrunk half-way to the mean
        spread = random.gauss(0, (2**2 - 2) ** 0.5)
        luck = random.gauss(0, 2)
        without, with_contact = (round(liking_again + spread + luck + more) > UNHAPPY_AT_MOST for more in (0, lift))
        recovered += with_contact - without
    return recovered / 40_000


def test_customers_nobody_contacted_recover_by_regression_to_the_mean():
    comparison = compare(simulate(Random(7), n=4_000, lift=0), unhappy_at_most=UNHAPPY_AT_MOST)
    assert comparison.untreated.share > 0.35
    assert comparison.contacted.share == pytest.approx(comparison.untreated.share, abs=0.05)


def test_contact_without_effect_gets_no_credit_for_what_happens_anyway():
    verdicts = [
        compare(simulate(Random(seed), n=300, lift=0), unhappy_at_most=UNHAPPY_AT_MOST).verdict for seed in range(100)
    ]
    assert verdicts.count(Verdict.CANNOT_TELL) >= 90


def test_contact_that_helps_is_found():
    verdicts = [
        compare(simulate(Random(seed), n=600, lift=2), unhappy_at_most=UNHAPPY_AT_MOST).verdict for seed in range(50)
    ]
    assert verdicts.count(Verdict.HELPED) >= 45


def test_contact_that_hurts_is_found():
    comparison = compare(simulate(Random(3), n=2_000, lift=-2), unhappy_at_most=UNHAPPY_AT_MOST)
    assert comparison.verdict is Verdict.HURT


def test_the_interval_holds_the_true_uplift_at_its_stated_rate():
    truth = true_uplift(lift=1.5)
    hits = sum(
        truth in compare(simulate(Random(seed), n=300, lift=1.5), unhappy_at_most=UNHAPPY_AT_MOST).uplift_interval
        for seed in range(200)
    )
    assert 0.90 <= hits / 200 <= 1.0


def test_the_interval_of_the_mean_change_holds_the_true_lift_at_its_stated_rate():
    small = 0.25  # so small that the ends of the scale hardly cut it
    hits = 0
    for seed in range(200):
        comparison = compare(simulate(Random(seed), n=300, lift=small), unhappy_at_most=UNHAPPY_AT_MOST)
        hits += small in comparison.change_uplift_interval
    assert 0.90 <= hits / 200 <= 1.0


def test_contacting_the_angriest_first_does_not_make_useless_contact_look_harmful():
    pairs = simulate(Random(11), n=6_000, lift=0, worst_first=True)
    comparison = compare(pairs, unhappy_at_most=UNHAPPY_AT_MOST)
    assert comparison.contacted.share < comparison.untreated.share - 0.05  # compared without care it looks harmful
    assert 0 in comparison.uplift_interval


@pytest.mark.parametrize("worst_first", [False, True])
def test_the_baseline_recovers_the_planted_regression_to_the_mean(worst_first):
    """Here it is known what the contacted would have answered without contact: the baseline must find that share."""
    missed, naive = [], []
    for seed in range(30):
        random, pairs, without = Random(seed), [], []
        while len(pairs) < 600:
            liking = random.gauss(7, 2)
            first = score(random, liking)
            if first > UNHAPPY_AT_MOST:
                continue
            treated = random.random() < ((0.9 if first <= 3 else 0.3) if worst_first else 0.5)
            alone = score(random, liking)
            if treated:
                without.append(alone > UNHAPPY_AT_MOST)
            pairs.append(Pair(first, score(random, liking + 2) if treated else alone, treated))
        truth = sum(without) / len(without)
        found = compare(pairs, unhappy_at_most=UNHAPPY_AT_MOST)
        missed.append(found.expected_share - truth)
        naive.append(found.untreated.share - truth)
    assert sum(missed) / len(missed) == pytest.approx(0, abs=0.02)
    assert (sum(naive) / len(naive) > 0.04) == worst_first  # the plain share of the untreated would be wrong there


@pytest.mark.parametrize(
    ("contacted", "untreated", "doubt"),
    [(19, 500, Doubt.FEW_CONTACTED), (500, 19, Doubt.FEW_UNTREATED), (0, 0, Doubt.FEW_CONTACTED)],
)
def test_few_pairs_give_no_figure_at_all(contacted, untreated, doubt):
    pairs = [Pair(0, 10, True)] * contacted + [Pair(0, 0, False)] * untreated
    comparison = compare(pairs, unhappy_at_most=UNHAPPY_AT_MOST)
    assert (comparison.uplift, comparison.verdict, comparison.doubt) == (None, Verdict.CANNOT_TELL, doubt)


def test_a_first_score_that_only_the_contacted_gave_is_compared_with_its_neighbour():
    pairs = [Pair(0, 5, True)] * 30 + [Pair(2, 5, False)] * 10 + [Pair(6, 8, False)] * 10
    assert compare(pairs, unhappy_at_most=UNHAPPY_AT_MOST).expected_share == 0
