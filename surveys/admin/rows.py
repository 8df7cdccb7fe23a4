"""The rows of the designer's form as one draft, saved or not: what preview and saving have in common."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from surveys.admin.questions import QuestionForm, QuestionFormSet, stays
from surveys.models import Choice, Question, Survey
from surveys.services.keys import name_choice, name_question


class Rows(list):
    """Reads like a related manager."""

    def all(self) -> "Rows":
        return self


@dataclass(slots=True)
class DraftQuestion:
    """A question of the form with its choices; `freeze` reads it as it reads a row."""

    form: QuestionForm
    question: Question
    choices: Rows
    show_if_question: "DraftQuestion | None" = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.question, name)

    @property
    def row(self) -> str:
        return self.form.prefix


@dataclass(slots=True)
class UnsavedDraft:
    """A survey as the form on the screen describes it."""

    survey: Survey
    questions: Rows = field(default_factory=Rows)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.survey, name)

    def row_of(self, key: str | None) -> str:
        return next((question.row for question in self.questions if question.key == key), "")


def read_draft(survey: Survey, formset: QuestionFormSet) -> UnsavedDraft:
    """Take the rows that stay, give them their keys and tie their conditions. Wrong fields keep what was saved."""
    questions = Rows(DraftQuestion(form, form.instance, _choices(form)) for form in formset.staying)
    _name(questions, formset)
    for question in questions:
        _tie(question, questions)
    return UnsavedDraft(survey, questions)


def _choices(form: QuestionForm) -> Rows:
    rows = Rows()
    for nested in form.nested_formsets:
        rows.extend(each.instance for each in nested.formset.forms if stays(each))
    return rows


def _name(questions: Iterable[DraftQuestion], formset: QuestionFormSet) -> None:
    for each in questions:
        name_question(each.question, {other.key for other in questions}, formset.published)
        for choice in each.choices:
            name_choice(choice, {other.key for other in each.choices}, each.key, formset.published)


def _tie(question: DraftQuestion, questions: Iterable[DraftQuestion]) -> None:
    wanted = question.form.cleaned_data.get("waits_for")
    question.show_if_question = next((other for other in questions if wanted in other.form.names), None)
    if question.show_if_question:
        question.question.show_if_value = _as_key(question.show_if_value, question.show_if_question.choices)


def _as_key(value: str, choices: Iterable[Choice]) -> str:
    """A choice may be named by its words: a new one has no key that anybody could know."""
    words = value.strip().casefold()
    return next((choice.key for choice in choices if choice.text.strip().casefold() == words), value)


def untie_rows(draft: UnsavedDraft) -> None:
    """Before the rows are saved: a condition may point at a row that has no number yet."""
    for question in draft.questions:
        parent = question.show_if_question
        question.question.show_if_question = parent.question if parent and parent.question.pk else None


def settle_rows(draft: UnsavedDraft) -> None:
    """After the rows are saved: their order, and conditions between rows that had no number before."""
    for position, question in enumerate(sorted(draft.questions, key=lambda each: (each.page, each.position))):
        parent = question.show_if_question
        question.question.position = position
        question.question.show_if_question = parent.question if parent else None
    Question.objects.bulk_update(
        [each.question for each in draft.questions],
        ["position", "show_if_question", "show_if_operator", "show_if_value"],
    )
