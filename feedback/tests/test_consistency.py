"""How far groups lie apart beyond chance: a figure with its interval, or the reason why there is none."""

import numpy as np
import pytest
from django.urls import reverse
from scipy.stats import chi2

from feedback.metrics.pooling import Estimate, deviation_interval, variance_between
from feedback.tests.programme import ASKED, make_version
from feedback.tests.staff import browser, staff
from feedback.tests.test_dashboard_pages import heard, words
from vocplatform.lib.stats import chi_squared_quantile

# Thirteen trials of the BCG vaccine, log risk ratios and their variances (G. A. Colditz and others, JAMA 271, 1994).
TRIALS = (
    -0.8893,
    -1.5854,
    -1.3481,
    -1.4416,
    -0.2175,
    -0.7861,
    -1.6209,
    0.0120,
    -0.4694,
    -1.3713,
    -0.3394,
    0.4459,
    -0.0173,
)
VARIANCES = (0.3256, 0.1946, 0.4154, 0.0200, 0.0512, 0.0069, 0.2230, 0.0040, 0.0564, 0.0730, 0.0124, 0.5325, 0.0714)


@pytest.mark.parametrize("share", [0.025, 0.5, 0.975])
@pytest.mark.parametrize("degrees", [1, 2, 12, 300])
def test_the_quantile_of_chi_squared_is_scipys(share, degrees):
    assert chi_squared_quantile(share, degrees) == pytest.approx(chi2.ppf(share, degrees), rel=1e-9)


def test_the_interval_is_the_published_one():
    estimates = [Estimate(value, variance**0.5) for value, variance in zip(TRIALS, VARIANCES, strict=True)]
    interval = deviation_interval(estimates)
    assert (interval.low, interval.high) == (pytest.approx(0.3460, abs=1e-3), pytest.approx(1.0543, abs=1e-3))
    assert interval.low < variance_between(estimates) ** 0.5 < interval.high


def test_the_interval_holds_the_planted_deviation_in_about_95_of_100_cases():
    chance, held = np.random.default_rng(7), 0
    for _turn in range(400):
        values = chance.normal(70, 5, 8) + chance.normal(0, 3, 8)
        interval = deviation_interval([Estimate(float(value), 3.0) for value in values])
        held += interval is not None and interval.low <= 5 <= interval.high
    assert 0.92 <= held / 400 <= 0.98


def test_groups_more_alike_than_chance_allows_have_no_interval():
    assert deviation_interval([Estimate(50, 10)] * 6) is None


def compared(page_of):
    return page_of.get(reverse("comparisons"), {"by": "channel", "show": "csat"})


@pytest.fixture
def reader(db):
    return browser(staff("manager"))


def fill(version, *, channel: str, happy: int, n: int = 40) -> None:
    for number in range(n):
        heard(version, channel=channel, happy=5 if number < happy else 1, count=number == n - 1)


def test_channels_that_differ_show_by_how_much_with_n_and_interval(reader):
    version = make_version()
    for channel, happy in (("email", 36), ("sms", 12), ("qr", 24)):
        fill(version, channel=channel, happy=happy)
    page = compared(reader)
    between = page.context["comparison"].leaderboard.between
    assert (between.n, between.is_known) == (120, True)
    assert between.interval.low > 5 < between.value < between.interval.high
    assert "n = 120 in 3 groups" in words(page)


def test_one_channel_cannot_be_consistent_with_itself(reader):
    fill(make_version(), channel="email", happy=20)
    assert "cannot tell : it takes two groups of at least 30 answers." in words(compared(reader))


def test_channels_that_were_asked_in_other_words_are_not_judged(reader):
    reworded = [{**each, "text": "Happy?"} if each["key"] == "happy" else each for each in ASKED]
    fill(make_version(), channel="email", happy=36)
    fill(make_version(number=2, questions=reworded), channel="sms", happy=12)
    assert not compared(reader).context["comparison"].leaderboard.between.is_known
