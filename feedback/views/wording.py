"""Days as people write them, short for an axis and long for a sentence."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from vocplatform.lib.periods import Grain, Period, month_of

SAME_DAY = "j M"


def day(on: date) -> str:
    return date_format(on, "j M Y")


def period_words(period: Period) -> str:
    first, last = period.first_on, period.last_on
    if first == last:
        return day(first)
    if period == month_of(first):
        return date_format(first, "F Y")
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{day(last)}"
    start = date_format(first, SAME_DAY) if first.year == last.year else day(first)
    return f"{start} – {day(last)}"


def axis_words(period: Period, grain: Grain) -> str:
    if grain is not Grain.MONTH:
        return date_format(period.first_on, SAME_DAY)
    return date_format(period.first_on, "M Y" if period.first_on.month == 1 else "M")


def grain_words(grain: Grain) -> str:
    return {Grain.DAY: _("by day"), Grain.WEEK: _("by week"), Grain.MONTH: _("by month")}[grain]
