"""How a claimed row of the outbox ends. The attempt is the lease: a sender that comes too late changes nothing."""

from datetime import datetime, timedelta

from django.db.models import F

from vocplatform.lib.outbox import MAX_ATTEMPTS, WORN, Outgoing, OutgoingQuerySet

Status = Outgoing.Status
FIRST_WAIT = timedelta(minutes=1)
LONGEST_REASON = 500


def claimed(row: Outgoing):
    return type(row).objects.filter(pk=row.pk, status=Status.SENDING, attempts=row.attempts)


def settle_sent(row: Outgoing, *, now: datetime, **more: object) -> bool:
    return bool(claimed(row).update(status=Status.SENT, sent_at=now, last_error="", updated_at=now, **more))


def settle_retry(row: Outgoing, reason: str, *, now: datetime, **more: object) -> bool:
    """Try again after 1, 4, 16 … minutes; after the last attempt it has failed and somebody may look."""
    if row.attempts >= MAX_ATTEMPTS:
        return settle_without_sending(row, Status.FAILED, reason, now=now)
    return _queue(row, now + FIRST_WAIT * 4 ** (row.attempts - 1), reason, now=now, **more)


def settle_later(row: Outgoing, due_at: datetime, reason: str, *, now: datetime, **more: object) -> bool:
    """Put it back for later through no fault of its own: the attempt does not count."""
    return _queue(row, due_at, reason, now=now, attempts=F("attempts") - 1, **more)


def settle_without_sending(row: Outgoing, status: str, reason: str, *, now: datetime) -> bool:
    return bool(claimed(row).update(status=status, last_error=reason[:LONGEST_REASON], updated_at=now))


def park_worn(rows: OutgoingQuerySet, *, now: datetime, most: int = MAX_ATTEMPTS) -> int:
    """Give up on what took its sender with it so often that nobody was left to say so: it delays nobody any more."""
    worn = rows.filter(status=Status.QUEUED, attempts__gte=most)
    return worn.update(status=Status.FAILED, last_error=f"{WORN} {most} times.", updated_at=now)


def _queue(row: Outgoing, due_at: datetime, reason: str, *, now: datetime, **more: object) -> bool:
    again = {"status": Status.QUEUED, "due_at": due_at, "last_error": reason[:LONGEST_REASON], "updated_at": now}
    return bool(claimed(row).update(**again, leased_until=None, **more))
