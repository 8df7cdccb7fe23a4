"""Deleted drafts and questions, kept for 30 days: what was deleted by mistake comes back as it was."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from surveys.definition.freeze import freeze
from surveys.definition.schema import Definition, read_definition
from surveys.models import Discarded, Survey
from surveys.services.drafts import SETTINGS, write_draft, write_question
from surveys.services.naming import free_slug


class NothingToBringBack(LookupError):
    """Deleted more than 30 days ago, brought back already, or in the way of a question that has its key by now."""


@transaction.atomic
def discard_survey(survey_id: int, *, actor: AbstractBaseUser | None, now: datetime) -> None:
    """Delete a draft that was never published; what hangs on it by a rule or a link keeps it (ProtectedError)."""
    survey = Survey.objects.with_draft().select_for_update(of=("self",)).get(pk=survey_id)
    content = {"definition": freeze(survey), "settings": {name: getattr(survey, name) for name in SETTINGS}}
    survey.delete()
    Discarded.objects.create(name=survey.name, content=content, discarded_at=now, discarded_by=actor)


@transaction.atomic
def discard_questions(
    survey_id: int, question_ids: Iterable[int], *, actor: AbstractBaseUser | None, now: datetime
) -> None:
    """Keep a copy of these questions before a form deletes them."""
    survey = Survey.objects.with_draft().get(pk=survey_id)
    gone = set(question_ids)
    definition = read_definition(freeze(survey))
    keys = {question.key for question in survey.questions.all() if question.pk in gone}
    for question in definition.questions:
        if question.key in keys:
            content = {"definition": _only(definition, question.key).as_data()}
            name = question.text or question.key
            Discarded.objects.create(survey=survey, name=name, content=content, discarded_at=now, discarded_by=actor)


def _only(definition: Definition, key: str) -> Definition:
    return replace(definition, questions=tuple(one for one in definition.questions if one.key == key), translations={})


@transaction.atomic
def bring_back(discarded_id: int, *, now: datetime) -> Survey:
    """Put a deleted draft or question back; returns the survey. Raises NothingToBringBack.

    A survey whose short name was taken meanwhile gets another. A question comes back last on its page, and with its
    condition where the question it waited for is still there.
    """
    found = Discarded.objects.select_for_update(of=("self",)).within_reach(now).filter(pk=discarded_id).first()
    if found is None:
        raise NothingToBringBack(discarded_id)
    survey = _question_back(found) if found.survey_id else _survey_back(found)
    found.delete()
    return survey


def _survey_back(found: Discarded) -> Survey:
    definition = read_definition(found.content["definition"])
    settings = dict(found.content["settings"])
    settings["slug"] = free_slug(Survey, settings["slug"])
    survey = Survey.objects.create(title=definition.title, **settings)
    write_draft(survey, definition)
    return survey


def _question_back(found: Discarded) -> Survey:
    survey = Survey.objects.select_for_update(of=("self",)).get(pk=found.survey_id)
    question = read_definition(found.content["definition"]).questions[0]
    rows = {row.key: row for row in survey.questions.all()}
    if question.key in rows:
        raise NothingToBringBack(found.pk)
    write_question(survey, question, len(rows), rows)
    survey.save(update_fields=["updated_at"])
    return survey


def forget_discarded(*, now: datetime) -> int:
    """Delete for good what was deleted more than 30 days ago."""
    return Discarded.objects.forgotten(now).delete()[0]
