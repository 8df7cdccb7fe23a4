"""What a mapping may bring along: the journey and the survey its rows belong to, made where they are not known yet."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from surveys.definition.kinds import KINDS
from surveys.definition.schema import DefinedChoice, DefinedQuestion, Definition
from surveys.imports.mapping import MappingError
from surveys.models import Journey, Survey, Touchpoint
from surveys.models.survey import default_privacy_notice
from surveys.services.drafts import write_draft
from surveys.services.surveys import NotReady, publish_survey


@transaction.atomic
def ensure_journey(table: Mapping | None) -> None:
    """Make the stages and touchpoints of `[journey]` that do not exist; what exists stays as it is."""
    if not table:
        return
    journey, _ = Journey.objects.get_or_create(
        slug=_need(table, "slug", "journey"), defaults={"name": table.get("name", "")}
    )
    for position, place in enumerate(table.get("touchpoint", [])):
        slug, name = _need(place, "slug", "journey.touchpoint"), place.get("name", "")
        if Touchpoint.objects.filter(slug=slug).exists():
            continue
        stage_name = place.get("stage", journey.name)
        stage, _ = journey.stages.get_or_create(
            slug=slugify(stage_name)[:50] or "stage", defaults={"name": stage_name, "position": position}
        )
        stage.touchpoints.create(
            slug=slug,
            name=name or slug,
            position=position,
            channel=place.get("channel", Touchpoint.Where.WEB),
            is_moment_of_truth=bool(place.get("moment_of_truth", False)),
        )


@transaction.atomic
def ensure_survey(table: Mapping, *, now: datetime) -> Survey:
    """The survey named by `[survey]`, made and published when its questions are described. Raises MappingError."""
    slug = _need(table, "slug", "survey")
    survey = Survey.objects.with_draft().filter(slug=slug).first()
    if survey is None:
        if not table.get("question"):
            raise MappingError(
                f"survey: there is no survey “{slug}”, and the mapping describes no questions for a new one."
            )
        survey = Survey.objects.create(slug=slug, name=table.get("name", slug), title=table.get("title", slug))
        write_draft(survey, _definition(survey, table))
    if survey.live_version is None:
        try:
            publish_survey(survey.pk, actor=None, now=now, note="import")
        except NotReady as problem:
            raise MappingError(f"survey: {problem}") from problem
        survey.refresh_from_db()
    return survey


def _definition(survey: Survey, table: Mapping) -> Definition:
    return Definition(
        survey=survey.slug,
        title=survey.title,
        locale=table.get("locale", "en"),
        introduction=table.get("introduction", ""),
        thanks_title=table.get("thanks_title", ""),
        thanks_text=table.get("thanks_text", ""),
        privacy_notice=table.get("privacy_notice", "") or default_privacy_notice(),
        is_anonymous=bool(table.get("is_anonymous", False)),
        questions=tuple(_question(entry) for entry in table["question"]),
    )


def _question(entry: Mapping) -> DefinedQuestion:
    kind = entry.get("kind", "")
    if kind not in KINDS:
        raise MappingError(f"survey.question: there is no kind “{kind}”; known are {', '.join(KINDS)}.")
    nature = KINDS[kind]
    return DefinedQuestion(
        key=_need(entry, "key", "survey.question"),
        kind=kind,
        text=_need(entry, "text", "survey.question"),
        low_label=entry.get("low_label", ""),
        high_label=entry.get("high_label", ""),
        minimum=nature.minimum,
        maximum=nature.maximum,
        polarity=nature.polarity,
        is_required=False,
        page=1,
        choices=tuple(DefinedChoice(key, text) for key, text in entry.get("choices", {}).items()),
    )


def _need(table: Mapping, name: str, where: str) -> str:
    value = str(table.get(name, "")).strip()
    if not value:
        raise MappingError(f"{where}: “{name}” is missing.")
    return value
