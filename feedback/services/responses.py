"""The one way in for answers: page, API, import and recovery question all end here, with the same checks."""

import uuid
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.utils.functional import Promise

from feedback.hooks import response_submitted
from feedback.models import Answer, Response
from feedback.services.answer_rows import Reason, answer_rows, set_aside, strangers, values_of, write_answers
from feedback.services.origin import Origin, day_only
from feedback.services.redaction import hide_in_strange, hide_personal_data
from surveys.definition.flow import Answers, missing, shown
from surveys.definition.schema import Definition
from surveys.forms.reading import read_answers, wanted
from surveys.models import Invitation
from surveys.services.invitations import LinkUsed, take_invitation, taking
from surveys.services.published import loaded
from vocplatform.lib.statements import insert_family, insert_rows

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
    draft = draft_of(origin, definition, raw, submission, now=now, requires_all=requires_all)
    if submission.response_id is None:
        try:
            return draft.finish_new()
        except (IntegrityError, LinkUsed, AnswersRefused):
            pass  # perhaps another tab or a second click was quicker: then its row is there now
    return draft.finish()


def draft_of(
    origin: Origin,
    definition: Definition,
    raw: Mapping[str, object],
    submission: Submission,
    *,
    now: datetime,
    requires_all: bool = True,
) -> "Draft":
    """What was said, checked one by one and without what names a person. Raises AnswersRefused."""
    read = read_answers(definition.questions, raw)
    if read.errors:
        raise AnswersRefused(read.errors)
    values, unknown = hide_personal_data(definition, read.values), hide_in_strange(strangers(raw, definition))
    return Draft(origin, definition, submission, now, requires_all, values, unknown)


@dataclass(slots=True)
class Draft:
    """One response on its way into the database."""

    origin: Origin
    definition: Definition
    submission: Submission
    now: datetime
    requires_all: bool
    values: Answers
    unknown: Mapping[str, object]

    def rows(self) -> tuple[Response, list[Answer]] | None:
        """The rows of a response that nobody began before; None where something has to be set aside beside it.

        Raises AnswersRefused.
        """
        kept = self._kept(self.values)
        if self.unknown or len(kept) < len(self.values):
            return None
        response = new_response(self.origin, self.definition, self._identity(), **self._ending())
        return response, answer_rows(self.definition, kept)

    def finish_new(self) -> Response:
        """For a response that nobody began before: nearly all of them, and in as few statements as can be."""
        rows = self.rows()
        if rows is None:
            return self.finish()
        response, answers = rows
        with transaction.atomic() if connection.in_atomic_block else nullcontext():
            if not insert_family(response, answers, "response_id", guard=self._taking()):
                raise LinkUsed(self.origin.invitation_id)
        response_submitted.announce(response.pk)
        return response

    @transaction.atomic
    def finish(self) -> Response:
        """Raises LinkUsed when another submission was first."""
        existing = find_response(self.origin, self.definition, self.submission.submission_id)
        if existing and existing.submitted_at:
            return self._sent_before(existing)
        if self.origin.invitation_id:
            take_invitation(self.origin.invitation_id, **self._taking_terms())
        stored = values_of(existing.answers.all(), self.definition) if existing else {}
        merged = {key: v for key, v in {**stored, **self.values}.items() if key not in self.submission.cleared}
        kept = self._kept(merged)
        response = self._save(existing)
        write_answers(response.pk, self.definition, kept)
        self._put_aside(response.pk, {key: value for key, value in merged.items() if key not in kept}, stored)
        response_submitted.announce(response.pk)
        return response

    def _sent_before(self, existing: Response) -> Response:
        if existing.submission_id == self.submission.submission_id:
            return existing
        raise LinkUsed(existing.pk)

    def _taking(self) -> tuple[str, list] | None:
        return taking(self.origin.invitation_id, **self._taking_terms()) if self.origin.invitation_id else None

    def _taking_terms(self) -> dict:
        now = day_only(self.now) if self.definition.is_anonymous else self.now
        return {"now": now, "started": self.submission.started_at is not None}

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
        if existing is None:
            response = new_response(self.origin, self.definition, self._identity(), **self._ending())
            insert_rows([response])
            return response
        for name, value in self._ending().items():
            setattr(existing, name, value)
        existing.save(update_fields=self._ending())
        return existing

    def _identity(self) -> tuple[uuid.UUID, datetime]:
        return self.submission.submission_id, self._started_at

    @property
    def _started_at(self) -> datetime:
        """Two hosts never agree to the second; nobody ends before the start."""
        return min(self.submission.started_at or self.now, self.now)

    def _ending(self) -> dict[str, object]:
        seconds = (self.now - self._started_at).total_seconds() if self.submission.started_at else None
        flags = [*self.submission.flags, *([TOO_FAST] if seconds is not None and seconds < HUMAN_SECONDS else [])]
        return {
            "submitted_at": day_only(self.now) if self.definition.is_anonymous else self.now,
            "seconds_taken": None if seconds is None else int(seconds),
            "flags": flags,
            "is_flagged": not LEFT_OUT_OF_FIGURES.isdisjoint(flags),
            "locale": self.origin.locale or self.definition.locale,  # she may have switched since she began
        }

    def _put_aside(self, response_id: int, hidden: Answers, stored: Answers) -> None:
        gone = (stored.keys() & hidden.keys()) | (stored.keys() & self.submission.cleared)
        if gone:
            Answer.objects.filter(response_id=response_id, question_key__in=gone).delete()
        if hidden:
            set_aside(response_id, hidden, Reason.HIDDEN, now=self.now)
        if self.unknown:
            set_aside(response_id, self.unknown, Reason.UNKNOWN, now=self.now)


def new_response(
    origin: Origin, definition: Definition, identity: tuple[uuid.UUID, datetime], **columns: object
) -> Response:
    """Anonymous surveys lose the person and the hour before the row exists."""
    submission_id, started_at = identity
    if definition.is_anonymous:
        origin, started_at = origin.without_person(), day_only(started_at)
    given = origin.columns() | columns
    given["locale"] = origin.locale or definition.locale
    return Response(submission_id=submission_id, started_at=started_at, **given)


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
    values = hide_personal_data(definition, values)
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
        identity = submission.submission_id, min(submission.started_at or now, now)
        response = new_response(origin, definition, identity)
        insert_rows([response])
    write_answers(response.pk, definition, values)
    if submission.cleared:
        Answer.objects.filter(response=response, question_key__in=submission.cleared).delete()
    return response
