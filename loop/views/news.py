"""You said, we did: the letter, who gets it and who does not, and the link by which a reader says no."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from loop.forms.news import NewsForm, SendForm
from loop.models import Announcement, Initiative, NewsLetter
from loop.reports.news import news_effect
from loop.services.history import NotAllowed
from loop.services.news import audience_of, find_news_letter, send_news, write_news
from loop.services.reach import EMAIL
from surveys.forms.draw import draw_form, draw_message
from surveys.forms.sheet import Sheet
from surveys.services.addresses import is_suppressed
from surveys.services.consent import opt_out, take_back_opt_out
from vocplatform.lib.doors import open_to

UNPROCESSABLE = 422
SOURCE = "unsubscribe link of news"
ONE_CLICK = "One-Click"  # RFC 8058


@require_http_methods(["GET", "HEAD", "POST"])
@open_to("loop.change_announcement")
def news_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the letter, and see exactly who would get it."""
    initiative = get_object_or_404(Initiative.objects.with_everyone(), pk=pk)
    news = Announcement.objects.filter(initiative=initiative).select_related("sent_by").first()
    form = NewsForm(request.POST or None, instance=news)
    if request.method == "POST" and form.is_valid():
        try:
            write_news(pk, now=timezone.now(), **form.cleaned_data)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. Look at who gets it, then send it."))
            return redirect("loop:news", pk)
    return _page(request, initiative, news, form, status=UNPROCESSABLE if form.is_bound else 200)


@require_POST
@open_to("loop.send_news")
def news_send(request: HttpRequest, pk: int) -> HttpResponse:
    news = get_object_or_404(Announcement.objects.select_related("initiative"), initiative=pk)
    form = SendForm(request.POST)
    if form.is_valid():
        try:
            send_news(news.pk, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except NotAllowed as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("On its way."))
    return redirect("loop:news", pk)


def _page(
    request: HttpRequest, initiative: Initiative, news: Announcement | None, form: NewsForm, *, status: int
) -> HttpResponse:
    now = timezone.now()
    is_sent = bool(news and news.sent_at)
    context = {
        "initiative": initiative,
        "news": news,
        "form": form,
        "is_sent": is_sent,
        "audience": None if is_sent or not initiative.go_live_on else audience_of(initiative, now=now),
        "effect": news_effect(news, now=now) if is_sent else None,
    }
    return render(request, "loop/news.html", context, status=status)


@csrf_exempt  # the signed link is the proof; a mail program's click comes without cookies
@require_http_methods(["GET", "HEAD", "POST"])
def news_off(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the link shows a form and changes nothing; sending it does, as does a mail program's one click."""
    letter = find_news_letter(token)
    if letter is None:
        return _unknown(request)
    one_click = request.POST.get("List-Unsubscribe") == ONE_CLICK
    wish, now = request.POST.get("wish", ""), timezone.now()
    if request.method == "POST" and letter.address:
        if wish == "again":
            take_back_opt_out(EMAIL, letter.address, now=now, source=SOURCE)
        elif one_click or wish in ("here", "everywhere"):
            opt_out(EMAIL, letter.address, now=now, source=SOURCE, everywhere=wish == "everywhere")
    return HttpResponse(status=200) if one_click else _off_page(request, letter)


def _off_page(request: HttpRequest, letter: NewsLetter) -> HttpResponse:
    is_off = not letter.address or is_suppressed(EMAIL, letter.address)
    locale = (letter.customer.locale if letter.customer else "") or translation.get_language() or "en"
    with translation.override(locale):
        title = _("You will not be written to again") if is_off else _("No more messages?")
        local, _at, domain = letter.address.rpartition("@")
        recipient = f"{local[:1]}…@{domain}" if domain else _("your address")
    context = {"is_off": is_off, "can_undo": bool(letter.address), "recipient": recipient, "path": request.path}
    return _private(draw_form("surveys/public/unsubscribe.html", title, context, locale=locale))


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
