"""The link in "You said, we did" by which a reader says no to more of it."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from feedback.views.endings import public_response, unknown_link
from loop.models import NewsLetter
from loop.services.languages import spoken_locale
from loop.services.news import find_news_letter
from loop.services.reach import EMAIL
from surveys.forms.draw import draw_form
from surveys.services.addresses import is_suppressed
from surveys.services.consent import opt_out, take_back_opt_out

SOURCE = "unsubscribe link of news"
ONE_CLICK = "One-Click"  # RFC 8058


@csrf_exempt  # the signed link is the proof; a mail program's click comes without cookies
@require_http_methods(["GET", "HEAD", "POST"])
def news_off(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the link shows a form and changes nothing; sending it does, as does a mail program's one click."""
    letter = find_news_letter(token)
    if letter is None:
        return unknown_link(request)
    one_click = request.POST.get("List-Unsubscribe") == ONE_CLICK
    wish, now = request.POST.get("wish", ""), timezone.now()
    if request.method == "POST" and letter.address:
        if wish == "again":
            take_back_opt_out(EMAIL, letter.address, now=now, source=SOURCE)
        elif one_click or wish in ("here", "everywhere"):
            opt_out(EMAIL, letter.address, now=now, source=SOURCE, everywhere=wish == "everywhere")
    return HttpResponse(status=200) if one_click else _show(request, letter)


def _show(request: HttpRequest, letter: NewsLetter) -> HttpResponse:
    is_off = not letter.address or is_suppressed(EMAIL, letter.address)
    locale = spoken_locale(letter.customer)
    with translation.override(locale):
        title = _("You will not be written to again") if is_off else _("No more messages?")
        local, _at, domain = letter.address.rpartition("@")
        recipient = f"{local[:1]}…@{domain}" if domain else _("your address")
    context = {"is_off": is_off, "can_undo": bool(letter.address), "recipient": recipient, "path": request.path}
    sheet = draw_form("surveys/public/unsubscribe.html", title, context, locale=locale)
    return public_response(sheet.fill({}), sheet)
