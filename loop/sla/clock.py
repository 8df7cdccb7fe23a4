"""Working time: how long something takes when nobody works at night, on Sundays or on holidays.

Every instant is aware. Working hours are wall-clock hours of one time zone, so a night shift over a clock change is an
hour longer or shorter than it looks; minutes here are always minutes that really passed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
LONGEST_CLOSURE_DAYS = 400

Span = tuple[datetime, datetime]


class NoWorkingTime(ValueError):
    """The calendar never opens again within LONGEST_CLOSURE_DAYS, so nothing can become due by it."""


@dataclass(frozen=True)
class WorkCalendar:
    """`hours` holds one tuple for each weekday from Monday: spans of minutes after midnight, 0 to 1440."""

    zone: ZoneInfo
    hours: tuple[tuple[tuple[int, int], ...], ...]
    holidays: frozenset[date] = frozenset()

    @classmethod
    def of(
        cls, time_zone: str, hours: Mapping[str, Sequence[Sequence[str]]], holidays: Iterable[date] = ()
    ) -> "WorkCalendar":
        """Read hours as they are stored: {"0": [["09:00", "17:00"]]}, Monday is 0 and midnight at the end is 24:00."""
        week = tuple(
            tuple(sorted((minute_of_day(opens), minute_of_day(closes)) for opens, closes in hours.get(str(day), ())))
            for day in range(7)
        )
        return cls(ZoneInfo(time_zone), week, frozenset(holidays))


ROUND_THE_CLOCK = WorkCalendar(ZoneInfo("UTC"), (((0, 1440),),) * 7)


def minute_of_day(text: str) -> int:
    """Minutes after midnight for "HH:MM". Raises ValueError for anything else; only "24:00" may pass 23:59."""
    if text == "24:00":
        return 1440
    moment = time.fromisoformat(text)
    return moment.hour * 60 + moment.minute


def add_working_minutes(
    calendar: WorkCalendar, start: datetime, minutes: float, pauses: Sequence[Span] = ()
) -> datetime:
    """The first instant at which `minutes` of working time have passed since `start`. Raises NoWorkingTime."""
    left = minutes * MINUTE
    if left <= timedelta(0):
        return start
    for opens, closes in _open_spans(calendar, start.astimezone(UTC), _in_utc(pauses)):
        if left <= closes - opens:
            return opens + left
        left -= closes - opens
    raise NoWorkingTime(f"the calendar stays closed for more than {LONGEST_CLOSURE_DAYS} days")


def working_minutes_between(
    calendar: WorkCalendar, start: datetime, end: datetime, pauses: Sequence[Span] = ()
) -> float:
    """Working minutes from `start` to `end`, without the pauses; 0 when `end` is not later."""
    if end <= start:
        return 0.0
    return _working_time(calendar, start.astimezone(UTC), end.astimezone(UTC), _in_utc(pauses)) / MINUTE


def _working_time(calendar: WorkCalendar, start: datetime, end: datetime, pauses: Sequence[Span]) -> timedelta:
    total = timedelta(0)
    day, last = start.astimezone(calendar.zone).date() - DAY, end.astimezone(calendar.zone).date()
    while day <= last:
        for opens, closes in _without(_spans_of(calendar, day), pauses):
            total += max(min(closes, end) - max(opens, start), timedelta(0))
        day += DAY
    return total


def _open_spans(calendar: WorkCalendar, start: datetime, pauses: Sequence[Span]) -> Iterator[Span]:
    """Open spans from `start` on, in order, until none came for LONGEST_CLOSURE_DAYS."""
    day, closed_days = start.astimezone(calendar.zone).date() - DAY, 0
    while closed_days <= LONGEST_CLOSURE_DAYS:
        closed_days += 1
        for opens, closes in _without(_spans_of(calendar, day), pauses):
            if closes > start:
                closed_days = 0
                yield max(opens, start), closes
        day += DAY


@lru_cache(maxsize=8192)
def _spans_of(calendar: WorkCalendar, day: date) -> tuple[Span, ...]:
    if day in calendar.holidays:
        return ()
    spans: list[Span] = []
    for opens, closes in calendar.hours[day.weekday()]:
        start, end = _instant(calendar.zone, day, opens), _instant(calendar.zone, day, closes)
        start = max(start, spans[-1][1]) if spans else start  # hours entered twice count once
        if end > start:
            spans.append((start, end))
    return tuple(spans)


@lru_cache(maxsize=8192)
def _instant(zone: ZoneInfo, day: date, minute: int) -> datetime:
    """When the wall clock first shows this minute; one that the clocks skip counts as the moment of the jump."""
    wall = datetime.combine(day, time()) + minute * MINUTE
    instant = wall.replace(tzinfo=zone).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall:
        return instant
    offset = instant.astimezone(zone).utcoffset()
    while (instant - MINUTE).astimezone(zone).utcoffset() == offset:
        instant -= MINUTE
    return instant


def _without(spans: Sequence[Span], pauses: Sequence[Span]) -> Sequence[Span]:
    """Cut the pauses out of the spans; pauses may overlap."""
    for pause_start, pause_end in pauses:
        spans = [
            piece
            for start, end in spans
            for piece in ((start, min(end, pause_start)), (max(start, pause_end), end))
            if piece[0] < piece[1]
        ]
    return spans


def _in_utc(pauses: Sequence[Span]) -> Sequence[Span]:
    """Two datetimes that share a zone are compared by their wall clocks, so every instant is brought to UTC first."""
    return [(start.astimezone(UTC), end.astimezone(UTC)) for start, end in pauses]
