"""What customers write back lands in their case: by mail to the reply address, or on the page of their case."""

from datetime import datetime, timedelta
from email.message import EmailMessage

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from feedback.sentiment.redact import redact
from loop.hooks import notices_written
from loop.models import Case, CaseEvent, Message, Notice, ReceivedMail
from loop.rules.incoming import Incoming, read_mail
from loop.services.audience import caretakers
from loop.services.case_links import REPLY, find_case
from loop.services.cases import reopen_case
from loop.services.history import Line, changing, lock_case
from loop.services.mail_cases import customer_who_wrote, customer_written_to, open_case_of, open_mail_case
from loop.services.notices import write_notices
from surveys.models import AddressChannel, Delivery
from surveys.services.consent import opt_out
from surveys.services.replies import find_answered
from surveys.services.unsubscribe import find_mail_unsubscriber
from vocplatform.lib.text import storable

Outcome = ReceivedMail.Outcome
EMAIL = AddressChannel.EMAIL
SOURCE = "mail"
MOST_IN_AN_HOUR = 20


class TooManyWords(Exception):
    """More came for one case than a person writes in an hour."""


@transaction.atomic
def receive_mail(raw: bytes | EmailMessage, *, envelope: str = "", now: datetime) -> ReceivedMail:
    """Take one mail, once: the same mail again changes nothing. Bodies and attachments of others are kept nowhere."""
    mail = read_mail(raw, box=settings.REPLY_ADDRESS, envelope=envelope)
    blank = {"outcome": Outcome.UNKNOWN, "received_at": now}
    row, is_new = ReceivedMail.objects.get_or_create(digest=mail.digest, defaults=blank)
    if is_new:
        row.outcome, row.case = _take(mail, now=now)
        row.save(update_fields=["outcome", "case"])
    return row


@transaction.atomic
def take_words(
    case_id: int,
    *,
    words: str,
    subject: str,
    channel: str,
    address: str = "",
    message_id: str = "",
    opened_it: bool = False,
    now: datetime,
) -> Message:
    """Put the customer's words into the case, tell its owner, wake it and reopen it. Raises TooManyWords.

    `opened_it`: these words are why there is a case; its people hear of it as of any new one.
    """
    case = _where_it_goes(lock_case(case_id))
    recent = case.messages.filter(direction=Message.Direction.IN, created_at__gt=now - timedelta(hours=1))
    if recent.count() >= MOST_IN_AN_HOUR:
        raise TooManyWords
    message = case.messages.create(
        direction=Message.Direction.IN,
        channel=channel,
        address=address,
        subject=storable(_hidden(subject)).strip()[:150] or _("From the page of the case"),
        body=storable(_hidden(words)).strip(),
        message_id=message_id,
        status=Message.Status.SENT,
        due_at=now,
        sent_at=now,
        created_at=now,
    )
    with changing(case.pk, Line(CaseEvent.Kind.MESSAGE, now, note=message.subject)) as case:
        case.wake(now)
        if case.is_open and not opened_it:
            people = caretakers(case, now=now)
            write_notices(case, people, Notice.Kind.REPLIED, key=f"wrote:{message.pk}", now=now)
            notices_written.announce(case.pk)
    if not case.is_open:
        reopen_case(case.pk, note=_("The customer wrote again."), now=now)
    return message


def _take(mail: Incoming, *, now: datetime) -> tuple[str, Case | None]:
    if _leaves_by_mail(mail, now=now):
        return Outcome.OPTED_OUT, None
    case = _case_of(mail)
    if mail.is_automatic:
        return Outcome.AUTOMATIC, case
    if case is None:
        return _take_without_case(mail, now=now)
    if mail.asks_to_stop:
        _stop_writing_to(case, mail, now=now)
        return Outcome.OPTED_OUT, case
    if not mail.words and not mail.attachments:
        return Outcome.EMPTY, case
    return _put_into(case, mail, _told(mail, case), now=now)


