"""From a due row to a message that left, at most once: what cannot be known is called unknown and never sent again."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from surveys.channels.registry import CHANNELS
from surveys.models import Channel, CustomerAddress, Delivery, Invitation, Suppression
from surveys.services.addresses import address_digest, suppress
from surveys.services.complaints import mail_must_rest
from surveys.services.invitations import LinkLost
from surveys.services.letters import compose, message_id
from surveys.services.occasions import occasion_of_invitation
from surveys.triggers.decide import recheck_invitation, recheck_reminder
from surveys.triggers.occasion import Answer, Way
from surveys.triggers.reasons import ASKED
from vocplatform.lib.delivery import AddressRefused, ChannelDown, DeliveryError, DeliveryUnknown
from vocplatform.lib.settling import claimed, park_worn, settle_later, settle_retry, settle_sent, settle_without_sending

Status = Delivery.Status
CHANNEL_REST = timedelta(minutes=1)
COMPLAINT_REST = timedelta(hours=1)


def send_delivery(delivery_id: int, *, now: datetime) -> None:
    """Check once more, hand over, and write down how it ended. Calling it twice sends once."""
    if not Delivery.objects.claim(delivery_id, now=now):
        return
    with translation.override(settings.LANGUAGE_CODE):
        delivery = _load(delivery_id)
        refusal = _closed(delivery.invitation, now=now)
        answer = _recheck(delivery, now=now)
        if refusal or not answer.asks:
            settle_without_sending(delivery, Status.DROPPED, refusal or answer.sentence, now=now)
        elif answer.due_at > now:
            settle_later(delivery, answer.due_at, "", now=now)
        elif _must_rest(delivery, now=now):
            settle_later(delivery, now + COMPLAINT_REST, _("Too many mails were reported as spam."), now=now)
        else:
            _hand_over(delivery, answer.way.address, now=now)


def _load(delivery_id: int) -> Delivery:
    related = ["version__survey", "customer", "touchpoint", "rule", "event__source"]
    return Delivery.objects.select_related(*(f"invitation__{name}" for name in related)).get(pk=delivery_id)


def _closed(invitation: Invitation, *, now: datetime) -> str:
    if invitation.status != Invitation.Status.ISSUED:
        return _("The invitation is not open any more: %(status)s.") % {"status": invitation.get_status_display()}
    return _("The link has expired.") if invitation.expires_at <= now else ""


def _must_rest(delivery: Delivery, *, now: datetime) -> bool:
    return delivery.channel == Channel.EMAIL and not delivery.invitation.is_test and mail_must_rest(now=now)


def _recheck(delivery: Delivery, *, now: datetime) -> Answer:
    if delivery.invitation.is_test and delivery.invitation.customer_id is None:  # staff wrote to themselves
        return Answer(True, ASKED, "", (), Way(delivery.channel, delivery.address), now)
    occasion = occasion_of_invitation(delivery.invitation, delivery.channel, now=now)
    if delivery.kind == Delivery.Kind.REMINDER:
        return recheck_reminder(occasion)
    return recheck_invitation(occasion)


def _hand_over(delivery: Delivery, address: str, *, now: datetime) -> None:
    """Write to the customer's newest address; what is handed over is marked first, for whoever finds us dead."""
    untouched = claimed(delivery).filter(address=delivery.address)
    delivery.address = address
    try:
        letter = compose(delivery, now=now)
        if not untouched.update(address=address, message_id=message_id(delivery)):  # erased a moment ago
            settle_without_sending(delivery, Status.DROPPED, _("The address is gone."), now=now)
            return
        reference = CHANNELS[delivery.channel].send(letter)
    except LinkLost:
        settle_without_sending(delivery, Status.FAILED, _("No key is left that made this link."), now=now)
    except DeliveryUnknown as silence:
        settle_without_sending(delivery, Status.UNKNOWN, str(silence), now=now)
    except DeliveryError as refusal:
        _settle_refusal(delivery, refusal, now=now)
    else:
        _settle_sent(delivery, reference, now=now)


