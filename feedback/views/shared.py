"""Pages without a log-in: what a share link shows, and the wall. No way leads on from here, and no figure is small."""

from dataclasses import replace

from django.conf import settings
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from feedback.analytics.filters import Filters
from feedback.analytics.journey_map import draw_journey
from feedback.analytics.overview import Overview, read_overview
from feedback.analytics.verbatims import spoken
from feedback.analytics.whole_periods import whole_periods
from feedback.forms.filters import YEAR, FilterForm
from feedback.metrics import METRICS
from feedback.models import SharedPage, ShareLink
from feedback.services.sharing import note_opening
from feedback.views import pictures
from feedback.views.asking import Asked, read_address, read_query, refuse
from surveys.models import Journey
from vocplatform.lib.tokens import token_digest

COMMENTS_FROM = 10  # people who wrote one
TURN_SECONDS = 20


@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    link = ShareLink.objects.usable(timezone.now()).filter(token_digest=token_digest(token)).first()
    if link is None:
        return _closed(render(request, "feedback/shared_gone.html", status=410))
    asked = read_query(QueryDict(link.query))
    if isinstance(asked, FilterForm):
        return _closed(render(request, "feedback/shared_gone.html", status=410))
    note_opening(link, now=asked.now)
    asked = _whole(asked)
    show = {SharedPage.DASHBOARD: _dashboard, SharedPage.JOURNEY: _journey, SharedPage.WALL: _link_wall}[link.page]
    return _closed(show(request, link, asked))


def _closed(response: HttpResponse) -> HttpResponse:
    """No search engine keeps it, no cache, and no page that is opened from here learns the secret."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _whole(asked: Asked) -> Asked:
    """The same over whole blocks that are over: a window that moves every day gives single days away."""
    period, before = whole_periods(
        asked.filters.period_name,
        asked.filters.period,
        today=asked.today,
        week_start=settings.WEEK_START,
        against_a_year=asked.form.cleaned_data["compare"] == YEAR,
    )
    return replace(asked, filters=asked.filters.during(period), before=before)


def guarded(filters: Filters) -> Filters:
    return replace(filters.scope(), is_guarded=True)


def _overview(asked: Asked, show: str) -> Overview:
    return read_overview(
        guarded(asked.filters),
        before=asked.before,
        grain=asked.form.chosen_grain,
        show=show,
        today=asked.today,
        now=asked.now,
    )


def _drawn(asked: Asked, overview: Overview) -> dict:
    chosen, filters = overview.chosen.metric, guarded(asked.filters)
    trend = pictures.trend_picture(
        chosen,
        overview.trends[chosen.key],
        overview.marks,
        filters.period,
        asked.form.chosen_grain,
        target=overview.chosen.lines.target,
    )
    return {**asked.context, "overview": overview, "tiles": pictures.tiles(overview, filters), "trend": trend}


def _dashboard(request: HttpRequest, link: ShareLink, asked: Asked) -> HttpResponse:
    drawn = _drawn(asked, _overview(asked, asked.form.cleaned_data["show"]))
    comments = spoken(asked.filters.scope(), at_least=COMMENTS_FROM) if link.shows_comments else []
    return render(request, "feedback/shared_dashboard.html", {**drawn, "link": link, "comments": comments})


def _journey(request: HttpRequest, link: ShareLink, asked: Asked) -> HttpResponse:
    journey = Journey.objects.filter(slug=link.journey).first()
    if journey is None:
        return render(request, "feedback/shared_gone.html", status=410)
    found = draw_journey(journey, guarded(asked.filters))
    curve = pictures.journey_picture(found) if found.stops else None
    return render(
        request, "feedback/shared_journey.html", {**asked.context, "link": link, "map": found, "curve": curve}
    )


def _link_wall(request: HttpRequest, link: ShareLink, asked: Asked) -> HttpResponse:
    return _wall(request, asked, link.title)


@require_safe
@login_required
@permission_required("feedback.view_response", raise_exception=True)
def wall(request: HttpRequest) -> HttpResponse:
    asked = read_address(request)
    if isinstance(asked, FilterForm):
        return refuse(request, asked, _("Wall"))
    return _wall(request, asked, "")


def _wall(request: HttpRequest, asked: Asked, title: str) -> HttpResponse:
    """One figure at a time; a script asks for the next one after some seconds, until it is stopped."""
    overview = _overview(asked, request.GET.get("show", ""))
    known = [line.metric.key for line in overview.headlines if line.figure.is_known]
    here = overview.chosen.metric.key
    if request.GET.get("show") and here not in METRICS:
        raise Http404
    following = known[(known.index(here) + 1) % len(known)] if here in known else ""
    query = request.GET.copy()
    query["show"] = following or here
    place = known.index(here) + 1 if here in known else 0
    shown = {
        **_drawn(asked, overview),
        "title": title,
        "line": overview.chosen,
        "seconds": TURN_SECONDS,
        "next": f"?{query.urlencode()}",
        "place": place,
        "known": known,
    }
    return render(request, "feedback/wall.html", shown)
