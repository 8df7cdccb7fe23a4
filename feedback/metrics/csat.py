from django.utils.translation import gettext_lazy as _

from feedback.metrics.figure import Band, Figure, Metric, Unit
from feedback.metrics.histogram import Histogram
from vocplatform.lib.stats import Interval, mean_interval, share_difference_interval, wilson_interval

LOWEST, HIGHEST = 1, 5
SATISFIED = 4


def satisfied_share(histogram: Histogram) -> Figure:
    """Return the percentage of 4 and 5 on the 1-5 scale (top two boxes)."""
    n = histogram.between(LOWEST, HIGHEST)
    if not n:
        return Figure.no_answers(Unit.PERCENT)
    satisfied = histogram.between(SATISFIED, HIGHEST)
    return Figure.known(100 * satisfied / n, n, wilson_interval(satisfied, n).scaled(100), Unit.PERCENT)


def mean_satisfaction(histogram: Histogram) -> Figure:
    moments = histogram.moments(low=LOWEST, high=HIGHEST)
    if moments is None:
        return Figure.no_answers(Unit.SCORE)
    interval = mean_interval(moments)
    return Figure.known(moments.mean, int(moments.n), interval and interval.within(LOWEST, HIGHEST), Unit.SCORE)


def difference(histogram: Histogram, other: Histogram) -> Interval | None:
    counts = [(side.between(SATISFIED, HIGHEST), side.between(LOWEST, HIGHEST)) for side in (histogram, other)]
    interval = share_difference_interval(*counts[0], *counts[1])
    return interval and interval.scaled(100)


CSAT = Metric(
    key="csat",
    name=_("CSAT"),
    full_name=_("Customer satisfaction"),
    kind="csat",
    unit=Unit.PERCENT,
    scale=(LOWEST, HIGHEST),
    axis=(0, 100),
    bands=(
        Band("dissatisfied", _("Dissatisfied (1–2)"), 1, 2, "bad"),
        Band("neither", _("Neither (3)"), 3, 3, "middle"),
        Band("satisfied", _("Satisfied (4–5)"), 4, 5, "good"),
    ),
    measure=satisfied_share,
    difference=difference,
    formula=_("Share of 4 and 5 on the scale from 1 to 5."),
    target=80,
)
