"""Who sees which question. Three answers to a condition: yes, no, or undecided because there is nothing to compare.

Undecided shows nothing. An answer that is missing is never 0 and never an empty text; a question that is hidden has
no answer, whatever was typed before it was hidden.
"""

from collections.abc import Mapping

from surveys.definition.kinds import Shape
from surveys.definition.schema import DefinedQuestion, Definition, ShowIf

Value = int | str | tuple[str, ...]
Answers = Mapping[str, Value]


def holds(condition: ShowIf, answer: Value | None) -> bool | None:
    """None where the two cannot be compared: no answer, or a number against a word."""
    if condition.operator == "answered":
        return answer is not None
    if condition.operator == "not_answered":
        return answer is None
    if answer is None:
        return None
    if condition.operator in {"is", "is_not"}:
        same = _same(answer, condition.value)
        return same if condition.operator == "is" or same is None else not same
    if not (_is_number(answer) and _is_number(condition.value)):
        return None
    return answer >= condition.value if condition.operator == "at_least" else answer <= condition.value


def _same(answer: Value, value: int | str | None) -> bool | None:
    if isinstance(answer, tuple):
        return value in answer
    if _is_number(answer) != _is_number(value):
        return None
    return answer == value


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def shown(definition: Definition, answers: Answers) -> list[DefinedQuestion]:
    """The questions on this person's path, in order. A condition on a later or unknown question never holds."""
    path: list[DefinedQuestion] = []
    known: dict[str, Value | None] = {}
    for question in definition.questions:
        visible = _is_shown(question, known)
        if visible:
            path.append(question)
        known[question.key] = answers.get(question.key) if visible else None
    return path


def _is_shown(question: DefinedQuestion, known: Mapping[str, Value | None]) -> bool:
    condition = question.show_if
    if condition is None:
        return True
    return condition.question in known and holds(condition, known[condition.question]) is True


def still_possible(definition: Definition, page: int, answers: Answers) -> list[DefinedQuestion]:
    """The questions from this page on that may yet be shown; what earlier pages asked is settled."""
    possible = {question.key for question in shown(definition, answers) if question.page < page}
    ahead: list[DefinedQuestion] = []
    for question in definition.questions:
        if question.page >= page and _may_come(question, page, possible, definition, answers):
            possible.add(question.key)
            ahead.append(question)
    return ahead


def _may_come(
    question: DefinedQuestion, page: int, possible: set[str], definition: Definition, answers: Answers
) -> bool:
    condition = question.show_if
    parent = condition and definition.question(condition.question)
    if condition is None or parent is None:
        return condition is None
    if parent.key not in possible:
        return holds(condition, None) is True
    return parent.page >= page or holds(condition, answers.get(parent.key)) is True


def may_show(definition: Definition, page: int, answers: Answers) -> list[DefinedQuestion]:
    """What a page has to offer: its questions on the path, and those that answers on this very page may bring up."""
    return [question for question in still_possible(definition, page, answers) if question.page == page]


def next_page(definition: Definition, page: int, answers: Answers) -> int | None:
    """The next page that asks this person anything; None when this was the last."""
    return next(
        (number for number in definition.pages if number > page and may_show(definition, number, answers)), None
    )


def previous_page(definition: Definition, page: int, answers: Answers) -> int | None:
    earlier = [number for number in definition.pages if number < page and may_show(definition, number, answers)]
    return earlier[-1] if earlier else None


def missing(definition: Definition, answers: Answers) -> list[DefinedQuestion]:
    """Required questions on this person's path without an answer."""
    return [question for question in shown(definition, answers) if question.is_required and question.key not in answers]


def branches(definition: Definition) -> bool:
    """True where the number of questions depends on the answers."""
    return any(question.show_if for question in definition.questions)


def values_of(question: DefinedQuestion) -> list[Value]:
    """One example of each answer that logic can tell apart; words are only ever compared with themselves."""
    if question.nature.shape is Shape.NUMBER:
        return list(question.numbers)
    if question.nature.shape is Shape.KEY:
        return [choice.key for choice in question.choices]
    if question.nature.shape is Shape.KEYS:
        return [(choice.key,) for choice in question.choices]
    return []
