"""From what a door received to typed answers. Strict: a score is written [0-9] or 10, never whatever int() takes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from surveys.definition.flow import Value
from surveys.definition.kinds import Shape
from surveys.definition.schema import DefinedQuestion
from vocplatform.lib.text import storable

MOST_SIGNS = 10_000


class BadAnswer(ValueError):
    """This value is no answer to this question; the sentence says what is."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(slots=True)
class ReadAnswers:
    """What could be read, and per question a sentence for what could not."""

    values: dict[str, Value] = field(default_factory=dict)
    errors: dict[str, str | Promise] = field(default_factory=dict)


def read_answers(questions: Iterable[DefinedQuestion], raw: Mapping[str, object]) -> ReadAnswers:
    """Questions that `raw` does not mention, or mentions as empty, are simply not answered."""
    found = ReadAnswers()
    for question in questions:
        try:
            value = read_answer(question, raw.get(question.key))
        except BadAnswer as problem:
            found.errors[question.key] = problem.sentence
        else:
            if value is not None:
                found.values[question.key] = value
    return found


def read_answer(question: DefinedQuestion, raw: object) -> Value | None:
    """A door may send one value or a list; None, an empty text and an empty list are no answer. Raises BadAnswer."""
    given = [one for one in (raw if isinstance(raw, (list, tuple)) else [raw]) if one is not None and one != ""]
    if not given:
        return None
    shape = question.nature.shape
    if shape is Shape.KEYS:
        return _keys(question, given)
    if len(given) > 1:
        raise BadAnswer(wanted(question))
    if shape is Shape.NUMBER:
        return _number(question, given[0])
    if shape is Shape.KEY:
        return _keys(question, given)[0]
    return _words(question, given[0])


def _number(question: DefinedQuestion, raw: object) -> int:
    for number in question.numbers:
        if raw == str(number) or (type(raw) is int and raw == number):
            return number
    raise BadAnswer(wanted(question))


def _keys(question: DefinedQuestion, given: list[object]) -> tuple[str, ...]:
    offered = [choice.key for choice in question.choices]
    if any(one not in offered for one in given):
        raise BadAnswer(wanted(question))
    return tuple(key for key in offered if key in given)


def _words(question: DefinedQuestion, raw: object) -> str | None:
    if not isinstance(raw, str):
        raise BadAnswer(wanted(question))
    words = storable(raw)
    if len(words) > MOST_SIGNS:
        raise BadAnswer(
            _("Shorten your text to %(most)s characters; it has %(count)s.") % {"most": MOST_SIGNS, "count": len(words)}
        )
    return words if words.strip() else None


def wanted(question: DefinedQuestion) -> str | Promise:
    """What an answer must be, for a wrong one as for a missing one."""
    shape = question.nature.shape
    if shape is Shape.NUMBER:
        return _("Choose a number from %(low)s to %(high)s.") % {"low": question.minimum, "high": question.maximum}
    if shape is Shape.KEYS:
        return _("Choose at least one answer.")
    return _("Choose one answer.") if shape is Shape.KEY else _("Write your answer.")
