"""One question to one customer: the link is made from a nonce in the row and a key outside the database."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from surveys.models import (
    AddressChannel,
    Customer,
    Delivery,
    Invitation,
    Survey,
    SurveyVersion,
    Touchpoint,
    TouchpointEvent,
    TriggerRule,
)
from surveys.services.occasions import occasion_of_staff
from surveys.triggers.decide import decide_directly
from surveys.triggers.occasion import Way
from vocplatform.lib.tokens import derive_token, new_nonce, token_digest

PURPOSE = "survey"
CLOCK_TOLERANCE = timedelta(minutes=5)  # two hosts never agree to the second
FINISH_WITHIN = timedelta(hours=24)  # whoever has begun in time may end a little later
# Every answer waits for this statement; building it anew takes Django three times as long as sending it.
TAKE = """
UPDATE surveys_invitation SET status = 'answered', answered_at = %s, remind_at = NULL, updated_at = %s
WHERE id = %s AND status IN ('issued', 'expired') AND expires_at > %s
"""
MAIL_PROGRAMS_ADD = ".,;:!?)]>\"'"


class LinkUsed(Exception):
    """The link was answered before, withdrawn, or is too old."""


class LinkLost(Exception):
    """No key we still have rebuilds this link."""


class NotInvited(Exception):
    """The customer must not be asked; the message is a sentence that says why."""


@transaction.atomic
def issue_invitation(
    version: SurveyVersion,
    way: Way,
    *,
    due_at: datetime,
    customer: Customer | None = None,
    touchpoint: Touchpoint | None = None,
    event: TouchpointEvent | None = None,
    rule: TriggerRule | None = None,
    is_test: bool = False,
) -> Invitation:
    """Write the invitation and the delivery that will carry it; nothing leaves before `due_at`."""
    nonce = new_nonce()
    invitation = Invitation.objects.create(
        version=version,
        customer=customer,
        touchpoint=touchpoint,
        event=event,
        rule=rule,
        channel=way.channel,
        token_nonce=nonce,
        token_digest=token_digest(derive_token(PURPOSE, nonce)),
        due_at=due_at,
        expires_at=due_at + timedelta(days=version.survey.link_valid_days),
        is_test=is_test,
    )
    Delivery.objects.create(invitation=invitation, channel=way.channel, address=way.address, due_at=due_at)
    return invitation


def invite_directly(
    survey: Survey,
    customer: Customer,
    *,
    now: datetime,
    due_at: datetime | None = None,
    channel: str = "",
    touchpoint: Touchpoint | None = None,
    is_test: bool = False,
) -> Invitation:
    """Ask one customer outside the trigger rules, now or later; without a channel by the first one that reaches her.

    Raises NotInvited when she must not be asked.
    """
    answers = [
        decide_directly(occasion_of_staff(customer, survey, each, touchpoint=touchpoint, now=now))
        for each in ([channel] if channel else AddressChannel.values)
    ]
    answer = next((answer for answer in answers if answer.asks), answers[0])
    if not answer.asks:
        raise NotInvited(answer.sentence)
    return issue_invitation(
        survey.live_version,
        answer.way,
        due_at=max(due_at or now, answer.due_at),
        customer=customer,
        touchpoint=touchpoint,
        is_test=is_test,
    )


def survey_path(token: str) -> str:
    return f"/s/{token}/"


def survey_link(invitation: Invitation) -> str:
    """The customer's link, the same each time. Raises LinkLost when the key that made it is gone."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        token = derive_token(PURPOSE, invitation.token_nonce, key=key)
        if token_digest(token) == invitation.token_digest:
            return settings.PUBLIC_URL + survey_path(token)
    raise LinkLost(invitation.pk)


def find_invitation(token: str) -> Invitation | None:
    """Whose link this is. A stop or bracket that a mail program took for part of the link is forgiven once."""
    tokens = dict.fromkeys([token, token[:-1] if token[-1:] in MAIL_PROGRAMS_ADD else token])
    found = Invitation.objects.filter(token_digest__in=[token_digest(each) for each in tokens])
    return found.select_related("version__survey", "customer", "touchpoint", "event").first()


def take_invitation(invitation_id: int, *, now: datetime, started: bool = False) -> None:
    """Use the link up; exactly one caller succeeds. Who has `started` in time may finish a day later.

    Raises LinkUsed.
    """
    with connection.cursor() as cursor:
        cursor.execute(*taking(invitation_id, now=now, started=started))
        if cursor.rowcount == 0:
            raise LinkUsed(invitation_id)


def taking(invitation_id: int, *, now: datetime, started: bool) -> tuple[str, list]:
    """The statement that uses a link up, for those who have more to say in the same breath. It must hit one row."""
    late = now - (FINISH_WITHIN if started else CLOCK_TOLERANCE)
    taken_at, late = (connection.ops.adapt_datetimefield_value(moment) for moment in (now, late))
    return TAKE, [taken_at, taken_at, invitation_id, late]


@transaction.atomic
def withdraw_invitation(invitation_id: int, *, reason: str, now: datetime) -> bool:
    """Close an open link and stop what has not left; False when it was not open any more."""
    open_link = Invitation.objects.filter(pk=invitation_id, status=Invitation.Status.ISSUED)
    withdrawn = open_link.update(status=Invitation.Status.WITHDRAWN, remind_at=None, updated_at=now)
    if withdrawn:
        waiting = Delivery.objects.filter(invitation_id=invitation_id, status=Delivery.Status.QUEUED)
        waiting.update(status=Delivery.Status.DROPPED, last_error=reason, updated_at=now)
    return bool(withdrawn)


def expire_invitations(*, now: datetime) -> int:
    """Mark links whose time is over; a later answer is refused either way."""
    overdue = Invitation.objects.overdue(now - CLOCK_TOLERANCE)
    return overdue.update(status=Invitation.Status.EXPIRED, remind_at=None, updated_at=now)
