from django.utils.translation import gettext_lazy as _

from feedback.metrics.figure import Band, Figure, Metric, Unit
from feedback.metrics.histogram import Histogram
from vocplatform.lib.stats import Interval, mean_difference_interval, mean_interval, wilson_interval

LOWEST, HIGHEST = 1, 7
EASY = 5
EFFORT_PER_EASE = 4 / 6  # the 1-5 effort scale has four steps where the 1-7 ease scale has six


def ease_score(histogram: Histogram) -> Figure:
    """Return the mean of 1-7 "made it easy" (CES 2.0): high is good.

    Source: M. Dixon, N. Toman, R. DeLisi, "The Effortless Experience", 2013.
    """
    moments = histogram.moments(low=LOWEST, high=HIGHEST)
    if moments is None:
        return Figure.no_answers(Unit.SCORE)
    interval = mean_interval(moments)
    return Figure.known(moments.mean, int(moments.n), interval and interval.within(LOWEST, HIGHEST), Unit.SCORE)


def easy_share(histogram: Histogram) -> Figure:
    """Return the percentage that agrees that it was easy (5-7)."""
    n = histogram.between(LOWEST, HIGHEST)
    if not n:
        return Figure.no_answers(Unit.PERCENT)
    easy = histogram.between(EASY, HIGHEST)
    return Figure.known(100 * easy / n, n, wilson_interval(easy, n).scaled(100), Unit.PERCENT)


def as_effort(ease: float) -> float:
    """Map 1-7 ease (high is good) linearly to 1-5 effort (low is good): 7 -> 1, 5.5 -> 2, 1 -> 5."""
    return 1 + (HIGHEST - ease) * EFFORT_PER_EASE


def effort_score(histogram: Histogram) -> Figure:
    """Return the same answers on the older 1-5 effort scale, where below 2.0 is the target and low is good."""
    ease = ease_score(histogram)
    if ease.value is None:
        return ease
    ends = ease.interval and Interval(as_effort(ease.interval.high), as_effort(ease.interval.low))
    return Figure.known(as_effort(ease.value), ease.n, ends, Unit.SCORE)


def difference(histogram: Histogram, other: Histogram) -> Interval | None:
    mine, theirs = (side.moments(low=LOWEST, high=HIGHEST) for side in (histogram, other))
    return mean_difference_interval(mine, theirs) if mine and theirs else None


CES = Metric(
    key="ces",
    name=_("CES"),
    full_name=_("Customer effort (ease)"),
    kind="ces",
    unit=Unit.SCORE,
    scale=(LOWEST, HIGHEST),
    axis=(LOWEST, HIGHEST),
    bands=(
        Band("hard", _("Hard (1–3)"), 1, 3, "bad"),
        Band("neither", _("Neither (4)"), 4, 4, "middle"),
        Band("easy", _("Easy (5–7)"), 5, 7, "good"),
    ),
    measure=ease_score,
    difference=difference,
    formula=_("Mean of 1 to 7, “made it easy”: high is good."),
    target=5.5,
)
