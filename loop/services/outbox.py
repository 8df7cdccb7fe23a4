"""How a row of ours that was claimed ends. The attempt is the lease: a sender that comes too late changes nothing."""

from datetime import datetime, timedelta

from vocplatform.lib.outbox import MAX_ATTEMPTS, Outgoing

Status = Outgoing.Status
FIRST_WAIT = timedelta(minutes=1)


def claimed(row: Outgoing):
    return type(row).objects.filter(pk=row.pk, status=Status.SENDING, attempts=row.attempts)


def settle_sent(row: Outgoing, *, now: datetime, **more: object) -> bool:
    return bool(claimed(row).update(status=Status.SENT, sent_at=now, last_error="", updated_at=now, **more))


def settle_later(row: Outgoing, reason: str, *, now: datetime) -> bool:
    """Try again after 1, 4, 16 … minutes; after the last attempt it has failed and somebody may look."""
    if row.attempts >= MAX_ATTEMPTS:
        return settle_without_sending(row, Status.FAILED, reason, now=now)
    due_at = now + FIRST_WAIT * 4 ** (row.attempts - 1)
    again = claimed(row).update(status=Status.QUEUED, due_at=due_at, last_error=reason[:500], updated_at=now)
    return bool(again)


def settle_without_sending(row: Outgoing, status: Status, reason: str, *, now: datetime) -> bool:
    return bool(claimed(row).update(status=status, last_error=reason[:500], updated_at=now))
