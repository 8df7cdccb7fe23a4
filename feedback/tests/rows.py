"""Rows that scoring tests start from: a published survey and answered responses."""

from datetime import UTC, datetime

from feedback.models import Answer, Response
from surveys.models import Survey, SurveyVersion

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

QUESTIONS = [
    {"key": "nps", "kind": "nps", "text": "Would you recommend us?", "minimum": 0, "maximum": 10},
    {"key": "why", "kind": "text", "text": "Why did you give this score?"},
    {"key": "ease", "kind": "ces", "text": "It was easy.", "minimum": 1, "maximum": 7},
    {"key": "better", "kind": "text", "text": "What could we do better?"},
]


def publish(slug: str = "visit", locale: str = "en") -> SurveyVersion:
    survey = Survey.objects.create(name=slug, slug=slug, title=slug, locale=locale)
    definition = {"schema": 1, "survey": slug, "title": slug, "locale": locale, "questions": QUESTIONS}
    return SurveyVersion.objects.create(
        survey=survey, number=1, definition=definition, checksum=slug, published_at=NOON
    )


def respond(version: SurveyVersion, answers: dict[str, int | str], submitted_at: datetime | None = NOON) -> Response:
    response = Response.objects.create(
        survey=version.survey, version=version, started_at=NOON, submitted_at=submitted_at
    )
    for key, value in answers.items():
        is_text = isinstance(value, str)
        Answer.objects.create(
            response=response,
            question_key=key,
            kind="text" if is_text else "nps",
            number=None if is_text else value,
            text=value if is_text else None,
        )
    return response
