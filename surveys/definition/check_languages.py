"""What a survey in several languages lacks."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from surveys.definition.languages import has_ready_words, language_name, languages_of, missing_texts, texts_of
from surveys.definition.pipe import leftovers, pipes
from surveys.definition.problem import Problem, Severity
from surveys.definition.schema import Definition

PAGE = "languages"


def check_languages(definition: Definition) -> Iterator[Problem]:
    for locale in languages_of(definition):
        if not has_ready_words(locale):
            sentence = _("Buttons, error messages and endings have no ready-made %(language)s: customers read English.")
            yield Problem(Severity.WARNING, None, sentence % {"language": language_name(locale)}, PAGE)
    for locale in definition.translations:
        if missing := missing_texts(definition, locale):
            sentence = ngettext(
                "%(count)s text has no %(language)s.", "%(count)s texts have no %(language)s.", len(missing)
            )
            names = {"count": len(missing), "language": language_name(locale)}
            yield Problem(Severity.ERROR, None, sentence % names, PAGE)
        yield from _check_placeholders(definition, locale)


def _check_placeholders(definition: Definition, locale: str) -> Iterator[Problem]:
    """A translation may fill in what the original fills in, and nothing else: each place was checked for that."""
    originals = texts_of(definition)
    for place, text in definition.translations[locale].items():
        if place not in originals:
            continue
        known = {pipe.field for pipe in pipes(originals[place])}
        strange = [f"{{{{{pipe.field}}}}}" for pipe in pipes(text) if pipe.field not in known] + leftovers(text)
        if strange:
            sentence = _("“%(text)s” has the placeholder %(field)s in %(language)s only.")
            names = {"text": originals[place], "field": strange[0], "language": language_name(locale)}
            yield Problem(Severity.ERROR, None, sentence % names, PAGE)
