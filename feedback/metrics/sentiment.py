"""What comments sound like, as a score between -100 and 100. Unread comments are no neutral ones and do not count."""

from django.utils.translation import gettext_lazy as _

from feedback.metrics.figure import Band, Figure, Metric, Unit
from feedback.metrics.histogram import Histogram
from vocplatform.lib.stats import Interval, nps_difference_interval, nps_interval

# A text answer has no number; its bin in a histogram is the place of its label here.
LABELS = ("negative", "neutral", "mixed", "positive", "not_scored", "waiting")
NEGATIVE, NEUTRAL, MIXED, POSITIVE, NOT_SCORED, WAITING = range(len(LABELS))


def split(histogram: Histogram) -> tuple[int, int, int]:
    """Return (positive, neither, negative); mixed comments are neither."""
    return histogram.bins[POSITIVE], histogram.between(NEUTRAL, MIXED), histogram.bins[NEGATIVE]


def net_sentiment(histogram: Histogram) -> Figure:
    """Return points from -100 to 100: share of positive less share of negative among the comments that were read."""
    positive, neither, negative = split(histogram)
    n = positive + neither + negative
    if not n:
        return Figure.cannot_tell(Unit.POINTS) if histogram.n else Figure.no_answers(Unit.POINTS)
    return Figure.known(100 * (positive - negative) / n, n, nps_interval(positive, neither, negative), Unit.POINTS)


def difference(histogram: Histogram, other: Histogram) -> Interval | None:
    return nps_difference_interval(split(histogram), split(other))


SENTIMENT = Metric(
    key="sentiment",
    name=_("Sentiment"),
    full_name=_("Net sentiment of comments"),
    kind="text",
    unit=Unit.POINTS,
    scale=(NEGATIVE, POSITIVE),
    axis=(-100, 100),
    bands=(
        Band("negative", _("Negative"), NEGATIVE, NEGATIVE, "bad"),
        Band("neutral", _("Neutral"), NEUTRAL, NEUTRAL, "middle"),
        Band("mixed", _("Mixed"), MIXED, MIXED, "mixed"),
        Band("positive", _("Positive"), POSITIVE, POSITIVE, "good"),
    ),
    measure=net_sentiment,
    difference=difference,
    formula=_("Share of positive less share of negative comments, among those that could be read."),
)
