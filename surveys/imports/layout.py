"""What a mapping may bring along: the journey and the survey its rows belong to, made where they are not known yet."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils.text import slugify

from surveys.definition.kinds import KINDS
from surveys.definition.schema import DefinedChoice, DefinedQuestion, Definition
from surveys.imports.mapping import MappingError, check_names, table_of, tables_of
from surveys.models import Choice, Journey, Question, Source, Stage, Survey, Touchpoint
from surveys.models.survey import default_privacy_notice
from surveys.services.drafts import write_draft
from surveys.services.surveys import NotReady, publish_survey

JOURNEY = {"slug", "name", "touchpoint"}
TOUCHPOINT = {"slug", "name", "stage", "channel", "moment_of_truth"}
SURVEY = {
    "slug",
    "name",
    "title",
    "locale",
    "introduction",
    "thanks_title",
    "thanks_text",
    "privacy_notice",
    "is_anonymous",
    "question",
}
QUESTION = {"key", "kind", "text", "low_label", "high_label", "choices"}


def ensure_source(slug: str) -> Source:
    known = Source.objects.filter(slug=slug).first()
    return known or _saved(Source(slug=slug, name=slug), where="source")


@transaction.atomic
def ensure_journey(table: Mapping) -> None:
    """Make the stages and touchpoints of `[journey]` that do not exist; what exists stays as it is."""
    if not table:
        return
    check_names(table, JOURNEY, where="journey")
    slug = _need(table, "slug", "journey")
    journey = Journey.objects.filter(slug=slug).first()
    journey = journey or _saved(Journey(slug=slug, name=table.get("name") or slug), where="journey")
    for position, place in enumerate(tables_of(table, "touchpoint", where="journey.")):
        check_names(place, TOUCHPOINT, where="journey.touchpoint")
        slug = _need(place, "slug", "journey.touchpoint")
        if not Touchpoint.objects.filter(slug=slug).exists():
            _add_touchpoint(journey, slug, place, position)


def _add_touchpoint(journey: Journey, slug: str, place: Mapping, position: int) -> None:
    stage_name = str(place.get("stage") or journey.name)
    stage_slug = slugify(stage_name)[:50] or "stage"
    stage = journey.stages.filter(slug=stage_slug).first()
    stage = stage or _saved(
        Stage(journey=journey, slug=stage_slug, name=stage_name, position=position), where="journey.touchpoint.stage"
    )
    touchpoint = Touchpoint(
        stage=stage,
        slug=slug,
        name=place.get("name") or slug,
        position=position,
        channel=place.get("channel", Touchpoint.Where.WEB),
        is_moment_of_truth=place.get("moment_of_truth", False),
    )
    _saved(touchpoint, where="journey.touchpoint")


@transaction.atomic
def ensure_survey(table: Mapping, *, now: datetime) -> Survey:
    """The survey named by `[survey]`, made and published when its questions are described. Raises MappingError."""
    check_names(table, SURVEY, where="survey")
    slug = _need(table, "slug", "survey")
    survey = Survey.objects.with_draft().filter(slug=slug).first()
    if survey is None:
        if not table.get("question"):
            raise MappingError(
                f"survey: there is no survey “{slug}”, and the mapping describes no questions for a new one."
            )
        survey = _new_survey(slug, table)
    if survey.live_version is None:
        try:
            publish_survey(survey.pk, actor=None, now=now, note="import")
        except NotReady as problem:
            raise MappingError(f"survey: {problem}") from problem
        survey.refresh_from_db()
    return survey


def _new_survey(slug: str, table: Mapping) -> Survey:
    questions = tuple(_question(entry) for entry in tables_of(table, "question", where="survey."))
    keys = [question.key for question in questions]
    if double := sorted(key for key in set(keys) if keys.count(key) > 1):
        raise MappingError(f"survey.question: the key {', '.join(double)} stands more than once.")
    survey = Survey(
        slug=slug,
        name=table.get("name", slug),
        title=table.get("title", slug),
        locale=table.get("locale", "en"),
        introduction=table.get("introduction", ""),
        thanks_title=table.get("thanks_title", ""),
        thanks_text=table.get("thanks_text", ""),
        privacy_notice=table.get("privacy_notice", "") or default_privacy_notice(),
        is_anonymous=table.get("is_anonymous", False),
    )
    _saved(survey, where="survey")
    copied = ("title", "locale", "introduction", "thanks_title", "thanks_text", "privacy_notice", "is_anonymous")
    said = {name: getattr(survey, name) for name in copied}
    write_draft(survey, Definition(survey=slug, questions=questions, **said))
    return survey


def _question(entry: Mapping) -> DefinedQuestion:
    check_names(entry, QUESTION, where="survey.question")
    kind = str(entry.get("kind", ""))
    if kind not in KINDS:
        raise MappingError(f"survey.question: there is no kind “{kind}”; known are {', '.join(KINDS)}.")
    nature = KINDS[kind]
    question = DefinedQuestion(
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
        choices=tuple(
            DefinedChoice(key, str(text)) for key, text in table_of(entry, "choices", where="survey.question.").items()
        ),
    )
    texts = {name: getattr(question, name) for name in ("key", "kind", "text", "low_label", "high_label")}
    _checked(Question(**texts), texts, where="survey.question")
    for choice in question.choices:
        _checked(Choice(key=choice.key, text=choice.text), ("key", "text"), where="survey.question.choices")
    return question


def _saved(row: Model, *, where: str) -> Model:
    """Save a row that the mapping describes. Raises MappingError in the field's own words."""
    try:
        row.full_clean()
    except ValidationError as wrong:
        raise MappingError(_sentences(wrong, where)) from None
    row.save()
    return row


def _checked(row: Model, names: Iterable[str], *, where: str) -> None:
    try:
        row.clean_fields(exclude={field.name for field in row._meta.fields} - set(names))
    except ValidationError as wrong:
        raise MappingError(_sentences(wrong, where)) from None


def _sentences(wrong: ValidationError, where: str) -> str:
    return "; ".join(f"{where}.{name}: {' '.join(said)}" for name, said in wrong.message_dict.items())


def _need(table: Mapping, name: str, where: str) -> str:
    value = str(table.get(name, "")).strip()
    if not value:
        raise MappingError(f"{where}: “{name}” is missing.")
    return value
