"""What becomes of our letters and notices when the other side does not take them."""

from datetime import datetime, timedelta

from vocplatform.lib.delivery import ChannelDown, DeliveryError
from vocplatform.lib.outbox import Outgoing
from vocplatform.lib.settling import settle_later, settle_retry, settle_without_sending

CHANNEL_REST = timedelta(minutes=1)


def settle_refusal(row: Outgoing, refusal: DeliveryError, *, now: datetime, **more: object) -> None:
    """A channel that is down is nobody's fault: the row waits and keeps its attempts."""
    if isinstance(refusal, ChannelDown):
        settle_later(row, now + CHANNEL_REST, str(refusal), now=now, **more)
    elif refusal.permanent:
        settle_without_sending(row, Outgoing.Status.FAILED, str(refusal), now=now)
    else:
        settle_retry(row, str(refusal), now=now, **more)
