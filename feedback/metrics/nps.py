from django.utils.translation import gettext_lazy as _

from feedback.metrics.figure import Band, Figure, Metric, Unit
from feedback.metrics.histogram import Histogram
from vocplatform.lib.stats import Interval, nps_difference_interval, nps_interval


def split(histogram: Histogram) -> tuple[int, int, int]:
    """Return (promoters, passives, detractors): 9-10, 7-8 and 0-6."""
    return histogram.between(9, 10), histogram.between(7, 8), histogram.between(0, 6)


def net_promoter_score(histogram: Histogram) -> Figure:
    """Return points from -100 to 100: share of promoters less share of detractors, among those who gave a score.

    Source: F. Reichheld, "The One Number You Need to Grow", Harvard Business Review, December 2003.
    """
    promoters, passives, detractors = split(histogram)
    n = promoters + passives + detractors
    if not n:
        return Figure.no_answers(Unit.POINTS)
    score = 100 * (promoters - detractors) / n
    return Figure.known(score, n, nps_interval(promoters, passives, detractors), Unit.POINTS)


def difference(histogram: Histogram, other: Histogram) -> Interval | None:
    return nps_difference_interval(split(histogram), split(other))


NPS = Metric(
    key="nps",
    name=_("NPS"),
    full_name=_("Net Promoter Score"),
    kind="nps",
    unit=Unit.POINTS,
    scale=(0, 10),
    axis=(-100, 100),
    bands=(
        Band("detractors", _("Detractors (0–6)"), 0, 6, "bad"),
        Band("passives", _("Passives (7–8)"), 7, 8, "middle"),
        Band("promoters", _("Promoters (9–10)"), 9, 10, "good"),
    ),
    measure=net_promoter_score,
    difference=difference,
    formula=_("Share of 9–10 less share of 0–6, among everybody who gave a score."),
    target=50,
)
