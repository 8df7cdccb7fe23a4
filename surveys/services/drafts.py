"""The draft behind a survey: filled from a definition, copied, and known by what it says."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from surveys.definition.freeze import freeze
from surveys.definition.languages import texts_of
from surveys.definition.schema import PRESENCE_OPERATORS, DefinedQuestion, Definition
from surveys.models import Choice, Question, Survey, SurveyText

TEXTS = (
    "title",
    "locale",
    "introduction",
    "thanks_title",
    "thanks_text",
    "privacy_notice",
    "accent_colour",
    "rotation_percent",
    "legal_basis",
)
SETTINGS = ("name", "slug", "purpose", "link_valid_days", "edit_window_hours")


def draft_content(survey: Survey) -> dict[str, Any]:
    """Everything an editor can change: two equal contents are the same draft, whoever saved it and when."""
    return {"definition": freeze(survey), "settings": {name: getattr(survey, name) for name in SETTINGS}}


@transaction.atomic
def write_draft(survey: Survey, definition: Definition) -> None:
    """Make the draft ask what the definition asks; questions keep their rows by key, others go."""
    for field in (*TEXTS, "is_anonymous"):
        setattr(survey, field, getattr(definition, field))
    survey.other_locales = list(definition.translations)
    survey.save(update_fields=[*TEXTS, "is_anonymous", "other_locales", "updated_at"])
    survey.questions.exclude(key__in=[question.key for question in definition.questions]).delete()
    rows = {}
    for position, question in enumerate(definition.questions):
        rows[question.key] = _write_question(survey, question, position)
    for question in definition.questions:
        _write_condition(rows[question.key], question, rows)
    _write_texts(survey, definition)


def _write_texts(survey: Survey, definition: Definition) -> None:
    originals = texts_of(definition)
    survey.texts.all().delete()
    SurveyText.objects.bulk_create(
        SurveyText(survey=survey, locale=locale, place=place, text=text, source=originals[place])
        for locale, said in definition.translations.items()
        for place, text in said.items()
        if text and place in originals
    )


def write_question(
    survey: Survey, question: DefinedQuestion, position: int, others: Mapping[str, Question]
) -> Question:
    """One question of a draft by its key, with its condition where the question it waits for is there."""
    row = _write_question(survey, question, position)
    known = {**others, question.key: row}
    if question.show_if and question.show_if.question in others:
        _write_condition(row, question, known)
    return row


def _write_question(survey: Survey, question: DefinedQuestion, position: int) -> Question:
    row, _ = Question.objects.update_or_create(
        survey=survey,
        key=question.key,
        defaults={
            "kind": question.kind,
            "text": question.text,
            "help_text": question.help_text,
            "low_label": question.low_label,
            "high_label": question.high_label,
            "is_required": question.is_required,
            "rotation_slot": question.rotation_slot,
            "page": question.page,
            "position": position,
        },
    )
    row.choices.exclude(key__in=[choice.key for choice in question.choices]).delete()
    if question.nature.needs_choices:
        for place, choice in enumerate(question.choices):
            values = {"text": choice.text, "position": place}
            Choice.objects.update_or_create(question=row, key=choice.key, defaults=values)
    return row


def _write_condition(row: Question, question: DefinedQuestion, rows: dict[str, Question]) -> None:
    condition = question.show_if
    row.show_if_question = rows[condition.question] if condition else None
    row.show_if_operator = condition.operator if condition else ""
    row.show_if_value = str(condition.value) if condition and condition.operator not in PRESENCE_OPERATORS else ""
    row.save(update_fields=["show_if_question", "show_if_operator", "show_if_value"])
