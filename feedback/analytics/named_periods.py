from datetime import date, timedelta

from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from feedback.models import Rollup, TrafficRollup
from vocplatform.lib.periods import ONE_DAY, Period, last_days, month_of

DEFAULT = "last_90"
NAMES = {
    "last_7": _("last 7 days"),
    "last_30": _("last 30 days"),
    "last_90": _("last 90 days"),
    "last_365": _("last 365 days"),
    "this_month": _("this month"),
    "last_month": _("last month"),
    "this_quarter": _("this quarter"),
    "this_year": _("this year"),
    "all": _("all time"),
}


def named_period(name: str, *, today: date) -> Period:
    """Return the days a name stands for; running months, quarters and years end today."""
    if name.startswith("last_") and name != "last_month":
        return last_days(int(name.removeprefix("last_")), today=today)
    if name == "last_month":
        return month_of(month_of(today).first_on - ONE_DAY)
    if name == "all":
        return Period(min(_earliest() or today, today), today)
    first_month = {"this_month": today.month, "this_quarter": 3 * ((today.month - 1) // 3) + 1, "this_year": 1}[name]
    return Period(date(today.year, first_month, 1), today)


def _earliest() -> date | None:
    found = [model.objects.aggregate(first=Min("on"))["first"] for model in (Rollup, TrafficRollup)]
    return min(filter(None, found), default=None)


def a_year_before(period: Period) -> Period:
    """The same days of the week 52 weeks earlier, so that weekends stand against weekends."""
    return Period(period.first_on - timedelta(weeks=52), period.last_on - timedelta(weeks=52))
