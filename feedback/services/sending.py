"""Answers that another system collected and sends here, each kept once however often it is sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from feedback.models import Response
from feedback.services.answer_rows import values_of
from feedback.services.collected import Collected, find_collected, record_collected
from surveys.definition.flow import shown
from surveys.definition.kinds import Shape
from surveys.forms.reading import read_answers
from surveys.models import Customer, SurveyVersion, Touchpoint
from surveys.services.customers import CustomerDetails, CustomerErased, upsert_customer
from surveys.services.published import loaded


class ResponseConflict(Exception):
    """The sender used this id before, for other answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One answer in the sender's words; `answers` are by question key."""

    response_id: str
    version: SurveyVersion
    answers: Mapping[str, object]
    submitted_at: datetime
    touchpoint: Touchpoint | None = None
    customer: CustomerDetails | None = None
    channel: str
    locale: str = ""
    source_type: str


def take_sent(source_id: int, sent: Sent, *, now: datetime) -> tuple[Response, bool]:
    """Keep the answer, True when it is new; scoring follows.

    Raises ResponseConflict, AnswersRefused, BadAddress or NobodyNamed. What an erased person said is kept without her.
    """
    reference = f"{source_id}:{sent.response_id}"
    known = find_collected(sent.source_type, reference)
    if known is not None:
        if known.survey_id != sent.version.survey_id or _differs(known, sent):
            raise ResponseConflict(sent.response_id)
        return known, False
    item = Collected(
        answers=sent.answers,
        submitted_at=min(sent.submitted_at, now),
        external_ref=reference,
        customer=_customer(sent.customer, now=now),
        touchpoint=sent.touchpoint,
        channel=sent.channel,
        locale=sent.locale,
    )
    return record_collected(sent.version, item, source_type=sent.source_type)


def left_aside(sent: Sent) -> list[str]:
    """The keys of what is kept beside the answers: nobody asks it, or not of somebody who answered like this."""
    definition = loaded(sent.version).definition
    values = read_answers(definition.questions, sent.answers).values
    path = {question.key for question in shown(definition, values)}
    return sorted(
        key for key in sent.answers if definition.question(key) is None or (key in values and key not in path)
    )


def _differs(known: Response, sent: Sent) -> bool:
    """Numbers and choices decide: words may have been made unreadable since. What the customer changed is hers."""
    if known.edited_at:
        return False
    definition = loaded(sent.version).definition
    said = read_answers(definition.questions, sent.answers).values
    kept = values_of(known.answers.all(), definition)
    fixed = {question.key for question in definition.questions if question.nature.shape is not Shape.WORDS}
    return any(said.get(key) != kept[key] for key in kept.keys() & fixed)


def _customer(details: CustomerDetails | None, *, now: datetime) -> Customer | None:
    if details is None:
        return None
    try:
        return upsert_customer(details, now=now)[0]
    except CustomerErased:
        return None
