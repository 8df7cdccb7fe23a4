"""Lengths and points of time as people say them."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def in_words(span: timedelta) -> str:
    """As short as can be: 45 min, 3 h, 2 days. A length below a minute is a minute."""
    if span < HOUR:
        return _("%d min") % max(span // timedelta(minutes=1), 1)
    if span < 2 * DAY:
        return _("%d h") % (span // HOUR)
    days = span // DAY
    return ngettext("%d day", "%d days", days) % days


def day_and_minute(when: datetime) -> str:
    """In the reader's zone; the year only where it is another one."""
    local = timezone.localtime(when)
    return date_format(local, "j M, H:i" if local.year == timezone.localtime().year else "j M Y, H:i")
