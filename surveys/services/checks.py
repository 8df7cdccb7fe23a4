"""Everything to mend or to consider before a draft is published: what it says, and the house it is sent from."""

from collections.abc import Iterator
from email.utils import parseaddr

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from surveys.definition.check import check
from surveys.definition.check_languages import PAGE
from surveys.definition.languages import language_name
from surveys.definition.problem import Problem, Severity, warning
from surveys.definition.schema import Definition
from surveys.models import Survey
from surveys.services.languages import stale_places

NO_DOMAINS = ("localhost", "example.org", "example.com")


def problems_of(survey: Survey, definition: Definition) -> list[Problem]:
    """Errors first; those forbid publishing, and all of them come from the definition itself."""
    return [*check(definition), *_stale(survey, definition), *_sender()]


def _stale(survey: Survey, definition: Definition) -> Iterator[Problem]:
    for locale, count in stale_places(survey, definition).items():
        sentence = ngettext(
            "%(count)s original changed after it was translated into %(language)s.",
            "%(count)s originals changed after they were translated into %(language)s.",
            count,
        )
        names = {"count": count, "language": language_name(locale)}
        yield Problem(Severity.WARNING, None, sentence % names, PAGE)


def _sender() -> Iterator[Problem]:
    """Links and QR codes work without a sender, so this is for consideration only."""
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    if address.rpartition("@")[2] in NO_DOMAINS:
        sentence = _("Mails would come from %(address)s: set MAIL_FROM to an address of your own domain.")
        yield warning(sentence % {"address": address})
    if not settings.ORGANISATION_ADDRESS:
        yield warning(
            _("No postal address of yours is known: many countries want it in every mail (ORGANISATION_ADDRESS).")
        )
