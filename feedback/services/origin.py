"""Where an answer comes from: the columns of a response that no answer fills."""

from dataclasses import dataclass, replace
from datetime import datetime

from feedback.models import Response
from surveys.models import Channel, CollectionLink, Invitation, SurveyVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    survey_id: int
    version_id: int
    invitation_id: int | None = None
    link_id: int | None = None
    customer_id: int | None = None
    touchpoint_id: int | None = None
    channel: str = Channel.LINK
    locale: str = ""
    is_test: bool = False
    source_type: str = Response.SourceType.SURVEY
    external_ref: str | None = None

    @classmethod
    def of_invitation(cls, invitation: Invitation) -> "Origin":
        return cls(
            survey_id=invitation.version.survey_id,
            version_id=invitation.version_id,
            invitation_id=invitation.pk,
            customer_id=invitation.customer_id,
            touchpoint_id=invitation.touchpoint_id,
            channel=invitation.channel,
            is_test=invitation.is_test,
        )

    @classmethod
    def of_link(cls, link: CollectionLink, version: SurveyVersion) -> "Origin":
        return cls(
            survey_id=version.survey_id,
            version_id=version.pk,
            link_id=link.pk,
            touchpoint_id=link.touchpoint_id,
            channel=link.channel,
        )

    def without_person(self) -> "Origin":
        """For anonymous surveys: nothing that leads back to an invitation or a customer."""
        return replace(self, invitation_id=None, customer_id=None, external_ref=None)

    def columns(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in self.__slots__}


def day_only(moment: datetime) -> datetime:
    """Anonymous answers know their day and nothing finer."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)
