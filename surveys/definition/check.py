"""What is wrong with a survey, in sentences. Errors forbid publishing; warnings ask for a second look."""

from collections import Counter
from collections.abc import Iterator

from django.utils.translation import gettext as _

from surveys.definition.check_bias import check_bias
from surveys.definition.check_languages import check_languages
from surveys.definition.check_paths import check_paths
from surveys.definition.check_rotation import check_rotation
from surveys.definition.check_wording import check_wording
from surveys.definition.colour import HEX, READABLE, WHITE, contrast
from surveys.definition.problem import Problem, error, named, warning
from surveys.definition.schema import DefinedQuestion, Definition

MOST_QUESTIONS = 200
MOST_CHOICES = 2000
MANY_CHOICES = 20
MANY_PAGES = 3


def check(definition: Definition) -> list[Problem]:
    """Every problem, errors first, each in the order of the survey."""
    found = [
        *_check_survey(definition),
        *(problem for question in definition.questions for problem in _check_question(question, definition)),
        *check_paths(definition),
        *check_wording(definition),
        *check_bias(definition),
        *check_rotation(definition),
        *check_languages(definition),
    ]
    return sorted(found, key=lambda problem: not problem.is_error)


def may_publish(definition: Definition) -> bool:
    return not any(problem.is_error for problem in check(definition))


def _check_survey(definition: Definition) -> Iterator[Problem]:
    if not definition.title:
        yield error(_("The survey has no title: customers would see a page without a heading."))
    if not definition.questions:
        yield error(_("The survey asks nothing yet: add at least one question."))
    if len(definition.questions) > MOST_QUESTIONS:
        yield error(_("The survey has more than %(most)s questions.") % {"most": MOST_QUESTIONS})
    if sum(len(question.choices) for question in definition.questions) > MOST_CHOICES:
        yield error(_("The survey offers more than %(most)s choices.") % {"most": MOST_CHOICES})
    if not definition.privacy_notice:
        yield error(_("Nothing tells customers what happens with their answers: fill in the privacy notice."))
    if len(definition.pages) > MANY_PAGES:
        yield warning(
            _("The survey has %(pages)s pages; people leave at every turn of a page, three are enough.")
            % {"pages": len(definition.pages)}
        )
    yield from _check_colour(definition.accent_colour)


def _check_colour(colour: str) -> Iterator[Problem]:
    if not HEX.fullmatch(colour):
        yield error(_("The accent colour must be written like #0b5d66."))
        return
    ratio = contrast(colour, WHITE)
    if ratio < READABLE:
        sentence = _(
            "White words on the accent colour %(colour)s are hard to read: contrast %(ratio).1f, needed are 4.5."
        )
        yield error(sentence % {"colour": colour, "ratio": ratio})


def _check_question(question: DefinedQuestion, definition: Definition) -> Iterator[Problem]:
    if not question.text:
        yield error(_("Question %(key)s has no text.") % {"key": question.key or "?"}, question)
    if not question.key:
        yield error(_("%(question)s has no key.") % {"question": named(question)}, question)
    if definition.question(question.key) is not question:
        yield error(_("The key %(key)s is used by more than one question.") % {"key": question.key}, question)
    same = [other for other in definition.questions if other.text and other.text.casefold() == question.text.casefold()]
    if len(same) > 1 and same[0] is question:
        yield warning(_("%(question)s is asked more than once.") % {"question": named(question)}, question)
    if question.nature.needs_choices:
        yield from _check_choices(question)


def _check_choices(question: DefinedQuestion) -> Iterator[Problem]:
    name = {"question": named(question)}
    if len(question.choices) < 2:
        yield error(_("%(question)s needs at least two choices.") % name, question)
    if any(not choice.text for choice in question.choices):
        yield error(_("%(question)s has a choice without text.") % name, question)
    for text in _repeated(choice.text.casefold() for choice in question.choices if choice.text):
        yield error(_("%(question)s offers “%(choice)s” twice.") % {**name, "choice": text}, question)
    for key in _repeated(choice.key for choice in question.choices):
        yield error(_("%(question)s has two choices with the key “%(key)s”.") % {**name, "key": key}, question)
    if len(question.choices) > MANY_CHOICES:
        yield warning(
            _("%(question)s offers %(count)s choices; few people read more than %(many)s.")
            % {**name, "count": len(question.choices), "many": MANY_CHOICES},
            question,
        )


def _repeated(values) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]
