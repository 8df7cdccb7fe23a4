"""Published versions as this process keeps them. A version never changes, so nothing here grows stale."""

from functools import lru_cache

from surveys.definition.schema import read_definition
from surveys.forms.loaded import LoadedSurvey
from surveys.models import SurveyVersion


@lru_cache(maxsize=128)
def load_version(version_id: int, checksum: str) -> LoadedSurvey:
    """The checksum is part of the name: a database put back in place may give an id to another survey."""
    data = SurveyVersion.objects.values_list("definition", flat=True).get(pk=version_id)
    return LoadedSurvey(version_id, checksum, read_definition(data))


def loaded(version: SurveyVersion) -> LoadedSurvey:
    return load_version(version.pk, version.checksum)
