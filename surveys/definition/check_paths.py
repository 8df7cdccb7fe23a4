"""Conditions that can never hold, point the wrong way or run in circles.

Each question waits for at most one other question. So a path exists exactly when every condition along the chain can
hold by itself, and no search through combinations of answers is needed.
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from surveys.definition.flow import holds, values_of
from surveys.definition.kinds import Shape
from surveys.definition.problem import Problem, error, named, warning
from surveys.definition.schema import NUMBER_OPERATORS, PRESENCE_OPERATORS, DefinedQuestion, Definition, ShowIf


def check_paths(definition: Definition) -> Iterator[Problem]:
    places = {question.key: place for place, question in reversed(list(enumerate(definition.questions)))}
    for place, question in enumerate(definition.questions):
        if question.show_if is None:
            continue
        parent = definition.question(question.show_if.question)
        if parent is None:
            yield error(
                _("%(question)s waits for a question that does not exist: %(key)s.")
                % {"question": named(question), "key": question.show_if.question},
                question,
            )
        elif _runs_in_circles(question, definition):
            yield error(
                _("%(question)s and %(parent)s wait for each other.")
                % {"question": named(question), "parent": named(parent)},
                question,
            )
        elif places[parent.key] >= place:
            yield error(
                _("%(question)s depends on %(parent)s, which is asked later.")
                % {"question": named(question), "parent": named(parent)},
                question,
            )
        else:
            yield from _check_condition(question, question.show_if, parent, definition)


def _check_condition(
    question: DefinedQuestion, condition: ShowIf, parent: DefinedQuestion, definition: Definition
) -> Iterator[Problem]:
    names = {"question": named(question), "parent": named(parent), "value": condition.value}
    if condition.operator not in PRESENCE_OPERATORS and condition.value in ("", None):
        yield error(_("%(question)s compares %(parent)s with nothing: fill in the value.") % names, question)
    elif condition.operator in NUMBER_OPERATORS and not parent.nature.is_scale:
        yield error(_("%(question)s asks for “at least” or “at most”, but %(parent)s has no scale.") % names, question)
    elif parent.nature.shape in {Shape.KEY, Shape.KEYS} and _names_no_choice(condition, parent):
        yield error(_("%(question)s waits for “%(value)s”, which %(parent)s does not offer.") % names, question)
    elif not _can_hold(condition, parent):
        yield error(_("%(question)s is never shown: no answer to %(parent)s meets its condition.") % names, question)
    elif _always_holds(condition, parent, definition):
        yield warning(
            _("%(question)s is always shown: any answer to %(parent)s meets its condition.") % names, question
        )


def _names_no_choice(condition: ShowIf, parent: DefinedQuestion) -> bool:
    return condition.operator not in PRESENCE_OPERATORS and condition.value not in {c.key for c in parent.choices}


def _can_hold(condition: ShowIf, parent: DefinedQuestion) -> bool:
    """`not answered` needs a question that may be left out: optional, or itself hidden from some."""
    if condition.operator == "not_answered":
        return not parent.is_required or parent.show_if is not None
    if parent.nature.shape is Shape.WORDS:
        return condition.operator not in NUMBER_OPERATORS
    return any(holds(condition, value) for value in values_of(parent))


def _always_holds(condition: ShowIf, parent: DefinedQuestion, definition: Definition) -> bool:
    if not parent.is_required or parent.show_if is not None or parent.nature.shape is Shape.WORDS:
        return condition.operator == "answered" and parent.is_required and parent.show_if is None
    return parent.nature.shape is not Shape.KEYS and all(holds(condition, value) for value in values_of(parent))


def _runs_in_circles(question: DefinedQuestion, definition: Definition) -> bool:
    seen: set[str] = set()
    step: DefinedQuestion | None = question
    while step is not None and step.show_if is not None:
        if step.key in seen:
            return step.key == question.key
        seen.add(step.key)
        step = definition.question(step.show_if.question)
    return False
