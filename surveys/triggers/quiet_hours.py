"""When may somebody be disturbed? Answered in the recipient's own time, never in ours."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EVERY_DAY = frozenset(range(7))
SEARCHED_DAYS = 9  # a week has every combination of weekday and hour; one day more on each side for far zones


class NoSuitableHour(Exception):
    """The rule leaves no hour of the week that is allowed in every zone the recipient may live in."""


@dataclass(frozen=True)
class QuietHours:
    """Quiet from `quiet_from` until `quiet_until` (over midnight when they run that way), loud only on `weekdays`.

    Two equal times mean that no hour is quiet. Weekdays count from Monday = 0.
    """

    quiet_from: time | None = None
    quiet_until: time | None = None
    weekdays: frozenset[int] = EVERY_DAY

    @property
    def never_quiet(self) -> bool:
        return not self._has_hours and self.weekdays >= EVERY_DAY

    @property
    def _has_hours(self) -> bool:
        return None not in (self.quiet_from, self.quiet_until) and self.quiet_from != self.quiet_until

    def allow(self, moment: datetime, zone: ZoneInfo) -> bool:
        local = moment.astimezone(zone)
        return local.weekday() in self.weekdays and not self._is_quiet(local.time())

    def _is_quiet(self, clock: time) -> bool:
        if not self._has_hours:
            return False
        if self.quiet_from < self.quiet_until:
            return self.quiet_from <= clock < self.quiet_until
        return clock >= self.quiet_from or clock < self.quiet_until


def next_allowed(moment: datetime, hours: Iterable[QuietHours], zones: Iterable[ZoneInfo]) -> datetime:
    """The first instant from `moment` on that all `hours` allow in all `zones`; several zones mean: nobody knows which.

    Raises NoSuitableHour when there is none.
    """
    zones, hours = list(zones), [each for each in hours if not each.never_quiet]
    if not hours:
        return moment
    openings = {opening for zone in zones for each in hours for opening in _openings(moment, each, zone)}
    for instant in [moment, *sorted(openings)]:
        if all(each.allow(instant, zone) for each in hours for zone in zones):
            return instant
    raise NoSuitableHour


def _openings(moment: datetime, hours: QuietHours, zone: ZoneInfo) -> Iterable[datetime]:
    """Later instants at which quiet can end: the wall clock shows the hour, a day begins, or the clock jumps."""
    clocks = {time.min} | ({hours.quiet_until} if hours.quiet_until is not None else set())
    first_day = moment.astimezone(zone).date() - timedelta(days=1)
    for days in range(SEARCHED_DAYS + 1):
        day = first_day + timedelta(days=days)
        instants = {_instant(day, clock, zone, fold) for clock in clocks for fold in (0, 1)} | _clock_change(day, zone)
        yield from (instant for instant in instants if instant > moment)


def _instant(day: date, clock: time, zone: ZoneInfo, fold: int = 0) -> datetime:
    return datetime.combine(day, clock.replace(fold=fold), zone).astimezone(UTC)


def _clock_change(day: date, zone: ZoneInfo) -> set[datetime]:
    before, after = _instant(day, time.min, zone), _instant(day + timedelta(days=1), time.min, zone, fold=1)
    offset = before.astimezone(zone).utcoffset()
    if after.astimezone(zone).utcoffset() == offset:
        return set()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return {after.replace(microsecond=0)}