def _take_without_case(mail: Incoming, *, now: datetime) -> tuple[str, Case | None]:
    """Nothing of what strangers write is kept. Whoever we know is heard, and whoever is angry gets a case."""
    answered = _invitation_answered(mail)
    customer = customer_written_to(answered) if answered else None
    customer = customer or customer_who_wrote(mail.sender)
    if mail.asks_to_stop and (customer or answered):
        for address in sorted({mail.sender, answered.address if answered else ""} - {""}):
            opt_out(EMAIL, address, now=now, source=SOURCE)
        return Outcome.OPTED_OUT, None
    if customer is None:
        return Outcome.UNKNOWN, None
    if not mail.words:
        return Outcome.UNKNOWN, None
    there = open_case_of(customer)
    place = answered.invitation.touchpoint if answered else None
    case = there or open_mail_case(customer, _hidden(mail.words), touchpoint=place, now=now)
    if case is None:
        return Outcome.UNKNOWN, None
    why = _("[Answers an invitation.]") if answered else _("[Named no case: put here by its sender's address.]")
    words = "\n\n".join([_told(mail, case), why])
    outcome, case = _put_into(case, mail, words, opened_it=there is None, now=now)
    return (Outcome.OPENED if there is None else outcome), case


def _put_into(case: Case, mail: Incoming, words: str, *, opened_it: bool = False, now: datetime) -> tuple[str, Case]:
    said = {"words": words, "subject": mail.subject, "message_id": mail.message_id, "opened_it": opened_it}
    try:
        return Outcome.TAKEN, take_words(case.pk, **said, channel=EMAIL, address=mail.sender, now=now).case
    except TooManyWords:
        return Outcome.TOO_MANY, case


def _case_of(mail: Incoming) -> Case | None:
    """By the token of the address; else by our letter that it answers, if whom we wrote to is who answers."""
    for token in mail.tokens:
        if case := find_case(token, REPLY):
            return case
    ours = Message.objects.filter(direction=Message.Direction.OUT, message_id__in=mail.answers)
    answered = ours.filter(address__iexact=mail.sender).exclude(address="").select_related("case").first()
    return answered and answered.case


def _invitation_answered(mail: Incoming) -> Delivery | None:
    return next(filter(None, map(find_answered, mail.tokens)), None)


def _leaves_by_mail(mail: Incoming, *, now: datetime) -> bool:
    """A mail program's “unsubscribe” may be sent by a machine: that is its nature."""
    for token in mail.tokens:
        delivery = find_mail_unsubscriber(token)
        if delivery is not None and delivery.address:
            opt_out(delivery.channel, delivery.address, now=now, source=SOURCE)
            return True
    return False


def _stop_writing_to(case: Case, mail: Incoming, *, now: datetime) -> None:
    """A no wins whoever of the two says it: the address that wrote, and those of the customer."""
    addresses = {mail.sender}
    if case.customer is not None:
        addresses |= set(case.customer.addresses.filter(channel=EMAIL).values_list("address", flat=True))
    for address in sorted(addresses):
        opt_out(EMAIL, address, now=now, source=SOURCE)
    with changing(case.pk, Line(CaseEvent.Kind.CHANGED, now, note=_("The customer wants no more mail."))):
        pass


def _told(mail: Incoming, case: Case) -> str:
    said = [mail.words]
    if mail.attachments:
        said.append(_("[Attached, not kept: %(names)s]") % {"names": ", ".join(mail.attachments)})
    known = case.customer and case.customer.addresses.filter(channel=EMAIL, address__iexact=mail.sender).exists()
    if not known:
        said.append(_("[Sent from another address than the customer's.]"))
    return "\n\n".join(part for part in said if part)


def _hidden(text: str) -> str:
    return redact(text) if settings.REDACT_ANSWERS else text


def _where_it_goes(case: Case) -> Case:
    """What is written to a merged case belongs to the one it was merged into."""
    if case.status == Case.Status.DUPLICATE and case.duplicate_of_id:
        return lock_case(case.duplicate_of_id)
    return case
