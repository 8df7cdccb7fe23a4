"""Answers that reached us by another way: each is kept once, however often and in whatever company it is sent."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from feedback.hooks import response_submitted
from feedback.models import Answer, Response
from feedback.services.origin import Origin
from feedback.services.responses import AnswersRefused, Draft, Submission, draft_of, submit
from surveys.definition.schema import Definition
from surveys.models import Customer, SurveyVersion, Touchpoint
from surveys.services.published import loaded
from vocplatform.lib.bulk import insert_all
from vocplatform.lib.statements import PreparedRow
from vocplatform.lib.tokens import keyed_digest

NUDGED = 50  # of more than these the sweep tells the workers: they come from a file, and nobody waits for them


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """One answer as it was collected; `external_ref` is the sender's id, which makes a replay the same response."""

    answers: Mapping[str, object]
    submitted_at: datetime
    external_ref: str | None = None
    customer: Customer | None = None
    touchpoint: Touchpoint | None = None
    channel: str = "api"
    locale: str = ""
    is_test: bool = False

    def origin(self, version: SurveyVersion, source_type: str) -> Origin:
        return Origin(
            survey_id=version.survey_id,
            version_id=version.pk,
            customer_id=self.customer and self.customer.pk,
            touchpoint_id=self.touchpoint and self.touchpoint.pk,
            channel=self.channel,
            locale=self.locale,
            is_test=self.is_test,
            source_type=source_type,
            external_ref=self.external_ref,
        )


def submission_id(source_type: str, external_ref: str) -> uuid.UUID:
    """Tells a second delivery also where the survey is anonymous and the sender's id is not kept."""
    return uuid.UUID(keyed_digest("collected", f"{source_type}:{external_ref}")[:32])


_one_like_it = PreparedRow(
    Response.objects.order_by()
    .filter(Q(source_type="", external_ref="") | Q(submission_id=uuid.UUID(int=0)))
    .values_list("pk")
)


def find_collected(source_type: str, external_ref: str) -> Response | None:
    own_id = Response._meta.get_field("submission_id").get_db_prep_value(
        submission_id(source_type, external_ref), connection
    )
    known = _one_like_it.get(external_ref, source_type, own_id)
    return Response.objects.filter(pk=known.pk).first() if known else None


def record_response(
    version: SurveyVersion,
    answers: Mapping[str, object],
    *,
    now: datetime,
    source_type: str,
    submitted_at: datetime | None = None,
    requires_all: bool = True,
    **rest: object,
) -> tuple[Response, bool]:
    """Take one answer; return it and whether it is new. `rest` is as in Collected.

    `requires_all=False` takes what an old file has. Raises AnswersRefused.
    """
    item = Collected(answers=answers, submitted_at=submitted_at or now, **rest)
    if item.external_ref is not None and (known := find_collected(source_type, item.external_ref)):
        return known, False
    return record_collected(version, item, source_type=source_type, requires_all=requires_all)


def record_collected(
    version: SurveyVersion, item: Collected, *, source_type: str, requires_all: bool = True
) -> tuple[Response, bool]:
    """The same for one that was looked for and not found; somebody may have been quicker all the same."""
    origin, definition = item.origin(version, source_type), loaded(version).definition
    moment, submission = item.submitted_at, _submission(item, source_type)
    try:
        return submit(origin, definition, item.answers, submission, now=moment, requires_all=requires_all), True
    except IntegrityError:
        if item.external_ref is None or not (known := find_collected(source_type, item.external_ref)):
            raise
        return known, False


def record_responses(
    version: SurveyVersion, items: Sequence[Collected], *, source_type: str, now: datetime
) -> list[bool | AnswersRefused]:
    """Take many answers of a file in a few statements: for each True (new), False (known before) or why not.

    Required questions may be missing, as an old file has it.
    """
    try:
        return _record_at_once(version, items, source_type)
    except IntegrityError:  # somebody else sends the same ones at this moment
        return [_record_singly(version, item, source_type, now) for item in items]


@transaction.atomic
def _record_at_once(
    version: SurveyVersion, items: Sequence[Collected], source_type: str
) -> list[bool | AnswersRefused]:
    definition = loaded(version).definition
    known, drafts, found = _known(items, source_type), [], []
    for item in items:
        outcome = item.external_ref not in known
        if outcome:
            known |= {item.external_ref} - {None}
            try:
                drafts.append(_draft(version, definition, item, source_type))
            except AnswersRefused as refused:
                outcome = refused
        found.append(outcome)
    _write(drafts)
    return found


def _draft(version: SurveyVersion, definition: Definition, item: Collected, source_type: str) -> tuple:
    """The draft and its rows, None where it has to be written by itself. Raises AnswersRefused."""
    draft = draft_of(
        item.origin(version, source_type),
        definition,
        item.answers,
        _submission(item, source_type),
        now=item.submitted_at,
        requires_all=False,
    )
    return draft, draft.rows()


def _write(drafts: list[tuple[Draft, tuple[Response, list[Answer]] | None]]) -> None:
    families = [rows for _, rows in drafts if rows is not None]
    written = [response for response, _ in families]
    insert_all(written)
    insert_all(list(_answers(families)))
    for draft, rows in drafts:
        if rows is None:
            draft.finish()
    if len(written) <= NUDGED:
        for response in written:
            response_submitted.announce(response.pk)


def _answers(families: list[tuple[Response, list[Answer]]]) -> Iterator[Answer]:
    for response, answers in families:
        for answer in answers:
            answer.response_id = response.pk
            yield answer


def _known(items: Sequence[Collected], source_type: str) -> set[str]:
    """The senders' ids among these that we have."""
    ids = {submission_id(source_type, item.external_ref): item.external_ref for item in items if item.external_ref}
    by_id = Response.objects.filter(submission_id__in=ids).values_list("submission_id", flat=True)
    by_ref = Response.objects.filter(source_type=source_type, external_ref__in=ids.values())
    return {ids[each] for each in by_id} | set(by_ref.values_list("external_ref", flat=True))


def _record_singly(version: SurveyVersion, item: Collected, source_type: str, now: datetime) -> bool | AnswersRefused:
    given = {name: getattr(item, name) for name in Collected.__slots__}
    try:
        return record_response(version, now=now, source_type=source_type, requires_all=False, **given)[1]
    except AnswersRefused as refused:
        return refused


def _submission(item: Collected, source_type: str) -> Submission:
    if item.external_ref is None:
        return Submission()
    return Submission(submission_id=submission_id(source_type, item.external_ref))
