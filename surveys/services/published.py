"""Published versions as this process keeps them. A version never changes, so nothing here grows stale."""

from functools import lru_cache

from surveys.definition.languages import best_language
from surveys.definition.schema import read_definition
from surveys.forms.loaded import LoadedSurvey
from surveys.models import Invitation, SurveyVersion


@lru_cache(maxsize=128)
def load_version(version_id: int, checksum: str) -> LoadedSurvey:
    """The checksum is part of the name: a database put back in place may give an id to another survey."""
    data = SurveyVersion.objects.values_list("definition", flat=True).get(pk=version_id)
    return LoadedSurvey(version_id, checksum, read_definition(data))


def loaded(version: SurveyVersion) -> LoadedSurvey:
    return load_version(version.pk, version.checksum)


def shown_to(invitation: Invitation) -> LoadedSurvey:
    """The version as this invitation's customer sees it: her language, her rotating questions."""
    survey = loaded(invitation.version)
    if not survey.has_faces:
        return survey
    wanted = invitation.customer.locale if invitation.customer else ""
    return survey.face(
        best_language(survey.definition, wanted) or "", person_name(invitation.customer_id, invitation.pk)
    )


def person_name(customer_id: int | None, invitation_id: int | None) -> str | None:
    """By what draws know somebody: the customer, or else the invitation."""
    if customer_id is not None:
        return f"customer {customer_id}"
    return f"invitation {invitation_id}" if invitation_id is not None else None
