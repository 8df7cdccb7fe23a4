"""What stands behind a link, read in one query: the survey to draw, where an answer would go, and whether it may."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import QuerySet

from feedback.models import Answer, Response
from feedback.services.answer_rows import values_of
from feedback.services.origin import Origin
from surveys.definition.flow import Value
from surveys.definition.languages import best_language
from surveys.forms.loaded import LoadedSurvey
from surveys.forms.state import FormState
from surveys.models import CollectionLink, Customer, Invitation, SurveyVersion
from surveys.services.invitations import FINISH_WITHIN, MAIL_PROGRAMS_ADD, survey_path
from surveys.services.published import load_version, loaded, person_name
from vocplatform.lib.statements import PreparedRow
from vocplatform.lib.tokens import token_digest

LONGEST_TOKEN = 100


class Standing(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Begun:
    """The response that was begun or finished through this link."""

    pk: int
    submission_id: UUID
    submitted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Link:
    """`secret` is the token or code that its forms are signed for; `ended_at` is when it closed to newcomers."""

    secret: str
    path: str
    survey: LoadedSurvey
    origin: Origin
    standing: Standing
    ended_at: datetime | None = None
    begun: Begun | None = None
    edit_window_hours: int = 0

    @property
    def is_anonymous(self) -> bool:
        return self.survey.definition.is_anonymous

    def answers(self) -> dict[str, Value]:
        """What was answered so far."""
        if self.begun is None:
            return {}
        return values_of(Answer.objects.filter(response_id=self.begun.pk), self.survey.definition)

    def is_own(self, state: FormState | None) -> bool:
        """Whoever holds the form that began the response typed it; the link alone may have been forwarded."""
        return state is not None and self.begun is not None and state.submission_id == self.begun.submission_id

    def may_edit(self, now: datetime) -> bool:
        if self.begun is None or self.begun.submitted_at is None or self.is_anonymous:
            return False
        return now < self.begun.submitted_at + timedelta(hours=self.edit_window_hours)

    def may_finish(self, state: FormState | None, now: datetime) -> bool:
        """A form opened before the end is still taken for a day."""
        if self.standing is Standing.OPEN:
            return True
        is_over = self.standing in {Standing.EXPIRED, Standing.CLOSED} and self.ended_at is not None
        return bool(is_over and state and state.started_at < self.ended_at and now < self.ended_at + FINISH_WITHIN)


INVITATION_COLUMNS = (
    "id",
    "status",
    "expires_at",
    "is_test",
    "channel",
    "customer_id",
    "touchpoint_id",
    "version_id",
    "version__checksum",
    "version__survey_id",
    "version__survey__closed_at",
    "version__survey__edit_window_hours",
    "response__id",
    "response__submission_id",
    "response__submitted_at",
)


def find_personal_link(token: str, *, now: datetime) -> Link | None:
    """The link of one invitation, or None for a token that was never issued.

    A stop or bracket that a mail program took for part of the link is forgiven once.
    """
    if not token or len(token) > LONGEST_TOKEN:
        return None
    link = _personal_link(token, now)
    if link is None and token[-1] in MAIL_PROGRAMS_ADD:
        link = _personal_link(token[:-1], now)
    return link


by_digest = PreparedRow(Invitation.objects.order_by().filter(token_digest="").values_list(*INVITATION_COLUMNS))


def _personal_link(token: str, now: datetime) -> Link | None:
    row = by_digest.get(token_digest(token))
    if row is None:
        return None
    origin = Origin(
        survey_id=row.version__survey_id,
        version_id=row.version_id,
        invitation_id=row.id,
        customer_id=row.customer_id,
        touchpoint_id=row.touchpoint_id,
        channel=row.channel,
        is_test=row.is_test,
    )
    standing, ended_at = _standing(row.status, row.expires_at, row.version__survey__closed_at, now)
    begun = Begun(row.response__id, row.response__submission_id, row.response__submitted_at)
    return Link(
        secret=token,
        path=survey_path(token),
        survey=load_version(row.version_id, row.version__checksum),
        origin=origin,
        standing=standing,
        ended_at=ended_at,
        begun=begun if begun.pk else None,
        edit_window_hours=row.version__survey__edit_window_hours,
    )


def _standing(
    status: str, expires_at: datetime, closed_at: datetime | None, now: datetime
) -> tuple[Standing, datetime | None]:
    if status in {Invitation.Status.ANSWERED, Invitation.Status.WITHDRAWN}:
        return Standing(status), None
    if closed_at is not None and closed_at <= now:
        return Standing.CLOSED, closed_at
    if status == Invitation.Status.EXPIRED or expires_at <= now:
        return Standing.EXPIRED, expires_at
    return Standing.OPEN, None


def reread(link: Link, state: FormState | None) -> Link:
    """The same link with whatever response it has by now."""
    if link.origin.invitation_id is None or link.is_anonymous:
        return resumed(link, state)
    return replace(link, begun=_begun(Response.objects.filter(invitation_id=link.origin.invitation_id)))


def find_collection_link(code: str, *, now: datetime) -> Link | None:
    """A link for many people; None for an unknown code and for a survey that was never published."""
    found = CollectionLink.objects.filter(code=code.upper(), survey__live_version__isnull=False)
    row = found.select_related("survey__live_version").first()
    if row is None:
        return None
    is_open = row.is_open and row.survey.is_open(now)
    return Link(
        secret=row.code,
        path=f"/c/{row.code}/",
        survey=loaded(row.survey.live_version),
        origin=Origin.of_link(row, row.survey.live_version),
        standing=Standing.OPEN if is_open else Standing.CLOSED,
        ended_at=None if is_open else row.survey.closed_at or row.updated_at,
        edit_window_hours=row.survey.edit_window_hours,
    )


def resumed(link: Link, state: FormState | None) -> Link:
    """The link as the holder of this form knows it: where no invitation ties them, only the form knows the response.

    Who began with one version finishes it, whatever was published since.
    """
    if state is None or (link.origin.invitation_id and not link.is_anonymous):
        return link
    link = replace(link, begun=_begun(Response.objects.filter(submission_id=state.submission_id)))
    if state.version_id == link.origin.version_id:
        return link
    version = SurveyVersion.objects.filter(pk=state.version_id, survey_id=link.origin.survey_id).first()
    if version is None:
        return link
    return replace(link, survey=loaded(version), origin=replace(link.origin, version_id=version.pk))


def _begun(rows: QuerySet) -> Begun | None:
    row = rows.values_list("pk", "submission_id", "submitted_at").first()
    return Begun(*row) if row else None


def as_seen(link: Link, state: FormState | None, *, wanted: Iterable[str] = ()) -> Link:
    """The link as its reader sees it: in a language of the survey, with the rotating questions that she drew.

    `wanted` are further languages by falling preference, after the one that the form or the customer names.
    """
    survey = link.survey
    if not survey.has_faces:
        return link
    origin = link.origin
    person = person_name(origin.customer_id, origin.invitation_id) or (state and str(state.submission_id))
    locale = _language(link, state, wanted) if survey.definition.translations else ""
    return replace(link, survey=survey.face(locale, person))


def _language(link: Link, state: FormState | None, wanted: Iterable[str]) -> str:
    tags = [state.locale] if state and state.locale else [_language_of(link.origin.customer_id), *wanted]
    found = (best_language(link.survey.definition, tag) for tag in tags if tag)
    return next((locale for locale in found if locale), link.survey.definition.locale)


def _language_of(customer_id: int | None) -> str:
    found = Customer.objects.filter(pk=customer_id).values_list("locale", flat=True) if customer_id else ()
    return next(iter(found), "")
