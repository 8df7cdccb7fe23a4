"""When a digest is due on its reader's clock, and which days it is about."""

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from feedback.models import DigestPlan
from vocplatform.lib.periods import ONE_DAY, Period, month_of

WEEK = timedelta(days=7)


def next_time(plan: DigestPlan, *, after: datetime) -> datetime:
    """The first time of the plan that lies after a moment. An hour that clocks skip is the hour after it."""
    zone = ZoneInfo(plan.time_zone)
    day = after.astimezone(zone).date()
    for _turn in range(3):
        day = _day_from(plan, day)
        at = datetime.combine(day, time(plan.hour), tzinfo=zone)
        if at > after:
            return at.astimezone(after.tzinfo)
        day += ONE_DAY
    raise AssertionError("a week and a month come again")


def _day_from(plan: DigestPlan, day: date) -> date:
    if plan.rhythm == DigestPlan.Rhythm.WEEKLY:
        return day + timedelta(days=(plan.weekday - day.weekday()) % 7)
    if day.day > plan.day_of_month:
        day = day.replace(day=monthrange(day.year, day.month)[1]) + ONE_DAY
    return day.replace(day=plan.day_of_month)


def period_before(plan: DigestPlan, on: date) -> Period:
    """The seven days before, or the calendar month before, in the account's days."""
    if plan.rhythm == DigestPlan.Rhythm.WEEKLY:
        return Period(on - WEEK, on - ONE_DAY)
    return month_of(on.replace(day=1) - ONE_DAY)
