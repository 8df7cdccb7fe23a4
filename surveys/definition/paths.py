"""All ways through a survey: which questions people see together, and which nobody ever sees.

Answers matter only where a condition tells them apart, so each question that others wait for is tried with one example
of each kind of answer, and all other questions with none.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, islice

from django.utils.translation import gettext as _

from surveys.definition.flow import Answers, Value, holds, shown, values_of
from surveys.definition.kinds import Shape
from surveys.definition.rotation import draws, with_drawn
from surveys.definition.schema import PRESENCE_OPERATORS, DefinedQuestion, Definition, ShowIf

MOST_PATHS = 100
MOST_TRIES = 5_000
MOST_DRAWS = 500
MOST_COMBINED = 6  # choices of one question that conditions name: all combinations of these are tried


@dataclass(frozen=True, slots=True)
class Path:
    """The keys of the questions one kind of person sees, in order, and answers that lead there."""

    keys: tuple[str, ...]
    answers: Answers


@dataclass(frozen=True, slots=True)
class Paths:
    """`is_cut`: there are more paths than are listed. What is unreachable is known in either case."""

    paths: tuple[Path, ...] = ()
    unreachable: tuple[DefinedQuestion, ...] = ()
    is_cut: bool = False
    shortest: int = 0
    longest: int = 0


def all_paths(definition: Definition) -> Paths:
    found: dict[tuple[str, ...], Answers] = {}
    is_cut = False
    for tries, (part, answers) in enumerate(_tries(definition), start=1):
        keys = tuple(question.key for question in shown(part, answers))
        if (keys not in found and len(found) == MOST_PATHS) or tries > MOST_TRIES:
            is_cut = True
            break
        found.setdefault(keys, answers)
    lengths = [len(keys) for keys in found]
    return Paths(
        paths=tuple(Path(keys, answers) for keys, answers in found.items()),
        unreachable=tuple(unreachable(definition)),
        is_cut=is_cut,
        shortest=min(lengths, default=0),
        longest=max(lengths, default=0),
    )


def _tries(definition: Definition) -> Iterator[tuple[Definition, Answers]]:
    for keys in draws(definition):
        part = with_drawn(definition, keys)
        for answers in _walk(part, 0, {}):
            yield part, answers


def _walk(definition: Definition, place: int, answers: dict[str, Value]) -> Iterator[Answers]:
    """Depth first over the questions; a question that is hidden by then is not answered."""
    if place == len(definition.questions):
        yield answers
        return
    question = definition.questions[place]
    conditions = _conditions_on(question, definition)
    is_shown = not conditions or question in shown(definition, answers)
    for value in kinds_of_answer(question, conditions) if conditions and is_shown else [None]:
        given = answers if value is None else {**answers, question.key: value}
        yield from _walk(definition, place + 1, given)


def _conditions_on(question: DefinedQuestion, definition: Definition) -> list[ShowIf]:
    return [one.show_if for one in definition.questions if one.show_if and one.show_if.question == question.key]


def kinds_of_answer(question: DefinedQuestion, conditions: list[ShowIf]) -> list[Value | None]:
    """One answer for each way in which these conditions can turn out; None for no answer, where that is allowed."""
    found: dict[tuple, Value | None] = {}
    for value in _candidates(question, conditions):
        found.setdefault(tuple(holds(condition, value) is True for condition in conditions), value)
    return list(found.values())


def _candidates(question: DefinedQuestion, conditions: list[ShowIf]) -> Iterator[Value | None]:
    named = [condition.value for condition in conditions if condition.operator not in PRESENCE_OPERATORS]
    if question.nature.shape is Shape.WORDS:
        yield "…"
        yield from (value for value in named if isinstance(value, str) and value)
    elif question.nature.shape is Shape.KEYS:
        yield from _combined(question, named)
    else:
        yield from values_of(question)
    if not question.is_required:
        yield None


def _combined(question: DefinedQuestion, named: list) -> Iterator[Value]:
    keys = [choice.key for choice in question.choices]
    told_apart = [key for key in keys if key in named][:MOST_COMBINED]
    other = [key for key in keys if key not in named][:1]
    for size in range(len(told_apart) + 1):
        for some in combinations(told_apart, size):
            if some or other:
                yield some or tuple(other)


def unreachable(definition: Definition) -> list[DefinedQuestion]:
    """Questions that no answers lead to. Exact however long the survey is: each waits for one question at most."""
    parts = list(islice((with_drawn(definition, keys) for keys in draws(definition)), MOST_DRAWS + 1))
    if len(parts) > MOST_DRAWS:
        parts = [definition]
    reached = {key for part in parts for key in _reached(part)}
    return [question for question in definition.questions if question.key not in reached]


def _reached(definition: Definition) -> set[str]:
    """What follows for a question from its parent: hidden, or shown with one of its kinds of answer."""
    may_show: dict[str, bool] = {}
    may_hide: dict[str, bool] = {}
    for question in definition.questions:
        outcomes = [True] if question.show_if is None else []
        parent = definition.question(question.show_if.question) if question.show_if else None
        if parent is not None and parent.key in may_show:
            values = kinds_of_answer(parent, [question.show_if]) if may_show[parent.key] else []
            values += [None] if may_hide[parent.key] else []
            outcomes = [holds(question.show_if, value) is True for value in values]
        may_show[question.key] = any(outcomes)
        may_hide[question.key] = not all(outcomes) or not outcomes
    return {key for key, may in may_show.items() if may}


def said(question: DefinedQuestion, value: Value) -> str:
    """An answer in a list of paths."""
    if isinstance(value, tuple):
        return ", ".join(question.choice_text(key) for key in value)
    if question.nature.shape is Shape.WORDS:
        return _("some words") if value == "…" else f"“{value}”"
    return question.choice_text(value) if question.choices else str(value)
