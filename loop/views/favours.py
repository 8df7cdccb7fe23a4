"""Promoters: who they are and what they may be asked for; and kind words for those whom they are about."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from feedback.analytics.answered import with_answers
from feedback.analytics.verbatims import as_verbatim
from feedback.models import Response
from loop.forms.news import SendForm
from loop.models import Favour, Praise
from loop.reports.advocates import advocate_report, advocates, promoters_by_worth
from loop.services.favours import ask_promoters, audience_for
from loop.services.history import NotAllowed
from loop.services.praise import see_praise
from vocplatform.lib.doors import open_to

ROWS = 50
Kind = Favour.Kind


@require_safe
@open_to("loop.view_favour")
def promoters_page(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    page = Paginator(promoters_by_worth(now=now), ROWS).get_page(request.GET.get("page"))
    kinds = [kind for kind in Kind if kind != Kind.REFERRAL or settings.REFERRAL_URL]
    context = {
        "page": page,
        "rows": advocates(list(page.object_list), now=now),
        "report": advocate_report(now=now),
        "asks": [{"kind": kind, "audience": audience_for(kind, now=now)} for kind in kinds],
        "no_referrals": not settings.REFERRAL_URL,
    }
    return render(request, "loop/promoters.html", context)


@require_POST
@open_to("loop.ask_favour")
def ask(request: HttpRequest, kind: str) -> HttpResponse:
    if kind not in Kind.values:
        raise Http404
    form = SendForm(request.POST)
    if form.is_valid():
        try:
            asked = ask_promoters(kind, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except NotAllowed as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("On its way to %d customers.") % len(asked))
    return redirect("loop:promoters")


@require_safe
@open_to("loop.view_favour")
def quotes(request: HttpRequest) -> HttpResponse:
    """What may be published right now; what was taken back is gone from here at once."""
    granted = Favour.objects.granted().filter(kind=Kind.QUOTE).order_by("-agreed_at", "-pk")
    page = Paginator(granted, ROWS).get_page(request.GET.get("page"))
    return render(request, "loop/quotes.html", {"page": page})


@require_safe
@open_to("loop.view_praise")
def praise(request: HttpRequest) -> HttpResponse:
    """Kind words, the newest first. Nobody is counted against anybody."""
    rows = Praise.objects.select_related("team", "person")
    mine = request.GET.get("show") != "all"
    page = Paginator(rows.for_reader(request.user) if mine else rows, ROWS).get_page(request.GET.get("page"))
    answered = with_answers(Response.objects.filter(praise__in=list(page)).select_related("touchpoint", "customer"))
    said = {response.pk: as_verbatim(response) for response in answered}
    shown = [(row, said[row.response_id]) for row in page]
    is_new = Praise.objects.filter(person=request.user, seen_at__isnull=True).exists()
    return render(request, "loop/praise.html", {"page": page, "rows": shown, "mine": mine, "is_new": is_new})


@require_POST
@open_to("loop.view_praise")
def praise_seen(request: HttpRequest) -> HttpResponse:
    see_praise(request.user, now=timezone.now())
    return redirect("loop:praise")
