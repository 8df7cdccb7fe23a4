"""A case that nobody takes: after so many minutes those who lead hear of it, once."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from loop.hooks import notices_written
from loop.models import Case, Notice
from loop.services.audience import lead_of, managers
from loop.services.notices import write_notices

RECENT = timedelta(days=7)  # when this is switched on, nobody is flooded with what has lain for months
BATCH = 500


def report_unowned(*, now: datetime) -> int:
    """Return how many cases were reported; 0 while UNOWNED_MINUTES is 0."""
    if not settings.UNOWNED_MINUTES:
        return 0
    waited = Case.objects.unassigned().awake(now).filter(opened_at__lte=now - _minutes(), opened_at__gt=now - RECENT)
    fresh = waited.exclude(notices__kind=Notice.Kind.UNOWNED).select_related("team__lead").order_by("opened_at")
    everybody, told = list(managers()), 0
    for case in fresh[:BATCH]:
        told += _report(case, lead_of(case) or everybody, now=now)
    return told


@transaction.atomic
def _report(case: Case, people: list, *, now: datetime) -> int:
    if not people:
        return 0
    write_notices(case, people, Notice.Kind.UNOWNED, key="unowned", now=now)
    notices_written.announce(case.pk)
    return 1


def _minutes() -> timedelta:
    return timedelta(minutes=settings.UNOWNED_MINUTES)
