from django.utils.translation import gettext_lazy as _

from feedback.metrics.figure import Band, Figure, Metric, Unit
from feedback.metrics.histogram import Histogram
from feedback.metrics.leads import YES_NO
from vocplatform.lib.stats import Interval, share_difference_interval, wilson_interval

NO, YES = 0, 1
POINTS = {"no": NO, "yes": YES}


def share_of_yes(histogram: Histogram) -> Figure:
    """Return the percentage of yes among yes and no."""
    n = histogram.between(NO, YES)
    if not n:
        return Figure.no_answers(Unit.PERCENT)
    said = histogram.between(YES, YES)
    return Figure.known(100 * said / n, n, wilson_interval(said, n).scaled(100), Unit.PERCENT)


def difference(histogram: Histogram, other: Histogram) -> Interval | None:
    counts = [(side.between(YES, YES), side.between(NO, YES)) for side in (histogram, other)]
    interval = share_difference_interval(*counts[0], *counts[1])
    return interval and interval.scaled(100)


FCR_SAID = Metric(
    key="fcr_said",
    name=_("FCR, said"),
    full_name=_("First contact resolution, as customers say"),
    kind=YES_NO,
    unit=Unit.PERCENT,
    scale=(NO, YES),
    axis=(0, 100),
    bands=(Band("open", _("No"), NO, NO, "bad"), Band("solved", _("Yes"), YES, YES, "good")),
    measure=share_of_yes,
    difference=difference,
    formula=_("Share of yes among the answers to the yes-or-no question with the key first_contact."),
    target=70,
    needs_own_question=True,
)
