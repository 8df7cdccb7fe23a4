"""One response as people read it: each answer beside its question, comments with the words that decided."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from feedback.models import Answer, Correction, Reading, Response, Theme, ThemeMention
from feedback.sentiment.engine import NOTHING_TO_READ, OTHER_LANGUAGE, UNKNOWN_LANGUAGE
from feedback.sentiment.highlight import Piece, cut
from feedback.sentiment.redact import hidden_kinds
from feedback.themes.highlight import with_themes
from surveys.definition.kinds import KINDS
from surveys.definition.schema import BadDefinition, DefinedQuestion, Definition, read_definition

WHY_NOT_SCORED = {
    OTHER_LANGUAGE: _("No engine here reads this language, so nothing is claimed about it."),
    UNKNOWN_LANGUAGE: _("The language could not be told, so nothing is claimed about it."),
    NOTHING_TO_READ: _("There are no words to read."),
}
HIDDEN = {
    "email": _("e-mail address"),
    "phone": _("phone number"),
    "card": _("card number"),
    "iban": _("bank account"),
    "token": _("secret in a link"),
}


@dataclass(frozen=True, slots=True)
class ShownTheme:
    """What a comment speaks of, how it sounds about it, and by which words it was found."""

    theme: Theme
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """`question` is what was asked, or the key where the version no longer says it."""

    answer: Answer
    question: str
    choices: tuple[str, ...]
    pieces: tuple[Piece, ...]
    reading: Reading | None
    correction: Correction | None
    themes: tuple[ShownTheme, ...] = ()

    @property
    def is_scale(self) -> bool:
        return self.answer.number is not None

    def speaks_of(self, theme: str) -> bool:
        """Of a theme or one of its parts, by its short name; every comment where none is named."""
        found = (each.theme for each in self.themes)
        return not theme or any(theme in (each.slug, each.parent and each.parent.slug) for each in found)

    @property
    def label(self) -> str:
        """What a person said it means counts before what an engine read."""
        if self.correction is not None:
            return self.correction.label
        return self.reading.label if self.reading is not None else ""

    @property
    def other_labels(self) -> list[tuple[str, str]]:
        """What a person may say instead."""
        return [(value, name) for value, name in Reading.Label.choices if value != self.label]

    @property
    def conflict(self) -> str:
        """In words, where the comment contradicts the score beside it."""
        said = self.correction or self.reading
        return str(said.get_conflict_display()) if said is not None and said.conflict else ""

    @property
    def hidden(self) -> list[str]:
        """What was taken out of the words when they came, in words."""
        return [str(HIDDEN[kind]) for kind in hidden_kinds(self.answer.text or "")]

    @property
    def why_not_scored(self) -> str:
        return WHY_NOT_SCORED.get(self.reading.reason, self.reading.reason) if self.reading is not None else ""


def with_answers(responses: QuerySet[Response]) -> QuerySet[Response]:
    """Everything `answers_of` needs, in five queries for any number of responses."""
    answers = Answer.objects.prefetch_related(*_what_was_read())
    return responses.select_related("version", "survey").prefetch_related(Prefetch("answers", answers))


def _what_was_read() -> tuple[Prefetch, ...]:
    corrections = Correction.objects.in_force().select_related("corrected_by")
    return (
        Prefetch("readings", Reading.objects.filter(is_current=True), to_attr="current_readings"),
        Prefetch("corrections", corrections, to_attr="corrections_in_force"),
        Prefetch("mentions", ThemeMention.objects.select_related("theme__parent").order_by("pk"), to_attr="touched"),
    )


def answers_of(response: Response) -> Iterator[ShownAnswer]:
    """In the order of the survey. The response comes from `with_answers`."""
    definition = _definition_of(response)
    places = {question.key: place for place, question in enumerate(definition.questions)} if definition else {}
    for answer in sorted(response.answers.all(), key=lambda each: places.get(each.question_key, len(places))):
        yield _shown(answer, definition.question(answer.question_key) if definition else None)


def shown_comment(answer: Answer) -> ShownAnswer:
    """One comment with its question, its reading and the correction in force."""
    definition = _definition_of(answer.response)
    prefetch_related_objects([answer], *_what_was_read())
    return _shown(answer, definition.question(answer.question_key) if definition else None)


def _definition_of(response: Response) -> Definition | None:
    """None for a definition that this version cannot read: the answers are still shown, under their keys."""
    try:
        return read_definition(response.version.definition)
    except BadDefinition:
        return None


def _shown(answer: Answer, question: DefinedQuestion | None) -> ShownAnswer:
    reading = answer.current_readings[0] if answer.current_readings else None
    return ShownAnswer(
        answer=answer,
        question=question.text if question else answer.question_key,
        choices=tuple(_choice_text(question, key) for key in answer.choices or ()),
        pieces=tuple(_pieces(answer, reading)) if answer.text else (),
        reading=reading,
        correction=next(iter(answer.corrections_in_force), None),
        themes=tuple(_themes(answer)) if answer.text else (),
    )


def _pieces(answer: Answer, reading: Reading | None) -> list[Piece]:
    marks = [(start, end, mention.theme.name) for mention in answer.touched for start, end in mention.spans]
    return with_themes(cut(answer.text, reading.spans if reading else ()), marks)


def _themes(answer: Answer) -> Iterator[ShownTheme]:
    for mention in answer.touched:
        words = dict.fromkeys(answer.text[start:end] for start, end in mention.spans)
        yield ShownTheme(mention.theme, mention.label, ", ".join(words))


def _choice_text(question: DefinedQuestion | None, key: str) -> str:
    if question is None:
        return key
    built_in = dict(KINDS[question.kind].choices)
    return str(built_in.get(key) or question.choice_text(key))
