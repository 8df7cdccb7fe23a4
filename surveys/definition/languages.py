"""A survey in further languages: which texts it has, what is missing, and the definition as one language says it.

Keys, scales and logic stay as they are, so answers in all languages stand side by side.
"""

from collections.abc import Mapping
from dataclasses import replace

from django.conf import global_settings, settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from surveys.definition.schema import DefinedChoice, DefinedQuestion, Definition

SURVEY_PLACES = ("title", "introduction", "thanks_title", "thanks_text", "privacy_notice")
QUESTION_PLACES = ("text", "help_text", "low_label", "high_label")


def texts_of(definition: Definition) -> dict[str, str]:
    """Every text that customers read, by its place, in the order of the survey; empty ones are left out."""
    found = {place: getattr(definition, place) for place in SURVEY_PLACES}
    for question in definition.questions:
        found |= {question_place(question, part): getattr(question, part) for part in QUESTION_PLACES}
        found |= {choice_place(question, choice): choice.text for choice in question.choices}
    return {place: text for place, text in found.items() if text}


def question_place(question: DefinedQuestion, part: str) -> str:
    return f"question.{question.key}.{part}"


def choice_place(question: DefinedQuestion, choice: DefinedChoice) -> str:
    return f"choice.{question.key}.{choice.key}"


def languages_of(definition: Definition) -> list[str]:
    """The survey's own language first."""
    return [definition.locale, *definition.translations]


def missing_texts(definition: Definition, locale: str) -> list[str]:
    """The places that this language says nothing for: customers would read them in the survey's own language."""
    said = definition.translations.get(locale, {})
    return [place for place in texts_of(definition) if not said.get(place)]


def in_language(definition: Definition, locale: str) -> Definition:
    """The definition as this language says it; the definition itself where the survey does not speak it."""
    said = definition.translations.get(locale)
    if said is None:
        return definition
    own = {place: said.get(place) or getattr(definition, place) for place in SURVEY_PLACES}
    questions = tuple(_translated(question, said) for question in definition.questions)
    return replace(definition, locale=locale, questions=questions, **own)


def _translated(question: DefinedQuestion, said: Mapping[str, str]) -> DefinedQuestion:
    parts = {
        part: said.get(question_place(question, part)) or getattr(question, part)
        for part in QUESTION_PLACES
        if getattr(question, part)
    }
    choices = tuple(
        replace(choice, text=said.get(choice_place(question, choice)) or choice.text) for choice in question.choices
    )
    return replace(question, choices=choices, **parts)


def best_language(definition: Definition, wanted: str) -> str | None:
    """The survey's language that fits a tag such as de-AT: the very same, or the same without its region."""
    offered = {code.lower(): code for code in languages_of(definition)}
    tag = wanted.replace("_", "-").lower()
    main = tag.partition("-")[0]
    near = (code for code in offered if code.partition("-")[0] == main)
    return offered.get(tag) or offered.get(main) or offered.get(next(near, ""))


def has_ready_words(locale: str) -> bool:
    """True where buttons, error messages and endings are translated: the survey's own texts are only half of a page."""
    codes = {code.lower() for code, _name in settings.LANGUAGES}
    return locale.lower() in codes or locale.partition("-")[0].lower() in codes


def language_name(locale: str) -> str:
    try:
        return str(get_language_info(locale)["name_translated"])
    except KeyError:
        return locale


def own_name(locale: str) -> str:
    """As its speakers call it."""
    try:
        return str(get_language_info(locale)["name_local"])
    except KeyError:
        return locale


def language_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """All languages, those with ready-made words first, their regional kinds last among these.

    The others show buttons and endings in English.
    """
    every = sorted(((code, language_name(code)) for code, _name in global_settings.LANGUAGES), key=lambda pair: pair[1])
    shipped = {code.lower() for code, _name in settings.LANGUAGES}
    ready = sorted((pair for pair in every if has_ready_words(pair[0])), key=lambda pair: pair[0] not in shipped)
    others = [pair for pair in every if not has_ready_words(pair[0])]
    return [(_("Everything translated"), ready), (_("Buttons, errors and endings in English"), others)]
