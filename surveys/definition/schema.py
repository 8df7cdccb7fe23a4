"""The shape of a frozen survey, schema 1. Answers name choices by key, never by the words a customer read."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from surveys.definition.kinds import KINDS, Kind

SCHEMA = 1

NUMBER_OPERATORS = frozenset({"at_least", "at_most"})
PRESENCE_OPERATORS = frozenset({"answered", "not_answered"})
# What came into the schema later is left out while it says nothing: an untouched draft keeps its checksum.
LATER_PARTS = {"translations": {}, "rotation_percent": 100, "legal_basis": "interest"}
CONSENT = "consent"  # the legal basis that needs a yes
LATER_QUESTION_PARTS = {"rotation_slot": ""}
OPERATORS = NUMBER_OPERATORS | PRESENCE_OPERATORS | {"is", "is_not"}


class BadDefinition(ValueError):
    """This is not a survey we can read; the text says why."""


@dataclass(frozen=True, slots=True)
class DefinedChoice:
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class ShowIf:
    question: str
    operator: str
    value: int | str | None = None


@dataclass(frozen=True, slots=True)
class DefinedQuestion:
    key: str
    kind: str
    text: str
    help_text: str = ""
    low_label: str = ""
    high_label: str = ""
    minimum: int | None = None
    maximum: int | None = None
    polarity: str | None = None
    is_required: bool = False
    page: int = 1
    choices: tuple[DefinedChoice, ...] = ()
    show_if: ShowIf | None = None
    rotation_slot: str = ""

    @property
    def nature(self) -> Kind:
        return KINDS[self.kind]

    @property
    def numbers(self) -> range:
        """Every point of the scale; empty where there is none."""
        if self.minimum is None or self.maximum is None:
            return range(0)
        return range(self.minimum, self.maximum + 1)

    def choice_text(self, key: str) -> str:
        return next((choice.text for choice in self.choices if choice.key == key), key)


@dataclass(frozen=True, slots=True)
class Definition:
    survey: str
    title: str
    locale: str = "en"
    introduction: str = ""
    thanks_title: str = ""
    thanks_text: str = ""
    privacy_notice: str = ""
    accent_colour: str = "#0b5d66"
    is_anonymous: bool = False
    questions: tuple[DefinedQuestion, ...] = ()
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict, hash=False)
    rotation_percent: int = 100
    legal_basis: str = "interest"
    schema: int = SCHEMA

    @property
    def pages(self) -> list[int]:
        return sorted({question.page for question in self.questions})

    def question(self, key: str) -> DefinedQuestion | None:
        return next((question for question in self.questions if question.key == key), None)

    def on_page(self, page: int) -> list[DefinedQuestion]:
        return [question for question in self.questions if question.page == page]

    def as_data(self) -> dict[str, Any]:
        data = _without_silent(asdict(self), LATER_PARTS)
        data["questions"] = [_without_silent(question, LATER_QUESTION_PARTS) for question in data["questions"]]
        return data


def _without_silent(data: dict[str, Any], later: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in later or value != later[name]}


def read_definition(data: dict[str, Any]) -> Definition:
    """Raises BadDefinition for another schema, an unknown kind or operator, or a missing part."""
    if data.get("schema") != SCHEMA:
        raise BadDefinition(f"Schema {data.get('schema')!r} is not known here; this version reads schema {SCHEMA}.")
    try:
        questions = tuple(_read_question(question) for question in data["questions"])
        return Definition(**{**data, "questions": questions})
    except (KeyError, TypeError, AttributeError) as problem:
        raise BadDefinition(f"The survey definition is incomplete or has an unknown part: {problem}.") from problem


def _read_question(data: dict[str, Any]) -> DefinedQuestion:
    show_if = ShowIf(**data["show_if"]) if data.get("show_if") else None
    choices = tuple(DefinedChoice(**choice) for choice in data.get("choices", ()))
    question = DefinedQuestion(**{**data, "choices": choices, "show_if": show_if})
    if question.kind not in KINDS:
        raise BadDefinition(f"Question {question.key!r} has the unknown kind {question.kind!r}.")
    if show_if and show_if.operator not in OPERATORS:
        raise BadDefinition(f"Question {question.key!r} has the unknown condition {show_if.operator!r}.")
    return question