@transaction.atomic
def _settle_sent(delivery: Delivery, reference: str, *, now: datetime) -> None:
    was_ours = settle_sent(delivery, now=now, message_id=reference or message_id(delivery))
    rule = delivery.invitation.rule
    if was_ours and delivery.kind == Delivery.Kind.INVITE and rule is not None and rule.reminder_after_days:
        remind_at = now + timedelta(days=rule.reminder_after_days)
        Invitation.objects.filter(pk=delivery.invitation_id).update(remind_at=remind_at)


@transaction.atomic
def _settle_refusal(delivery: Delivery, refusal: DeliveryError, *, now: datetime) -> None:
    if isinstance(refusal, ChannelDown):
        settle_later(delivery, now + CHANNEL_REST, str(refusal), now=now, message_id="")
        _rest_channel(delivery.channel, now=now)
    elif refusal.permanent:
        settle_without_sending(delivery, Status.FAILED, str(refusal), now=now)
        if isinstance(refusal, AddressRefused):
            condemn_address(delivery.channel, delivery.address, now=now)
    else:
        settle_retry(delivery, str(refusal), now=now, message_id="")


def _rest_channel(channel: str, *, now: datetime) -> None:
    """Nobody knocks again on a door that does not open; everything due there waits a minute together."""
    Delivery.objects.due(now).filter(channel=channel).order_by().update(due_at=now + CHANNEL_REST)


def condemn_address(channel: str, address: str, *, now: datetime, reason: str = Suppression.Reason.BOUNCE) -> None:
    """The other side knows no such address, or its owner complained: never write there again."""
    suppress(channel, address_digest(channel, address), reason=reason, now=now)
    if reason == Suppression.Reason.BOUNCE:
        held = CustomerAddress.objects.filter(channel=channel, address=address, bounced_at__isnull=True)
        held.update(bounced_at=now)


def settle_stuck(*, now: datetime) -> int:
    """A sender died with a message in his hands. What had not left, or may be repeated, goes back into the line."""
    stuck = Delivery.objects.stuck(now)
    may_repeat = [name for name, channel in CHANNELS.items() if channel.may_repeat]
    back = {"status": Status.QUEUED, "leased_until": None, "updated_at": now}
    returned = stuck.filter(message_id="").update(**back) + stuck.filter(channel__in=may_repeat).update(**back)
    error = "The sender died after the message may have left."
    return returned + stuck.update(status=Status.UNKNOWN, last_error=error, updated_at=now)


def park_deliveries(*, now: datetime) -> int:
    """What killed its sender five times is not tried a sixth time."""
    return park_worn(Delivery.objects.all(), now=now)


def requeue_delivery(delivery_id: int, *, now: datetime) -> bool:
    """Staff try a failed message again; one that may have arrived is never sent a second time."""
    failed = Delivery.objects.filter(pk=delivery_id, status=Status.FAILED)
    return bool(failed.update(status=Status.QUEUED, attempts=0, due_at=now, message_id="", updated_at=now))


def queue_reminders(*, now: datetime, most: int = 500) -> int:
    """One reminder for each invitation that was sent, is still open, and asks for one."""
    waiting = Invitation.objects.filter(status=Invitation.Status.ISSUED, remind_at__lte=now, expires_at__gt=now)
    sent = waiting.filter(deliveries__kind=Delivery.Kind.INVITE, deliveries__status=Status.SENT).order_by("remind_at")
    return sum(_queue_reminder(invitation, now=now) for invitation in sent.select_related("rule")[:most])


@transaction.atomic
def _queue_reminder(invitation: Invitation, *, now: datetime) -> bool:
    first = invitation.deliveries.get(kind=Delivery.Kind.INVITE)
    _row, created = Delivery.objects.get_or_create(
        invitation=invitation,
        kind=Delivery.Kind.REMINDER,
        defaults={"channel": first.channel, "address": first.address, "due_at": now},
    )
    Invitation.objects.filter(pk=invitation.pk).update(remind_at=None)
    return created


def drop_closed(*, now: datetime) -> int:
    """Messages that still wait for an invitation that is answered, withdrawn or past."""
    waiting = Delivery.objects.filter(status=Status.QUEUED).exclude(invitation__status=Invitation.Status.ISSUED)
    reason = _("The invitation is not open any more.")
    return waiting.update(status=Status.DROPPED, last_error=reason, updated_at=now)
