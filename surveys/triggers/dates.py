"""A day that a customer's record names, and the morning on which a rule looks at it."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MORNING = time(9)


def read_day(said: object) -> date | None:
    """The day of an ISO date or time, as it is written there; None for everything else, also for numbers."""
    text = said.strip() if isinstance(said, str) else ""
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            day = read(text)
        except ValueError:
            continue
        return day.date() if isinstance(day, datetime) else day
    return None


def called_at(day: date, days_before: int, zones: Iterable[ZoneInfo]) -> datetime | None:
    """Nine in the morning so many days before, wherever the customer may be; None beyond what a calendar holds."""
    try:
        at = datetime.combine(day - timedelta(days=days_before), MORNING)
        return max(at.replace(tzinfo=zone).astimezone(ZoneInfo("UTC")) for zone in zones)
    except OverflowError:
        return None
