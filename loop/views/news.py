"""You said, we did: the letter, who gets it and who does not."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from loop.forms.news import NewsForm, SendForm
from loop.models import Announcement, Initiative
from loop.reports.news import news_effect
from loop.services.history import NotAllowed
from loop.services.news import audience_of, send_news, write_news
from vocplatform.lib.doors import open_to

UNPROCESSABLE = 422


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
