"""“Ring me”: the form behind the thanks page. Opening it changes nothing."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from feedback.services.links import Link, find_personal_link
from feedback.views.endings import guarded, public_response, unknown_link
from loop.services.call_backs import Window, ask_for_call, known_phone, windows
from loop.services.history import NotAllowed
from surveys.forms.draw import draw_form, draw_message
from surveys.models import Customer
from surveys.services.addresses import BadAddress


@csrf_exempt  # the link is the proof; the page sets no cookie
@require_http_methods(["GET", "HEAD", "POST"])
def call_back(request: HttpRequest, token: str) -> HttpResponse:
    now = timezone.now()
    link = find_personal_link(token, now=now)
    if link is None or link.is_anonymous or link.origin.is_test or not link.origin.customer_id or not windows(now):
        return unknown_link(request)
    if link.begun is None or link.begun.submitted_at is None:
        return guarded(HttpResponseRedirect(link.path))
    with translation.override(link.survey.definition.locale):
        return _take(request, link, now) if request.method == "POST" else _show(request, link, now)


def _take(request: HttpRequest, link: Link, now: datetime) -> HttpResponse:
    offered = {begins.isoformat(): (begins, ends) for begins, ends in windows(now)}
    window, phone = offered.get(request.POST.get("window", "")), request.POST.get("phone", "")[:40]
    errors = {}
    if window is None:
        errors["window"] = _("Choose one of the times.")
    if request.POST.get("agreed") != "yes":
        errors["agreed"] = _("We may call you only if you agree.")
    if not errors:
        try:
            locale = link.survey.definition.locale
            ask_for_call(link.begun.pk, window=window, phone=phone, wording=_wording(), locale=locale, now=now)
        except (BadAddress, NotAllowed):
            errors["phone"] = _("We need a phone number that we can call, such as +49 30 123456.")
    if errors:
        return _show(request, link, now, errors=errors, status=422)
    return _done(link, window)


def _show(
    request: HttpRequest, link: Link, now: datetime, *, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    known = known_phone(Customer.objects.get(pk=link.origin.customer_id))
    context = {
        "windows": [(window[0].isoformat(), _shown(window)) for window in windows(now)],
        "chosen": request.POST.get("window", ""),
        "phone": request.POST.get("phone", "")[:40],
        "agreed": request.POST.get("agreed") == "yes",
        "known_end": known[-3:],  # the link may have been forwarded, so the whole number is not shown
        "wording": _wording(),
        "errors": errors or {},
        "path": request.path,
    }
    definition = link.survey.definition
    title, template = _("When may we call you?"), "loop/public_call_back.html"
    sheet = draw_form(template, title, context, locale=definition.locale, accent=definition.accent_colour)
    return public_response(sheet.fill({}), sheet, status=status)


def _done(link: Link, window: Window) -> HttpResponse:
    definition = link.survey.definition
    sentence = _("We will call you: %(when)s.") % {"when": _shown(window)}
    sheet = draw_message(
        _("Thank you. We have noted it."), [sentence], locale=definition.locale, accent=definition.accent_colour
    )
    return public_response(sheet.fill({}), sheet)


def _shown(window: Window) -> str:
    begins, ends = window
    return f"{date_format(begins, 'l')}, {date_format(begins, 'DATE_FORMAT')}, {begins:%H:%M}–{ends:%H:%M} ({ends:%Z})"


def _wording() -> str:
    return _("You may call me about my answer. My number is used for this call only.")
