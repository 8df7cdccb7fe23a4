"""The one way in for answers: page, API, import and recovery question all end here, with the same checks."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.functional import Promise

from feedback.hooks import response_submitted
from feedback.models import Answer, Response
from feedback.services.answer_rows import Reason, insert_answers, set_aside, strangers, values_of, write_answers
from feedback.services.origin import Origin, day_only
from surveys.definition.flow import Answers, missing, shown
from surveys.definition.schema import Definition
from surveys.forms.reading import read_answers, wanted
from surveys.models import Customer, Invitation, SurveyVersion, Touchpoint
from surveys.services.invitations import LinkUsed, take_invitation
from surveys.services.published import loaded
from vocplatform.lib.statements import insert_rows

TOO_FAST = "too_fast"
TRAP = "trap"
NO_FORM = "no_form"
SEVERAL_SCORES = "several_scores"
LEFT_OUT_OF_FIGURES = frozenset({TOO_FAST, TRAP, SEVERAL_SCORES})
HUMAN_SECONDS = 1.0  # nobody reads and answers faster; programs do


class AnswersRefused(Exception):
    """Some answers are missing or wrong: question key -> a sentence that says what is wanted."""

    def __init__(self, errors: Mapping[str, str | Promise]) -> None:
        super().__init__(", ".join(errors))
        self.errors = dict(errors)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What came with the answers. `response_id` is a partial response that the door already knows of."""

    submission_id: uuid.UUID = field(default_factory=uuid.uuid4)
    started_at: datetime | None = None
    flags: tuple[str, ...] = ()
    response_id: int | None = None
    cleared: frozenset[str] = frozenset()


def submit_response(
    invitation: Invitation,
    answers: Mapping[str, object],
    *,
    now: datetime,
    submission_id: uuid.UUID | None = None,
    started_at: datetime | None = None,
) -> Response:
    """Save one answered invitation; scoring follows. Raises LinkUsed or AnswersRefused."""
    submission = Submission(submission_id=submission_id or uuid.uuid4(), started_at=started_at)
    definition = loaded(invitation.version).definition
    return submit(Origin.of_invitation(invitation), definition, answers, submission, now=now)


def record_response(
    version: SurveyVersion,
    answers: Mapping[str, object],
    *,
    now: datetime,
    source_type: str,
    external_ref: str | None = None,
    customer: Customer | None = None,
    touchpoint: Touchpoint | None = None,
    channel: str = "api",
    locale: str = "",
    submitted_at: datetime | None = None,
    is_test: bool = False,
    requires_all: bool = True,
) -> tuple[Response, bool]:
    """Take an answer that reached us by another way; return it and whether it is new.

    The sender's id makes a second delivery the same response. `requires_all=False` takes what an old file has.
    Raises AnswersRefused.
    """
    same = Response.objects.filter(source_type=source_type, external_ref=external_ref)
    if external_ref is not None and (known := same.first()):
        return known, False
    origin = Origin(
        survey_id=version.survey_id,
        version_id=version.pk,
        customer_id=customer and customer.pk,
        touchpoint_id=touchpoint and touchpoint.pk,
        channel=channel,
        locale=locale,
        is_test=is_test,
        source_type=source_type,
        external_ref=external_ref,
    )
    definition = loaded(version).definition
    try:
        response = submit(origin, definition, answers, Submission(), now=submitted_at or now, requires_all=requires_all)
    except IntegrityError:
        if external_ref is None or not (known := same.first()):
            raise
        return known, False
    return response, True


def submit(
    origin: Origin,
    definition: Definition,
    raw: Mapping[str, object],
    submission: Submission,
    *,
    now: datetime,
    requires_all: bool = True,
) -> Response:
    """Finish a response in one transaction. The same submission sent again returns the response it made.

    Raises LinkUsed and AnswersRefused.
    """
    read = read_answers(definition.questions, raw)
    if read.errors:
        raise AnswersRefused(read.errors)
    draft = _Draft(origin, definition, submission, now, requires_all, read.values, strangers(raw, definition))
    try:
        return draft.finish(submission.response_id is not None)
    except IntegrityError:
        # Another tab or a second click was quicker: the row it made is there now.
        return draft.finish(True)


