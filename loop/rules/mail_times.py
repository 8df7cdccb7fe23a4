"""When may a staff member be mailed? Pure: in the person's own time, at the person's own rhythm."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from surveys.triggers.quiet_hours import NoSuitableHour, QuietHours, next_allowed

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MORNING = time(8)


def mail_time(
    now: datetime, *, rhythm: str, quiet: QuietHours, zone: ZoneInfo, is_urgent: bool, is_critical: bool
) -> datetime:
    """The instant at which news of `now` is due. Urgent news waits for no rhythm, critical news for no quiet hours."""
    due_at = now if is_urgent or is_critical else _next_gathering(now, rhythm, zone)
    if is_critical:
        return due_at
    try:
        return next_allowed(due_at, [quiet], [zone])
    except NoSuitableHour:
        return due_at


def _next_gathering(now: datetime, rhythm: str, zone: ZoneInfo) -> datetime:
    local = now.astimezone(zone)
    if rhythm == "hourly":
        return (local.replace(minute=0, second=0, microsecond=0).astimezone(UTC)) + HOUR
    if rhythm == "daily":
        morning = datetime.combine(local.date(), MORNING, zone)
        return (morning if morning > local else datetime.combine(local.date() + DAY, MORNING, zone)).astimezone(UTC)
    return now
