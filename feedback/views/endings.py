"""Pages in the place of questions: one for each way in which a link leads no further."""

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from feedback.services.links import Link, Standing
from surveys.forms.draw import draw_message
from surveys.forms.sheet import Sheet
from surveys.forms.style import PLAIN_ACCENT
from vocplatform.lib.rates import Limit
from vocplatform.lib.web import client_address

GUESSES = Limit("link", most=30, seconds=600)


def public_response(html: str, sheet: Sheet, *, status: int = 200) -> HttpResponse:
    response = HttpResponse(html, status=status)
    response.headers["Content-Security-Policy"] = sheet.content_security_policy()
    return guarded(response)


def guarded(response: HttpResponse) -> HttpResponse:
    """A page behind a secret link: kept nowhere, listed nowhere, named to nobody, framed by nobody."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Frame-Options"] = "DENY"
    return response


def unknown_link(request: HttpRequest) -> HttpResponse:
    """The same page for every link that is none, until somebody tries too many."""
    with translation.override(translation.get_language_from_request(request)):
        if wait := GUESSES.wait(client_address(request)):
            sentence = _("There were too many tries from your connection. Wait ten minutes, then open the link again.")
            return _too_often(sentence, wait)
        return _message(
            _("This link does not work"),
            _("It may have been cut off on its way to you. Copy the whole link from the message, or open it there."),
            status=404,
        )


def too_many_answers(link: Link, wait: int) -> HttpResponse:
    sentence = _("Very many answers came from your connection. Wait a minute, then send yours again; it is still open.")
    return _too_often(sentence, wait, link)


def _too_often(sentence: str, wait: int, link: Link | None = None) -> HttpResponse:
    way_on = (link.path, _("Open the survey again")) if link else None
    response = _message(_("Please wait a little"), sentence, status=429, link=link, way_on=way_on)
    response.headers["Retry-After"] = str(wait)
    return response


def unreadable(link: Link, *, status: int) -> HttpResponse:
    return _message(
        _("Your answers could not be read"),
        _("Nothing was lost that was saved before. Open the link again and continue from there."),
        status=status,
        link=link,
        way_on=(link.path, _("Open the survey again")),
    )


def used_link(link: Link, *, edit_path: str = "") -> HttpResponse:
    if edit_path:
        sentence = _("Thank you. You can still change what you said.")
    else:
        sentence = _("Thank you. This link was used, and what was said with it stands.")
    way_on = (edit_path, _("Change your answers")) if edit_path else None
    return _message(_("You have already answered"), sentence, link=link, way_on=way_on)


def ended_link(link: Link) -> HttpResponse:
    """410: a link that worked once and will not work again."""
    if link.standing is Standing.EXPIRED:
        words = _("This link has run out"), _("It was valid for a limited time only. Thank you for wanting to answer.")
    elif link.standing is Standing.WITHDRAWN:
        words = _("This link was withdrawn"), _("Your answer is no longer needed. Thank you for wanting to give it.")
    else:
        words = _("This survey is closed"), _("It takes no more answers. Thank you for wanting to give yours.")
    return _message(*words, status=410, link=link)


def _message(
    title: str,
    sentence: str,
    *,
    status: int = 200,
    link: Link | None = None,
    way_on: tuple[str, str] | None = None,
) -> HttpResponse:
    locale = link.survey.definition.locale if link else translation.get_language() or "en"
    accent = link.survey.definition.accent_colour if link else PLAIN_ACCENT
    sheet = draw_message(title, [sentence], locale=locale, accent=accent, link=way_on)
    return public_response(sheet.fill({}), sheet, status=status)
