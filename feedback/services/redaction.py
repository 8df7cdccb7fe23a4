"""What names a person is taken out of words before anything keeps, compares, scores or shows them."""

from collections.abc import Mapping
from typing import TypeVar

from django.conf import settings

from feedback.sentiment.redact import redact
from surveys.definition.kinds import Shape
from surveys.definition.schema import Definition

Said = TypeVar("Said")


def hide_personal_data(definition: Definition, values: Mapping[str, Said]) -> dict[str, Said]:
    """The answers with the words of text questions redacted; numbers and choices are as they were."""
    words = {one.key for one in definition.questions if one.nature.shape is Shape.WORDS}
    return {key: _hidden(value) if key in words else value for key, value in values.items()}


def hide_in_strange(values: Mapping[str, object]) -> dict[str, object]:
    """The same for what fits no question: nobody knows what it is, so all of it is looked at."""
    return {key: _hidden(value) for key, value in values.items()}


def _hidden(value: Said) -> Said:
    return redact(value) if settings.REDACT_ANSWERS and isinstance(value, str) else value
