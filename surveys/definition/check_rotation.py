"""Rotating questions that could not rotate."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from surveys.definition.problem import Problem, error, named, warning
from surveys.definition.rotation import slots
from surveys.definition.schema import Definition


def check_rotation(definition: Definition) -> Iterator[Problem]:
    first = next((question for question in definition.questions if question.nature.is_scale), None)
    for slot, questions in slots(definition).items():
        for question in questions:
            name = {"question": named(question)}
            if question.is_required:
                yield error(_("%(question)s rotates, so it cannot be required.") % name, question)
            if question is first:
                sentence = _("%(question)s is the first score: links in mails answer it, so everybody must be asked.")
                yield error(sentence % name, question)
        if len(questions) == 1 and definition.rotation_percent >= 100:
            sentence = _("%(question)s is alone in its rotation slot “%(slot)s”: everybody is asked it.")
            yield warning(sentence % {"question": named(questions[0]), "slot": slot}, questions[0])
