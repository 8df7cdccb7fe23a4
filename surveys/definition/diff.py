"""What a new version changes, and whether its answers still stand beside the old ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from django.utils.translation import gettext as _

from surveys.definition.languages import language_name
from surveys.definition.problem import named
from surveys.definition.schema import CONSENT, DefinedQuestion, Definition
from surveys.definition.wording import is_same_wording

GREETINGS = ("title", "introduction", "thanks_title", "thanks_text", "privacy_notice", "accent_colour")


class Effect(StrEnum):
    """On the trend: none; a mark at this day; a new series."""

    HARMLESS = "harmless"
    COMPARABLE = "comparable"
    BREAKING = "breaking"


GRAVITY = {Effect.BREAKING: 0, Effect.COMPARABLE: 1, Effect.HARMLESS: 2}


@dataclass(frozen=True, slots=True)
class Change:
    """One sentence about one question (its key), or about the whole survey (None)."""

    effect: Effect
    question: str | None
    sentence: str


def compare(before: Definition, after: Definition) -> list[Change]:
    """Every difference, the gravest first, each in the order of the survey."""
    found = [*_survey(before, after), *_kept(before, after), *_places(before, after), *_new_and_gone(before, after)]
    return sorted(found, key=lambda change: GRAVITY[change.effect])


def gravest(changes: list[Change]) -> Effect | None:
    return min((change.effect for change in changes), key=GRAVITY.__getitem__, default=None)


def _survey(before: Definition, after: Definition) -> Iterator[Change]:
    names = {
        "title": _("The title"),
        "introduction": _("The introduction"),
        "thanks_title": _("The thank-you title"),
        "thanks_text": _("The thank-you text"),
        "privacy_notice": _("The privacy notice"),
        "accent_colour": _("The accent colour"),
    }
    for field in GREETINGS:
        if getattr(before, field) != getattr(after, field):
            yield Change(Effect.HARMLESS, None, _("%(what)s changes.") % {"what": names[field]})
    if before.locale != after.locale:
        sentence = _("The language changes from %(old)s to %(new)s.") % {"old": before.locale, "new": after.locale}
        yield Change(Effect.COMPARABLE, None, sentence)
    yield from _languages(before, after)
    if before.rotation_percent != after.rotation_percent:
        names = {"old": before.rotation_percent, "new": after.rotation_percent}
        sentence = _("Rotating questions go to %(new)s %% of people instead of %(old)s %%.") % names
        yield Change(Effect.COMPARABLE, None, sentence)
    if before.legal_basis != after.legal_basis:
        yes = _("From now on only customers are written to who said yes.")
        sentence = yes if after.legal_basis == CONSENT else _("Customers are written to unless they said no.")
        yield Change(Effect.COMPARABLE, None, sentence)
    if before.is_anonymous != after.is_anonymous:
        sentence = _("The survey becomes anonymous.") if after.is_anonymous else _("The survey is no longer anonymous.")
        yield Change(Effect.COMPARABLE, None, sentence)


def _languages(before: Definition, after: Definition) -> Iterator[Change]:
    for locale in {**before.translations, **after.translations}:
        name = {"language": language_name(locale)}
        if locale not in before.translations:
            yield Change(Effect.COMPARABLE, None, _("The survey also speaks %(language)s.") % name)
        elif locale not in after.translations:
            yield Change(Effect.COMPARABLE, None, _("The survey no longer speaks %(language)s.") % name)
        elif before.translations[locale] != after.translations[locale]:
            yield Change(Effect.COMPARABLE, None, _("The %(language)s words change.") % name)


def _kept(before: Definition, after: Definition) -> Iterator[Change]:
    for question in after.questions:
        old = before.question(question.key)
        if old is not None:
            yield from _question(old, question)


def _question(old: DefinedQuestion, new: DefinedQuestion) -> Iterator[Change]:
    name = {"question": named(new)}
    if (old.kind, old.minimum, old.maximum, old.polarity) != (new.kind, new.minimum, new.maximum, new.polarity):
        yield Change(Effect.BREAKING, new.key, _("%(question)s gets another scale.") % name)
        return
    if old.text != new.text:
        yield _reworded(old, new)
    for field in ("low_label", "high_label"):
        yield from _label(getattr(old, field), getattr(new, field), new)
    if old.help_text != new.help_text:
        yield Change(Effect.HARMLESS, new.key, _("The help of %(question)s changes.") % name)
    if old.is_required != new.is_required:
        sentence = _("%(question)s must be answered.") if new.is_required else _("%(question)s may be left out.")
        yield Change(Effect.COMPARABLE, new.key, sentence % name)
    if old.rotation_slot != new.rotation_slot:
        sentence = _("%(question)s rotates.") if new.rotation_slot else _("%(question)s no longer rotates.")
        yield Change(Effect.COMPARABLE, new.key, sentence % name)
    if old.show_if != new.show_if:
        yield Change(Effect.COMPARABLE, new.key, _("Other people than before are asked %(question)s.") % name)
    if new.nature.needs_choices:
        yield from _choices(old, new)


def _reworded(old: DefinedQuestion, new: DefinedQuestion) -> Change:
    names = {"old": named(old), "new": named(new)}
    if is_same_wording(old.text, new.text):
        return Change(Effect.HARMLESS, new.key, _("%(old)s is corrected to %(new)s.") % names)
    return Change(Effect.COMPARABLE, new.key, _("%(old)s is worded anew: %(new)s.") % names)


def _label(old: str, new: str, question: DefinedQuestion) -> Iterator[Change]:
    if old == new:
        return
    effect = Effect.HARMLESS if is_same_wording(old, new) else Effect.BREAKING
    names = {"question": named(question), "old": old, "new": new}
    yield Change(effect, question.key, _("An end of the scale of %(question)s: “%(old)s” becomes “%(new)s”.") % names)


def _choices(old: DefinedQuestion, new: DefinedQuestion) -> Iterator[Change]:
    was, offers = ({choice.key: choice.text for choice in question.choices} for question in (old, new))
    for key in was | offers:
        names = {"question": named(new), "old": was.get(key), "new": offers.get(key)}
        if key not in offers:
            yield Change(Effect.BREAKING, new.key, _("%(question)s no longer offers “%(old)s”.") % names)
        elif key not in was:
            yield Change(Effect.COMPARABLE, new.key, _("%(question)s also offers “%(new)s”.") % names)
        elif was[key] != offers[key]:
            effect = Effect.HARMLESS if is_same_wording(was[key], offers[key]) else Effect.BREAKING
            yield Change(effect, new.key, _("In %(question)s “%(old)s” becomes “%(new)s”.") % names)
    if [key for key in was if key in offers] != [key for key in offers if key in was]:
        sentence = _("%(question)s offers its choices in another order.") % {"question": named(new)}
        yield Change(Effect.COMPARABLE, new.key, sentence)


def _places(before: Definition, after: Definition) -> Iterator[Change]:
    """What comes before a question colours its answer, so a move is worth a mark."""
    kept = [question.key for question in before.questions if after.question(question.key)]
    now = [question.key for question in after.questions if before.question(question.key)]
    blocks = SequenceMatcher(None, kept, now, autojunk=False).get_matching_blocks()
    in_place = {key for block in blocks for key in kept[block.a : block.a + block.size]}
    for question in after.questions:
        old = before.question(question.key)
        if old is None:
            continue
        if question.key not in in_place:
            sentence = _("%(question)s is asked at another place.")
        elif old.page != question.page:
            sentence = _("%(question)s moves to page %(page)s.")
        else:
            continue
        yield Change(Effect.COMPARABLE, question.key, sentence % {"question": named(question), "page": question.page})


def _new_and_gone(before: Definition, after: Definition) -> Iterator[Change]:
    for question in after.questions:
        if before.question(question.key) is None:
            yield Change(Effect.COMPARABLE, question.key, _("%(question)s is new.") % {"question": named(question)})
    for question in before.questions:
        if after.question(question.key) is None:
            sentence = _("%(question)s is no longer asked; its answers stay.") % {"question": named(question)}
            yield Change(Effect.COMPARABLE, question.key, sentence)
