"""How a row of ours that was claimed ends. The attempt is the lease: a sender that comes too late changes nothing."""

from datetime import datetime, timedelta

from vocplatform.lib.delivery import ChannelDown, DeliveryError
from vocplatform.lib.outbox import MAX_ATTEMPTS, Outgoing

Status = Outgoing.Status
FIRST_WAIT = timedelta(minutes=1)


def claimed(row: Outgoing):
    return type(row).objects.filter(pk=row.pk, status=Status.SENDING, attempts=row.attempts)


def settle_sent(row: Outgoing, *, now: datetime, **more: object) -> bool:
    return bool(claimed(row).update(status=Status.SENT, sent_at=now, last_error="", updated_at=now, **more))


def settle_later(row: Outgoing, problem: DeliveryError, *, now: datetime) -> bool:
    """Try again after 1, 4, 16 … minutes; after the last attempt it has failed and somebody may look.

    A channel that is down is nobody's fault: the row waits and keeps its attempts.
    """
    wait = FIRST_WAIT * 4 ** (row.attempts - 1)
    kept = {"attempts": row.attempts - 1} if isinstance(problem, ChannelDown) else {}
    if not kept and (problem.permanent or row.attempts >= MAX_ATTEMPTS):
        return settle_without_sending(row, Status.FAILED, str(problem), now=now)
    waiting = {"status": Status.QUEUED, "due_at": now + wait, "last_error": str(problem)[:500], "updated_at": now}
    return bool(claimed(row).update(**waiting, **kept))


def settle_without_sending(row: Outgoing, status: Status, reason: str, *, now: datetime) -> bool:
    return bool(claimed(row).update(status=status, last_error=reason[:500], updated_at=now))
