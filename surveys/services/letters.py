"""What an invitation says on each channel: the survey's own words, the link, and the way to say no."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from surveys.definition.pipe import END_ISOLATE, ISOLATE, fill, in_plain_text
from surveys.definition.schema import DefinedQuestion
from surveys.forms.loaded import reading_direction
from surveys.models import Channel, Delivery, Invitation
from surveys.services.invitations import survey_link
from surveys.services.published import shown_to
from surveys.services.replies import reply_address
from surveys.services.unsubscribe import unsubscribe_link, unsubscribe_mailto
from vocplatform.lib.delivery import Letter
from vocplatform.lib.letters import write_letter
from vocplatform.lib.tokens import keyed_digest

ROW_OF_SCORES = 6  # 6 targets of 48 px fit beside each other on the narrowest phone
LONGEST_SMS_TITLE = 80


@dataclass(frozen=True)
class Words:
    """The survey's words with the customer's data in them, for one kind of reading."""

    title: str
    introduction: str
    question: str
    low_label: str
    high_label: str


@dataclass(frozen=True)
class Score:
    number: int
    link: str


def compose(delivery: Delivery, *, now: datetime) -> Letter:
    """Write the message of this delivery. Raises LinkLost when its link cannot be rebuilt any more."""
    return COMPOSERS[delivery.channel](delivery, now)


def message_id(delivery: Delivery) -> str:
    """The same for each attempt, so that a receiver knows a message it has seen."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{delivery.kind}.{delivery.pk}.{keyed_digest('message', str(delivery.pk))[:16]}@{domain}>"


def _compose_email(delivery: Delivery, now: datetime) -> Letter:
    invitation = delivery.invitation
    definition = shown_to(invitation).definition
    scale = _opening_scale(invitation)
    link = survey_link(invitation)
    context = {
        "plain": _words(invitation, in_plain_text),
        "rich": _words(invitation, lambda value: f"{ISOLATE}{value}{END_ISOLATE}"),
        "link": link,
        "scores": [Score(number, f"{link}?score={number}") for number in scale.numbers] if scale else [],
        "score_rows": _rows(scale, link),
        "last": Score(scale.numbers[-1], "") if scale else None,
        "until": invitation.expires_at,
        "touchpoint": invitation.touchpoint.name if invitation.touchpoint else "",
        "unsubscribe": unsubscribe_link(delivery),
        "accent": definition.accent_colour,
        "locale": definition.locale,
        "direction": reading_direction(definition.locale),
        "start": "right" if reading_direction(definition.locale) == "rtl" else "left",
        "is_test": invitation.is_test,
        "organisation": settings.ORGANISATION_NAME,
        "address": settings.ORGANISATION_ADDRESS,
    }
    template = "reminder" if delivery.kind == Delivery.Kind.REMINDER else "invitation"
    headers = _headers(delivery, context["unsubscribe"])
    return write_letter(template, context, to=delivery.address, locale=definition.locale, headers=headers)


def _headers(delivery: Delivery, unsubscribe: str) -> dict[str, str]:
    invitation = delivery.invitation
    place = invitation.touchpoint.slug if invitation.touchpoint else "none"
    answers = reply_address(delivery)
    return {
        "Message-ID": message_id(delivery),
        **({"Reply-To": answers} if answers else {}),
        "Auto-Submitted": "auto-generated",
        "List-Unsubscribe": ", ".join(f"<{way}>" for way in (unsubscribe, unsubscribe_mailto(delivery)) if way),
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Feedback-ID": f"{invitation.version.survey.slug}:{place}:{delivery.kind}:vocplatform",
    }


def _opening_scale(invitation: Invitation) -> DefinedQuestion | None:
    """The survey's first question when it is a scale: the only one that a link can answer beforehand."""
    page = shown_to(invitation).first_page
    first = page.questions[0].question if page.questions else None
    return first if first is not None and first.nature.is_scale else None


def _rows(scale: DefinedQuestion | None, link: str) -> list[list[Score]]:
    """Two even rows where one would not fit a phone: 0-10 becomes 6 + 5."""
    scores = [Score(number, f"{link}?score={number}") for number in scale.numbers] if scale else []
    half = len(scores) if len(scores) <= ROW_OF_SCORES else -(-len(scores) // 2)
    return [row for row in (scores[:half], scores[half:]) if row]


def _words(invitation: Invitation, show: Callable[[str], str]) -> Words:
    definition = shown_to(invitation).definition
    values = _values(invitation)
    scale = _opening_scale(invitation)
    return Words(
        title=fill(definition.title, values, show),
        introduction=fill(definition.introduction, values, show).strip(),
        question=fill(scale.text, values, show) if scale else "",
        low_label=scale.low_label if scale else "",
        high_label=scale.high_label if scale else "",
    )


def _values(invitation: Invitation) -> Mapping[str, object]:
    attributes = invitation.event.attributes if invitation.event else {}
    return {
        "customer.name": invitation.customer.name if invitation.customer else "",
        "touchpoint.name": invitation.touchpoint.name if invitation.touchpoint else "",
        **{f"event.{name}": value for name, value in attributes.items() if not isinstance(value, dict | list)},
    }


def _compose_sms(delivery: Delivery, now: datetime) -> Letter:
    title = _words(delivery.invitation, in_plain_text).title[:LONGEST_SMS_TITLE]
    locale = shown_to(delivery.invitation).definition.locale
    with translation.override(locale):
        no_more = _("No more of these: %(link)s") % {"link": unsubscribe_link(delivery)}
    text = f"{settings.ORGANISATION_NAME}: {title} {survey_link(delivery.invitation)} {no_more}"
    return Letter(delivery.address, "", text, headers={"Message-ID": message_id(delivery)}, locale=locale)


def _compose_webhook(delivery: Delivery, now: datetime) -> Letter:
    invitation = delivery.invitation
    content = {
        "type": f"invitation.{delivery.kind}",
        "timestamp": now.isoformat(),
        "data": {
            "customer": invitation.customer.external_id if invitation.customer else None,
            "survey": invitation.version.survey.slug,
            "touchpoint": invitation.touchpoint.slug if invitation.touchpoint else None,
            "event": invitation.event.event_id if invitation.event else None,
            "link": survey_link(invitation),
            "expires_at": invitation.expires_at.isoformat(),
        },
    }
    headers = {"Message-ID": message_id(delivery).strip("<>")}
    return Letter(delivery.address, "", json.dumps(content, separators=(",", ":")), headers=headers)


def _compose_link(delivery: Delivery, now: datetime) -> Letter:
    return Letter("", "", survey_link(delivery.invitation))


COMPOSERS: dict[str, Callable[[Delivery, datetime], Letter]] = {
    Channel.EMAIL: _compose_email,
    Channel.SMS: _compose_sms,
    Channel.WEBHOOK: _compose_webhook,
    Channel.LINK: _compose_link,
}
