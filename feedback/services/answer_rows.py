"""Answers as rows and back. A row holds a number, a text, or the keys of choices; never a label."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from feedback.models import Answer, AnswerRevision, SetAsideAnswer
from surveys.definition.flow import Answers, Value
from surveys.definition.kinds import Shape
from surveys.definition.schema import DefinedQuestion, Definition

VALUE_COLUMNS = ("number", "text", "choices")
MOST_STRANGERS = 20  # answers to questions that do not exist: kept, but nobody fills our disk with them
MOST_STRANGE_SIGNS = 500

Reason = SetAsideAnswer.Reason


def as_row(response_id: int | None, question: DefinedQuestion, value: Value) -> Answer:
    row = Answer(response_id=response_id, question_key=question.key, kind=question.kind)
    fill_row(row, question, value)
    return row


def fill_row(row: Answer, question: DefinedQuestion, value: Value) -> None:
    shape = question.nature.shape
    row.number = value if shape is Shape.NUMBER else None
    row.text = value if shape is Shape.WORDS else None
    row.choices = _keys(value) if shape in {Shape.KEY, Shape.KEYS} else None


def _keys(value: Value) -> list[str]:
    return list(value) if isinstance(value, tuple) else [str(value)]


def value_of(row: Answer, question: DefinedQuestion) -> Value | None:
    """None for a row that no longer fits its question, such as choices emptied by hand."""
    if question.nature.shape is Shape.NUMBER:
        return row.number
    if question.nature.shape is Shape.WORDS:
        return row.text
    keys = tuple(row.choices or ())
    if question.nature.shape is Shape.KEYS:
        return keys or None
    return keys[0] if keys else None


def values_of(rows: Iterable[Answer], definition: Definition) -> dict[str, Value]:
    found = {row.question_key: row for row in rows}
    pairs = ((one.key, value_of(found[one.key], one)) for one in definition.questions if one.key in found)
    return {key: value for key, value in pairs if value is not None}


def answer_rows(definition: Definition, values: Answers, response_id: int | None = None) -> list[Answer]:
    return [as_row(response_id, one, values[one.key]) for one in definition.questions if one.key in values]


def write_answers(response_id: int, definition: Definition, values: Answers) -> None:
    """Insert new answers; where one stands already, the later one takes its place."""
    Answer.objects.bulk_create(
        answer_rows(definition, values, response_id),
        update_conflicts=True,
        unique_fields=["response", "question_key"],
        update_fields=["kind", *VALUE_COLUMNS],
    )


def set_aside(response_id: int, values: Mapping[str, object], reason: str, *, now: datetime) -> None:
    SetAsideAnswer.objects.bulk_create(
        SetAsideAnswer(
            response_id=response_id, question_key=key[:100], value=_plain(value), reason=reason, created_at=now
        )
        for key, value in values.items()
    )


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def strangers(raw: Mapping[str, object], definition: Definition) -> dict[str, object]:
    """Answers to questions this survey does not have. Dropping them silently is how answers get lost."""
    known = {question.key for question in definition.questions}
    strange = [key for key in raw if key not in known and raw[key] not in (None, "", [])]
    return {key: str(raw[key])[:MOST_STRANGE_SIGNS] for key in strange[:MOST_STRANGERS]}


def revise(row: Answer, question: DefinedQuestion, value: Value, *, now: datetime) -> None:
    """Change an answer and keep what it said before."""
    AnswerRevision.objects.create(answer=row, previous=row.value, changed_at=now)
    fill_row(row, question, value)
    row.save(update_fields=VALUE_COLUMNS)
