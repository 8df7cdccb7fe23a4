from django.utils.translation import gettext as _

from feedback.analytics.first_days import CURVE_DAYS, FirstDays
from feedback.charts.chart import Chart
from feedback.charts.trend import TrendPoint, trend_chart
from feedback.metrics.figure import Figure, Unit


def retention_picture(found: FirstDays) -> Chart:
    """The share of all cohorts together that is still there after each five days."""
    points = []
    for day, kept in zip(CURVE_DAYS, found.curve, strict=True):
        if kept is None:
            figure = Figure.cannot_tell(Unit.PERCENT)
        else:
            interval = kept.interval and kept.interval.scaled(100)
            figure = Figure.known(100 * kept.share, kept.watched, interval, Unit.PERCENT)
        points.append(TrendPoint(str(day), _("day %d") % day, figure, ""))
    return trend_chart(_("Still there, by day since the first event"), points, unit=Unit.PERCENT, whole=(0, 100))
