"""What a customer sees when something is wrong: in the browser's language, with a way on, and without a database."""

import re

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.encoding import escape_uri_path
from django.utils.translation import gettext as _

from feedback.views.endings import public_response
from surveys.forms.draw import draw_message

SECRET_LINKS = re.compile(r"/[cfnqrsu](/|$)", re.IGNORECASE)  # as the URL configurations of surveys, feedback and loop


def is_customers(request: HttpRequest) -> bool:
    return bool(SECRET_LINKS.match(request.path))


def nothing_there(request: HttpRequest) -> HttpResponse:
    with _their_language(request):
        sentence = _("It may have been cut off on its way to you. Copy the whole link from the message.")
        return _say(_("This link does not work"), sentence, status=404)


def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    with _their_language(request):
        if isinstance(exception, RequestDataTooBig | TooManyFieldsSent):
            sentence = _("Nothing was changed. Open the page again and send fewer words.")
            return _say(_("This is too much at once"), sentence, status=413, path=request.path)
        sentence = _("Something in the address or in the form is not what this page takes. Nothing was changed.")
        return _say(_("This request cannot be read"), sentence, status=400, path=request.path)


def refused(request: HttpRequest) -> HttpResponse:
    with _their_language(request):
        sentence = _("Nothing was changed. Open the page again and send it from there.")
        return _say(_("This was not accepted"), sentence, status=403, path=request.path)


def broken(request: HttpRequest) -> HttpResponse:
    with _their_language(request):
        sentence = _("What was saved before is kept. Please try again; if it happens twice, write to us.")
        return _say(_("Something broke on our side"), sentence, status=500, path=request.path)


def away(request: HttpRequest) -> HttpResponse:
    with _their_language(request):
        title = _("Please try again in a moment")
        if request.method == "POST":
            sentence = _("We cannot store anything just now. Go back, wait a few seconds and send it once more.")
        else:
            sentence = _("We cannot open this page just now. Wait a few seconds, then open it once more.")
        return _say(title, sentence, status=503, path=request.path)


def _their_language(request: HttpRequest) -> translation.override:
    """Whose link it is would have to be looked up, and looking up may be what failed."""
    return translation.override(translation.get_language_from_request(request))


def _say(title: str, sentence: str, *, status: int, path: str = "") -> HttpResponse:
    way_on = (escape_uri_path(path), _("Open the page again")) if path else None
    sheet = draw_message(title, [sentence], locale=translation.get_language() or "en", link=way_on)
    return public_response(sheet.fill({}), sheet, status=status)
