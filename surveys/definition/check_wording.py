"""Words that ask two things at once, take too long, greet nobody or advertise."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from surveys.definition.pipe import FIELDS, OPEN_FAMILIES, Pipe, Place, leftovers, pipes, places
from surveys.definition.problem import Problem, error, named, warning
from surveys.definition.rotation import slots
from surveys.definition.schema import CONSENT, DefinedQuestion, Definition

LONG_SECONDS = 180
SECONDS_A_POINT = 10
AND = {"en": "and", "de": "und", "fr": "et", "es": "y", "pt": "e", "it": "e", "nl": "en"}
ADVERTISING = re.compile(
    r"\b(discount|voucher|coupon|promo code|rabatt|gutschein|trustpilot|tripadvisor|yelp)\b|\breview us\b",
    re.IGNORECASE,
)


def check_wording(definition: Definition) -> Iterator[Problem]:
    for place in places(definition):
        yield from _check_pipes(place, definition)
    for question in definition.questions:
        if asks_two_things(question, definition.locale):
            yield warning(
                _("%(question)s may ask two things at once: one score cannot answer both.")
                % {"question": named(question)},
                question,
            )
    if definition.legal_basis != CONSENT and any(ADVERTISING.search(place.text) for place in places(definition)):
        yield warning(
            _(
                "Offers and requests for public reviews make a survey advertising, which needs consent: set its legal "
                "basis to consent."
            )
        )
    seconds = estimated_seconds(definition)
    if seconds > LONG_SECONDS:
        yield warning(
            _("Answering takes about %(minutes)s minutes; many people leave after three.")
            % {"minutes": round(seconds / 60)}
        )


def estimated_seconds(definition: Definition) -> int:
    """For somebody who sees every question: the kind's own time, and a second for each choice past the fifth.

    Of rotating questions she sees one a slot.
    """
    longest = {slot: max(map(_seconds, questions)) for slot, questions in slots(definition).items()}
    return sum(_seconds(one) for one in definition.questions if not one.rotation_slot) + sum(longest.values())


def points(definition: Definition) -> float:
    """Length in Pew's points: a plain item is one point of about 10 seconds, and 85 points are 15 minutes.

    Source: Pew Research Center, "Our Survey Methodology in Detail" (questionnaire budget).
    """
    return estimated_seconds(definition) / SECONDS_A_POINT


def _seconds(question: DefinedQuestion) -> int:
    return question.nature.seconds + max(0, len(question.choices) - 5)


def asks_two_things(question: DefinedQuestion, locale: str) -> bool:
    word = AND.get(locale.partition("-")[0].lower())
    if word is None or question.kind == "nps" or not question.nature.is_scale:
        return False
    return re.search(rf"\s{word}(/\w+)?\s", question.text, re.IGNORECASE) is not None


def _check_pipes(place: Place, definition: Definition) -> Iterator[Problem]:
    for mistake in leftovers(place.text):
        sentence = _("“%(text)s” is not a placeholder; write one like {{customer.name|there}}.")
        yield error(sentence % {"text": mistake}, place.question)
    for pipe in pipes(place.text):
        yield from _check_pipe(pipe, place, definition)


def _check_pipe(pipe: Pipe, place: Place, definition: Definition) -> Iterator[Problem]:
    field = {"field": f"{{{{{pipe.field}}}}}", "example": f"{{{{{pipe.field}|…}}}}"}
    if pipe.field not in FIELDS and pipe.family not in OPEN_FAMILIES:
        yield error(_("The placeholder %(field)s is unknown.") % field, place.question)
    elif pipe.family == "answer" and not _is_answered_before(pipe.name, place.page, definition):
        yield error(_("The placeholder %(field)s repeats an answer that is not given by then.") % field, place.question)
    elif pipe.family == "customer" and definition.is_anonymous:
        yield error(_("The placeholder %(field)s names the customer in an anonymous survey.") % field, place.question)
    elif not pipe.otherwise:
        sentence = _("When %(field)s is not known, nothing stands there; say what should: %(example)s.")
        yield warning(sentence % field, place.question)


def _is_answered_before(key: str, page: int, definition: Definition) -> bool:
    """Only what an earlier page asked is known when a page is drawn; the thank-you page knows every answer."""
    source = definition.question(key)
    return source is not None and source.page < page
