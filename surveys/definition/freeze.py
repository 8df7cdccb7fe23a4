"""From draft rows to plain data. Two drafts that ask the same freeze to the same checksum."""

import hashlib
import json
import re
import unicodedata
from typing import TYPE_CHECKING, Any

from django.utils import translation

from surveys.definition.kinds import KINDS, Kind
from surveys.definition.languages import choice_place, has_ready_words, question_place
from surveys.definition.schema import PRESENCE_OPERATORS, DefinedChoice, DefinedQuestion, Definition, ShowIf

if TYPE_CHECKING:
    from surveys.models import Question, Survey

# Marks that turn the reading direction of what follows: in a title they could make one word look like another.
OVERRIDES = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))

BREAKING = re.compile(r"[^\S\u00a0\u202f]+")


def freeze(survey: "Survey") -> dict[str, Any]:
    """Return the JSON-able definition of a draft whose questions and choices are loaded; nothing is checked here."""
    drafts = sorted(survey.questions.all(), key=lambda draft: (draft.page, draft.position, draft.pk or 0))
    pages = {page: number for number, page in enumerate(sorted({draft.page for draft in drafts}), start=1)}
    with translation.override(survey.locale):
        definition = Definition(
            survey=survey.slug,
            title=_line(survey.title),
            locale=survey.locale,
            introduction=_text(survey.introduction),
            thanks_title=_line(survey.thanks_title),
            thanks_text=_text(survey.thanks_text),
            privacy_notice=_text(survey.privacy_notice),
            accent_colour=survey.accent_colour.lower(),
            is_anonymous=survey.is_anonymous,
            questions=tuple(_question(draft, pages[draft.page]) for draft in drafts),
            translations={locale: _said_in(locale, survey, drafts) for locale in survey.other_locales},
            rotation_percent=survey.rotation_percent,
            legal_basis=survey.legal_basis,
        )
    return json.loads(canonical(definition.as_data()))


def _said_in(locale: str, survey: "Survey", drafts: list["Question"]) -> dict[str, str]:
    """What somebody translated, and the ready-made words of scales and buttons where the draft leaves them to us."""
    rows = survey.texts.all() if survey.pk else ()
    said = {row.place: _text(row.text) for row in rows if row.locale == locale}
    return {**_ready_words(locale, drafts), **said} if has_ready_words(locale) else said


def _ready_words(locale: str, drafts: list["Question"]) -> dict[str, str]:
    words: dict[str, str] = {}
    with translation.override(locale):
        for draft in drafts:
            kind = KINDS[draft.kind]
            for part in ("low_label", "high_label") if kind.is_scale else ():
                if not getattr(draft, part):
                    words[question_place(draft, part)] = str(getattr(kind, part))
            for key, text in kind.choices:
                words[choice_place(draft, DefinedChoice(key, ""))] = str(text)
    return words


def checksum(definition: dict[str, Any]) -> str:
    return hashlib.sha256(canonical(definition).encode()).hexdigest()


def canonical(definition: dict[str, Any]) -> str:
    """One spelling per content, whatever order the database gave the keys back in."""
    return json.dumps(definition, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _question(draft: "Question", page: int) -> DefinedQuestion:
    kind = KINDS[draft.kind]
    return DefinedQuestion(
        key=draft.key,
        kind=draft.kind,
        text=_line(draft.text),
        help_text=_line(draft.help_text),
        low_label=_line(draft.low_label or str(kind.low_label)) if kind.is_scale else "",
        high_label=_line(draft.high_label or str(kind.high_label)) if kind.is_scale else "",
        minimum=kind.minimum,
        maximum=kind.maximum,
        polarity=kind.polarity,
        is_required=draft.is_required,
        page=page,
        choices=_choices(draft, kind),
        show_if=_show_if(draft),
        rotation_slot=draft.rotation_slot,
    )


def _choices(draft: "Question", kind: Kind) -> tuple[DefinedChoice, ...]:
    if not kind.needs_choices:
        return tuple(DefinedChoice(key, str(text)) for key, text in kind.choices)
    rows = sorted(draft.choices.all(), key=lambda choice: (choice.position, choice.pk or 0))
    return tuple(DefinedChoice(row.key, _line(row.text)) for row in rows)


def _show_if(draft: "Question") -> ShowIf | None:
    parent = draft.show_if_question
    if parent is None:
        return None
    operator, value = draft.show_if_operator, draft.show_if_value.strip()
    if operator in PRESENCE_OPERATORS:
        return ShowIf(parent.key, operator)
    is_number = KINDS[parent.kind].is_scale and re.fullmatch(r"-?[0-9]{1,4}", value)
    return ShowIf(parent.key, operator, int(value) if is_number else value)


def _text(value: str) -> str:
    """Paragraphs stay; control characters and direction overrides go."""
    plain = value.replace("\r\n", "\n").replace("\r", "\n").translate(OVERRIDES)
    return "".join(sign for sign in plain if sign == "\n" or unicodedata.category(sign) not in {"Cc", "Cs"}).strip()


def _line(value: str) -> str:
    """One line. Spaces that never break stay: in French one stands before a question mark."""
    return BREAKING.sub(" ", _text(value))
