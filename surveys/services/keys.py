"""Keys that name questions and choices for ever: filled in from the words, never used twice for something else."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from surveys.definition.schema import DefinedQuestion, read_definition
from surveys.models import Choice, Question, Survey
from surveys.services.naming import free_name

METRIC_KINDS = ("nps", "csat", "ces")


@dataclass(frozen=True, slots=True)
class PublishedWords:
    """What each key has meant in any version of a survey; the newest wording of each."""

    questions: dict[str, DefinedQuestion] = field(default_factory=dict)
    choices: dict[tuple[str, str], str] = field(default_factory=dict)

    def takes(self, question: Question) -> set[str]:
        """Keys that already stand for another question than this one."""
        return {
            key
            for key, said in self.questions.items()
            if (said.kind, said.text.casefold()) != (question.kind, question.text.strip().casefold())
        }

    def takes_choice(self, question_key: str, choice: Choice) -> set[str]:
        return {
            key
            for (asked, key), text in self.choices.items()
            if asked == question_key and text.casefold() != choice.text.strip().casefold()
        }


def published_words(survey: Survey) -> PublishedWords:
    words = PublishedWords()
    if survey.pk is None:
        return words
    for data in survey.versions.order_by("number").values_list("definition", flat=True):
        for question in read_definition(data).questions:
            words.questions[question.key] = question
            words.choices.update({(question.key, choice.key): choice.text for choice in question.choices})
    return words


def name_question(question: Question, taken: Iterable[str], published: PublishedWords) -> None:
    """Fill in a missing key: the metric's own name while it is free, or the words of the question."""
    if question.key:
        return
    taken = {*taken, *published.takes(question)}
    is_metric = question.kind in METRIC_KINDS
    question.key = free_name(question.kind if is_metric else question.text, taken, otherwise=question.kind)


def name_choice(choice: Choice, taken: Iterable[str], question_key: str, published: PublishedWords) -> None:
    if not choice.key:
        taken = {*taken, *published.takes_choice(question_key, choice)}
        choice.key = free_name(choice.text, taken, otherwise="choice")
