"""What a promoter answers by the link in our letter: opening it changes nothing, sending the form says yes or no."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from feedback.views.endings import public_response, unknown_link
from loop.models import Favour
from loop.services.favours import (
    LONGEST_NAME,
    LONGEST_WORDS,
    decline_favour,
    find_favour,
    follow_link,
    grant_favour,
    share_link,
)
from loop.services.history import NotAllowed
from loop.services.languages import spoken_locale
from loop.services.reach import EMAIL
from surveys.forms.draw import draw_form
from surveys.services.consent import opt_out

SOURCE = "unsubscribe link of a favour"
ONE_CLICK = "One-Click"  # RFC 8058
Kind = Favour.Kind


@csrf_exempt  # the signed link is the proof; the page sets no cookie
@require_http_methods(["GET", "HEAD", "POST"])
def favour(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the link changes nothing. Sending the form says yes or no, also later."""
    row = find_favour(token)
    if row is None or row.customer is None or row.customer.erased_at:
        return unknown_link(request)
    with translation.override(spoken_locale(row.customer)):
        if request.method == "POST":
            return _answer(request, row)
        return _show(request, row)


@require_http_methods(["GET", "HEAD"])
def referred(request: HttpRequest, code: str) -> HttpResponse:
    address = follow_link(code) if request.method == "GET" else None
    if address is None:
        return unknown_link(request)
    return HttpResponseRedirect(address)


def _answer(request: HttpRequest, row: Favour) -> HttpResponse:
    now, wish = timezone.now(), request.POST.get("wish", "")
    if request.POST.get("List-Unsubscribe") == ONE_CLICK:
        opt_out(EMAIL, row.address, now=now, source=SOURCE)
        decline_favour(row.pk, now=now)
        return HttpResponse(status=200)
    if wish == "no":
        return _show(request, decline_favour(row.pk, now=now), notice=_("Thank you. We will not ask for this again."))
    typed = {"words": request.POST.get("words", "").strip(), "shown_as": request.POST.get("shown_as", "").strip()}
    if not request.POST.get("agrees"):
        return _show(request, row, error=_("Tick that you agree, or say no."), typed=typed, status=422)
    try:
        row = grant_favour(row.pk, wording=wording_of(row), now=now, **typed)
    except NotAllowed:
        return _show(request, row, error=_("Write the words that we may quote."), typed=typed, status=422)
    return _show(request, row, notice=_("Thank you very much."))


def wording_of(row: Favour) -> str:
    """The sentence that the customer ticks; it is kept with her yes."""
    quote = _("%(who)s may publish these words with this name. I can take this back on this page at any time.")
    link = _("%(who)s may count how often my link is opened. I can take this back on this page at any time.")
    return (quote if row.kind == Kind.QUOTE else link) % {"who": settings.ORGANISATION_NAME}


def _show(
    request: HttpRequest,
    row: Favour,
    *,
    notice: str = "",
    error: str = "",
    typed: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    is_quote = row.kind == Kind.QUOTE
    title = _("May we quote you?") if is_quote else _("Would you recommend us?")
    context = {
        "is_quote": is_quote,
        "is_granted": row.is_granted,
        "is_over": not row.is_granted and bool(row.declined_at or row.withdrawn_at),
        "wording": wording_of(row),
        "link": share_link(row) if row.is_granted and not is_quote else "",
        "words": (typed or {}).get("words") or row.words,
        "shown_as": (typed or {}).get("shown_as") or row.shown_as,
        "longest_words": LONGEST_WORDS,
        "longest_name": LONGEST_NAME,
        "notice": notice,
        "error": error,
        "path": request.path,
    }
    locale = translation.get_language() or "en"
    sheet = draw_form("loop/public_favour.html", title, context, locale=locale)
    return public_response(sheet.fill({}), sheet, status=status)