@dataclass(slots=True)
class _Draft:
    origin: Origin
    definition: Definition
    submission: Submission
    now: datetime
    requires_all: bool
    values: Answers
    unknown: Mapping[str, object]

    @transaction.atomic
    def finish(self, may_exist: bool) -> Response:
        existing = find_response(self.origin, self.definition, self.submission.submission_id) if may_exist else None
        if existing and existing.submitted_at:
            return self._sent_before(existing)
        self._take_link()
        stored = values_of(existing.answers.all(), self.definition) if existing else {}
        merged = {**stored, **self.values}
        for key in self.submission.cleared:
            merged.pop(key, None)
        kept = self._kept(merged)
        response = self._save(existing)
        write = write_answers if existing else insert_answers
        write(response.pk, self.definition, kept)
        self._put_aside(response.pk, {key: value for key, value in merged.items() if key not in kept}, stored)
        response_submitted.announce(response.pk)
        return response

    def _sent_before(self, existing: Response) -> Response:
        if existing.submission_id == self.submission.submission_id:
            return existing
        raise LinkUsed(existing.pk)

    def _take_link(self) -> None:
        if self.origin.invitation_id is None:
            return
        answered_at = day_only(self.now) if self.definition.is_anonymous else self.now
        has_started = self.submission.started_at is not None
        take_invitation(self.origin.invitation_id, now=answered_at, started=has_started)

    def _kept(self, merged: Answers) -> Answers:
        """What counts: the answers on this person's path. Raises AnswersRefused."""
        path = shown(self.definition, merged)
        lacking = missing(self.definition, merged) if self.requires_all else []
        kept = {question.key: merged[question.key] for question in path if question.key in merged}
        if not kept:
            lacking = lacking or path[:1]
        if lacking:
            raise AnswersRefused({question.key: wanted(question) for question in lacking})
        return kept

    def _save(self, existing: Response | None) -> Response:
        started_at = min(self.submission.started_at or self.now, self.now)
        flags = self._flags(started_at)
        columns = {
            "submitted_at": day_only(self.now) if self.definition.is_anonymous else self.now,
            "seconds_taken": int((self.now - started_at).total_seconds()) if self.submission.started_at else None,
            "flags": flags,
            "is_flagged": not LEFT_OUT_OF_FIGURES.isdisjoint(flags),
        }
        if existing:
            for name, value in columns.items():
                setattr(existing, name, value)
            existing.save(update_fields=columns)
            return existing
        return create_response(self.origin, self.definition, self.submission.submission_id, started_at, **columns)

    def _flags(self, started_at: datetime) -> list[str]:
        flags = list(self.submission.flags)
        if self.submission.started_at and (self.now - started_at).total_seconds() < HUMAN_SECONDS:
            flags.append(TOO_FAST)
        return flags

    def _put_aside(self, response_id: int, hidden: Answers, stored: Answers) -> None:
        gone = (stored.keys() & hidden.keys()) | (stored.keys() & self.submission.cleared)
        if gone:
            Answer.objects.filter(response_id=response_id, question_key__in=gone).delete()
        if hidden:
            set_aside(response_id, hidden, Reason.HIDDEN, now=self.now)
        if self.unknown:
            set_aside(response_id, self.unknown, Reason.UNKNOWN, now=self.now)


def create_response(
    origin: Origin, definition: Definition, submission_id: uuid.UUID, started_at: datetime, **columns
) -> Response:
    """Anonymous surveys lose the person and the hour before the row exists."""
    if definition.is_anonymous:
        origin = origin.without_person()
        started_at = day_only(started_at)
    given = origin.columns()
    given["locale"] = origin.locale or definition.locale
    response = Response(submission_id=submission_id, started_at=started_at, **given, **columns)
    insert_rows([response])
    return response


def find_response(origin: Origin, definition: Definition, submission_id: uuid.UUID) -> Response | None:
    """The response that this link or this form began, locked until the transaction ends."""
    rows = Response.objects.select_for_update()
    if origin.invitation_id and not definition.is_anonymous:
        return rows.filter(invitation_id=origin.invitation_id).first()
    return rows.filter(submission_id=submission_id).first()


def save_partial(
    origin: Origin, definition: Definition, values: Answers, submission: Submission, *, now: datetime
) -> Response:
    """Keep the answers of one page before the last. Raises LinkUsed when the response was finished meanwhile."""
    try:
        return _save_partial(origin, definition, values, submission, now)
    except IntegrityError:
        return _save_partial(origin, definition, values, submission, now)


@transaction.atomic
def _save_partial(
    origin: Origin, definition: Definition, values: Answers, submission: Submission, now: datetime
) -> Response:
    response = find_response(origin, definition, submission.submission_id)
    if response and response.submitted_at:
        raise LinkUsed(response.pk)
    if response is None:
        started_at = min(submission.started_at or now, now)
        response = create_response(origin, definition, submission.submission_id, started_at)
    write_answers(response.pk, definition, values)
    if submission.cleared:
        Answer.objects.filter(response=response, question_key__in=submission.cleared).delete()
    return response
