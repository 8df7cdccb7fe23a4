"""Answers that another system collected and sends here, each kept once however often it is sent."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from feedback.models import Response
from feedback.services.answer_rows import values_of
from feedback.services.origin import Origin
from feedback.services.responses import Submission, submit
from surveys.definition.kinds import Shape
from surveys.definition.schema import Definition
from surveys.forms.reading import read_answers
from surveys.models import Customer, Source, SurveyVersion, Touchpoint
from surveys.services.customers import CustomerDetails, CustomerErased, upsert_customer
from surveys.services.published import loaded
from vocplatform.lib.tokens import keyed_digest


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


@transaction.atomic
def take_sent(source: Source, sent: Sent, *, now: datetime) -> tuple[Response, bool]:
    """Keep the answer, True when it is new; scoring follows.

    Raises ResponseConflict, AnswersRefused, BadAddress or NobodyNamed. What an erased person said is kept without her.
    """
    definition, submission_id = loaded(sent.version).definition, _submission_id(source, sent.response_id)
    known = Response.objects.filter(submission_id=submission_id).first()
    if known is not None:
        if known.survey_id != sent.version.survey_id or _differs(known, sent.answers, definition):
            raise ResponseConflict(sent.response_id)
        return known, False
    customer = _customer(sent.customer, now=now)
    origin = Origin(
        survey_id=sent.version.survey_id,
        version_id=sent.version.pk,
        customer_id=customer and customer.pk,
        touchpoint_id=sent.touchpoint and sent.touchpoint.pk,
        channel=sent.channel,
        locale=sent.locale,
        source_type=sent.source_type,
        external_ref=f"{source.pk}:{sent.response_id}",
    )
    submission = Submission(submission_id=submission_id)
    return submit(origin, definition, sent.answers, submission, now=min(sent.submitted_at, now)), True


def _submission_id(source: Source, response_id: str) -> uuid.UUID:
    """Tells a replay also where the survey is anonymous and the sender's id is not kept."""
    return uuid.UUID(keyed_digest("sent-response", f"{source.pk}:{response_id}")[:32])


def _differs(known: Response, answers: Mapping[str, object], definition: Definition) -> bool:
    """Numbers and choices decide: words may have been made unreadable since. What the customer changed is hers."""
    if known.edited_at:
        return False
    said = read_answers(definition.questions, answers).values
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
