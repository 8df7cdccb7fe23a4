"""Letters from staff to the customer of a case: written as rows, sent at most once, never against an opt-out."""

import re
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from loop.hooks import message_written
from loop.models import CannedReply, Case, CaseEvent, Message
from loop.services.case_links import page_link, reply_address
from loop.services.cases import record_contact
from loop.services.history import Line, NotAllowed, changing, lock_case
from loop.services.languages import spoken_locale
from loop.services.outbox import settle_refusal
from surveys.channels.email import EmailChannel
from surveys.models import AddressChannel, Consent, Customer
from surveys.services.addresses import is_suppressed
from surveys.services.consent import latest_consents
from surveys.services.deliveries import condemn_address
from vocplatform.lib.delivery import AddressRefused, DeliveryError, DeliveryUnknown, Letter
from vocplatform.lib.letters import write_letter
from vocplatform.lib.settling import claimed, park_worn, settle_sent, settle_without_sending
from vocplatform.lib.text import storable

PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")
EMAIL = AddressChannel.EMAIL
Status = Message.Status


@transaction.atomic
def write_message(case_id: int, *, subject: str, body: str, actor: AbstractBaseUser, now: datetime) -> Message:
    """Put one letter to the customer into the outbox. Raises NotAllowed with the reason why nothing may be sent."""
    if not subject.strip() or not body.strip():
        raise NotAllowed(_("A letter needs a subject and a text."))
    with changing(case_id, Line(CaseEvent.Kind.MESSAGE, now, actor, subject.strip())) as case:
        address, refusal = address_of(case.customer)
        if refusal:
            raise NotAllowed(refusal)
        message = case.messages.create(
            address=address,
            subject=storable(subject).strip()[:150],
            body=storable(body).strip(),
            author=actor,
            due_at=now,
        )
        message_written.announce(message.pk)
    return message


def address_of(customer: Customer | None) -> tuple[str, str]:
    """Where the customer may be written to, or the reason why not, as a sentence."""
    if customer is None or customer.erased_at is not None:
        return "", _("Nobody knows who the customer is.")
    held = customer.addresses.filter(channel=EMAIL, bounced_at__isnull=True).order_by("-is_primary", "pk").first()
    if held is None:
        return "", _("There is no e-mail address of this customer.")
    if is_suppressed(EMAIL, held.address):
        return "", _("This address asked not to be written to.")
    if latest_consents(customer.pk).get(EMAIL) == Consent.Status.WITHDRAWN:
        return "", _("The customer does not want e-mail from us.")
    return held.address, ""


def fill_reply(reply: CannedReply, case: Case, *, actor: AbstractBaseUser) -> tuple[str, str]:
    """Subject and text with the case's own words put in. Plain replacement: a reply is no template and runs nothing."""
    words = {
        "customer": str(case.customer.name if case.customer else ""),
        "staff": actor.get_full_name() or actor.get_username(),
        "touchpoint": str(case.touchpoint or ""),
        "code": case.code,
    }
    return _filled(reply.subject, words), _filled(reply.body, words)


def replies_for(case: Case):
    """The canned replies in the customer's language; all of them where there are none."""
    replies = CannedReply.objects.filter(is_active=True)
    language = (case.customer.locale if case.customer else "")[:2]
    spoken = replies.filter(locale__istartswith=language) if language else replies
    return spoken if spoken.exists() else replies


def send_message(message_id: int, *, now: datetime) -> bool:
    """Mail one letter if it is due and nobody else does. What breaks after the mail left stays “perhaps sent”."""
    if not Message.objects.claim(message_id, now=now):
        return False
    message = Message.objects.select_related("case__customer", "case__touchpoint", "author").get(pk=message_id)
    address, refusal = address_of(message.case.customer)
    if refusal or address != message.address:
        reason = refusal or _("The customer's address has changed since.")
        settle_without_sending(message, Status.DROPPED, reason, now=now)
        return False
    letter = letter_of(message)
    if not claimed(message).filter(address=address).update(message_id=letter.headers["Message-ID"]):
        return False  # erased a moment ago
    try:
        EmailChannel().send(letter)
    except DeliveryUnknown as silence:
        settle_without_sending(message, Status.UNKNOWN, str(silence), now=now)
        return False
    except DeliveryError as refusal:
        if isinstance(refusal, AddressRefused):
            condemn_address(EMAIL, address, now=now)
        settle_refusal(message, refusal, now=now, message_id="")
        return False
    return _settle_as_contact(message, now=now)


def settle_stuck(*, now: datetime) -> int:
    """A sender died. A letter that was marked as leaving may have left, and is never sent again by itself."""
    stuck = Message.objects.stuck(now)
    unsent = stuck.filter(message_id="").update(status=Status.QUEUED, leased_until=None, updated_at=now)
    park_worn(Message.objects.all(), now=now)
    return unsent + stuck.update(status=Status.UNKNOWN, updated_at=now)


@transaction.atomic
def _settle_as_contact(message: Message, *, now: datetime) -> bool:
    """A letter that left is a contact, and the clock of first contact stops."""
    case = lock_case(message.case_id)
    if not settle_sent(message, now=now):
        return False
    message.refresh_from_db(fields=["subject"])  # whoever was erased meanwhile does not come back with it
    if message.author is not None and case.is_open:
        record_contact(
            message.case_id, channel=EMAIL, reached=True, note=message.subject, actor=message.author, now=now
        )
    return True


def letter_of(message: Message) -> Letter:
    case = message.case
    context = {
        "message": message,
        "case": case,
        "page": page_link(case),
        "organisation": settings.ORGANISATION_NAME,
        "address": settings.ORGANISATION_ADDRESS,
    }
    locale = spoken_locale(case.customer)
    headers = {"Message-ID": f"<case.{case.code}.{message.pk}@{urlsplit(settings.PUBLIC_URL).hostname}>"}
    if answers_to := reply_address(case):
        headers["Reply-To"] = answers_to
    return write_letter("case_message", context, to=message.address, locale=locale, headers=headers)


def _filled(text: str, words: Mapping[str, str]) -> str:
    """What is not known takes the space before it along: “Hello,” and not “Hello ,”."""
    for name in (name for name, word in words.items() if not word.strip()):
        text = re.sub(rf"[ \u00a0]*\{{\{{\s*{name}\s*\}}\}}", "", text)
    return PLACEHOLDER.sub(lambda found: words.get(found[1], found[0]), text)
