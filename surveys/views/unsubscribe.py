"""Saying no: opening the link shows a form and changes nothing; sending it does, as does a mail program's one click."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from surveys.forms.draw import draw_form, draw_message
from surveys.forms.sheet import Sheet
from surveys.models import Delivery
from surveys.services.addresses import is_suppressed
from surveys.services.consent import opt_out, take_back_opt_out
from surveys.services.published import loaded
from surveys.services.unsubscribe import find_unsubscriber

SOURCE = "unsubscribe link"
ONE_CLICK = "One-Click"  # RFC 8058


@csrf_exempt  # the signed link is the proof; a mail program's click comes without cookies
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    delivery = find_unsubscriber(token)
    if delivery is None:
        return _unknown(request)
    if request.method == "POST":
        return _act(request, delivery)
    return _show(request, delivery)


def _act(request: HttpRequest, delivery: Delivery) -> HttpResponse:
    wish, now = request.POST.get("wish", ""), timezone.now()
    one_click = request.POST.get("List-Unsubscribe") == ONE_CLICK
    if not delivery.address:  # erased meanwhile: nothing is left that could be written to
        return _show(request, delivery)
    if wish == "again":
        take_back_opt_out(delivery.channel, delivery.address, now=now, source=SOURCE)
    elif one_click or wish in ("here", "everywhere"):
        opt_out(delivery.channel, delivery.address, now=now, source=SOURCE, everywhere=wish == "everywhere")
    return HttpResponse(status=200) if one_click else _show(request, delivery)


def _show(request: HttpRequest, delivery: Delivery) -> HttpResponse:
    definition = loaded(delivery.invitation.version).definition
    is_off = not delivery.address or is_suppressed(delivery.channel, delivery.address)
    with translation.override(definition.locale):
        title = _("You will not be asked again") if is_off else _("No more questions?")
        masked = _masked(delivery.address)
        recipient = format_html('<bdi class="whole">{}</bdi>', masked) if masked else _("your address")
    context = {"is_off": is_off, "can_undo": bool(delivery.address), "recipient": recipient, "path": request.path}
    template = "surveys/public/unsubscribe.html"
    accent = definition.accent_colour
    return _private(draw_form(template, title, context, locale=definition.locale, accent=accent))


def _masked(address: str) -> str:
    """Enough to know one's own address again, too little for whoever was forwarded the message."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}" if at else f"…{address[-3:]}" if address else ""


def _unknown(request: HttpRequest) -> HttpResponse:
    with translation.override(translation.get_language_from_request(request)):
        sentence = _("It may have been cut off on its way to you. Copy the whole link from the message.")
        sheet = draw_message(_("This link does not work"), [sentence], locale=translation.get_language() or "en")
    return _private(sheet, status=404)


def _private(sheet: Sheet, *, status: int = 200) -> HttpResponse:
    response = HttpResponse(sheet.fill({}), status=status)
    response.headers["Content-Security-Policy"] = sheet.content_security_policy()
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
