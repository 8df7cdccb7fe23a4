"""Letters that go to many at once: each leaves at most once, and only to whoever may still be written to."""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _

from loop.services.messages import address_of
from loop.services.outbox import settle_refusal
from loop.services.reach import EMAIL
from surveys.channels.email import EmailChannel
from surveys.services.deliveries import condemn_address
from vocplatform.lib.delivery import AddressRefused, DeliveryError, DeliveryUnknown, Letter
from vocplatform.lib.outbox import Outgoing
from vocplatform.lib.settling import claimed, park_worn, settle_sent, settle_without_sending

Status = Outgoing.Status


def send_once(row: Outgoing, write: Callable[[Outgoing], Letter], *, now: datetime) -> bool:
    """Mail a claimed row with its customer and address. What breaks after it left is "perhaps sent"."""
    address, refusal = address_of(row.customer)
    if refusal or address != row.address:
        settle_without_sending(row, Status.DROPPED, refusal or _("The customer's address has changed since."), now=now)
        return False
    letter = write(row)
    if not claimed(row).filter(address=address).update(message_id=letter.headers["Message-ID"]):
        return False  # erased a moment ago
    try:
        EmailChannel().send(letter)
    except DeliveryUnknown as silence:
        settle_without_sending(row, Status.UNKNOWN, str(silence), now=now)
    except DeliveryError as problem:
        if isinstance(problem, AddressRefused):
            condemn_address(EMAIL, address, now=now)
        settle_refusal(row, problem, now=now, message_id="")
    else:
        return settle_sent(row, now=now)
    return False


def give_back_stuck(model: type[Outgoing], *, now: datetime) -> int:
    """A sender died: what was marked as leaving may have left and is never sent again by itself."""
    stuck = model.objects.stuck(now)
    unsent = stuck.filter(message_id="").update(status=Status.QUEUED, leased_until=None, updated_at=now)
    park_worn(model.objects.all(), now=now)
    return unsent + stuck.update(status=Status.UNKNOWN, updated_at=now)
