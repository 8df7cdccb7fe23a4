"""Days, weeks and months as the account sees them: calendar dates in its zone, instants only at the edge."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

MONDAY = 0
ONE_DAY = timedelta(days=1)


class Grain(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Whole days, both ends included."""

    first_on: date
    last_on: date

    def __post_init__(self) -> None:
        if self.last_on < self.first_on:
            raise ValueError(f"a period cannot end on {self.last_on}, before it starts on {self.first_on}")

    def __contains__(self, day: date) -> bool:
        return self.first_on <= day <= self.last_on

    def __iter__(self) -> Iterator[date]:
        return (self.first_on + ONE_DAY * step for step in range(self.days))

    @property
    def days(self) -> int:
        return (self.last_on - self.first_on).days + 1

    @property
    def previous(self) -> "Period":
        """The same number of days right before."""
        return Period(self.first_on - timedelta(days=self.days), self.first_on - ONE_DAY)

    def starts_at(self, zone: tzinfo) -> datetime:
        return start_of_day(self.first_on, zone)

    def ends_at(self, zone: tzinfo) -> datetime:
        """The first instant that no longer belongs to it."""
        return start_of_day(self.last_on + ONE_DAY, zone)


@dataclass(frozen=True, slots=True)
class Slot:
    """One point of a trend. Incomplete: days are cut off at either end, or it is not over yet."""

    period: Period
    is_complete: bool


def day_of(moment: datetime, zone: tzinfo) -> date:
    return moment.astimezone(zone).date()


def start_of_day(day: date, zone: tzinfo) -> datetime:
    """The day's first instant in UTC, also where clocks skip or repeat midnight: fold=0 is the earlier reading."""
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


def last_days(days: int, *, today: date) -> Period:
    """The last `days` days with today as the last one."""
    return Period(today - timedelta(days=days - 1), today)


def month_of(day: date) -> Period:
    first_on = day.replace(day=1)
    return Period(first_on, (first_on + timedelta(days=32)).replace(day=1) - ONE_DAY)


def week_of(day: date, *, week_start: int = MONDAY) -> Period:
    first_on = day - timedelta(days=(day.weekday() - week_start) % 7)
    return Period(first_on, first_on + timedelta(days=6))


def whole_slot(day: date, grain: Grain, *, week_start: int = MONDAY) -> Period:
    if grain is Grain.MONTH:
        return month_of(day)
    return week_of(day, week_start=week_start) if grain is Grain.WEEK else Period(day, day)


def slots(period: Period, grain: Grain, *, today: date, week_start: int = MONDAY) -> list[Slot]:
    """Cut a period at calendar borders; every day falls into exactly one slot."""
    return list(_cut(period, grain, today, week_start))


def _cut(period: Period, grain: Grain, today: date, week_start: int) -> Iterator[Slot]:
    day = period.first_on
    while day <= period.last_on:
        whole = whole_slot(day, grain, week_start=week_start)
        part = Period(day, min(whole.last_on, period.last_on))
        yield Slot(part, is_complete=part == whole and part.last_on < today)
        day = part.last_on + ONE_DAY


def fitting_grain(period: Period, *, most_points: int = 31) -> Grain:
    """The finest grain that keeps a trend readable."""
    if period.days <= most_points:
        return Grain.DAY
    return Grain.WEEK if period.days <= most_points * 7 else Grain.MONTH
