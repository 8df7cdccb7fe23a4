from dataclasses import dataclass
from enum import StrEnum

from surveys.definition.schema import DefinedQuestion


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One sentence about one question (its key), or about the whole survey (None)."""

    severity: Severity
    question: str | None
    sentence: str
    page: str = ""  # the page of the designer on which it is mended, where that is not the form

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR


def error(sentence: str, question: DefinedQuestion | None = None) -> Problem:
    return Problem(Severity.ERROR, question.key if question else None, sentence)


def warning(sentence: str, question: DefinedQuestion | None = None) -> Problem:
    return Problem(Severity.WARNING, question.key if question else None, sentence)


def named(question: DefinedQuestion) -> str:
    """The question as a sentence can quote it."""
    text = question.text if len(question.text) <= 50 else question.text[:49].rstrip() + "…"
    return f"“{text or question.key}”"
