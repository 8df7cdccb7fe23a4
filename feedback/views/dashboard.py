from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from feedback.analytics.journey_map import END, LOW, PEAK, JourneyMap, draw_journey
from feedback.analytics.journey_plan import plan_of
from feedback.analytics.moves import read_moves
from feedback.analytics.overview import read_overview
from feedback.analytics.themes import read_asks
from feedback.analytics.verbatims import latest_comments
from feedback.forms.changes import ChangeForm
from feedback.forms.filters import FilterForm
from feedback.models import SharedPage
from feedback.overlays import Mark, Overlay, overlays
from feedback.views import pictures
from feedback.views.asking import read_address, refuse
from feedback.views.saved import first_page
from surveys.models import Journey
from vocplatform.lib.periods import Period


@require_safe
@login_required
@permission_required("feedback.view_response", raise_exception=True)
def dashboard(request: HttpRequest) -> HttpResponse:
    if (first := first_page(request, SharedPage.DASHBOARD)) is not None:
        return first
    asked = read_address(request)
    if isinstance(asked, FilterForm):
        return refuse(request, asked, _("Dashboard"))
    filters, grain = asked.filters.scope(), asked.form.chosen_grain
    overview = read_overview(
        filters,
        before=asked.form.compared_with,
        grain=grain,
        show=asked.form.cleaned_data["show"],
        today=asked.today,
        now=asked.now,
    )
    chosen = overview.chosen.metric
    drawn = asked.context | {
        "overview": overview,
        "tiles": pictures.tiles(overview, filters),
        "trend": pictures.trend_picture(
            chosen,
            overview.trends[chosen.key],
            overview.marks,
            filters.period,
            grain,
            target=overview.chosen.lines.target,
        ),
        "distribution": pictures.distribution_picture(chosen, overview.bars) if overview.bars else None,
        "funnel": pictures.funnel_picture(overview.funnel.steps) if overview.funnel.steps else None,
        "comments": latest_comments(filters),
        "asks": [] if filters.segment else read_asks(filters),  # a segment is counted from rows: too slow here
        "change_form": ChangeForm(initial={"on": asked.today}),
    }
    return render(request, "feedback/dashboard.html", drawn)


@require_safe
@login_required
@permission_required("feedback.view_response", raise_exception=True)
def journey_map(request: HttpRequest, slug: str = "") -> HttpResponse:
    if not slug and (first := first_page(request, SharedPage.JOURNEY)) is not None:
        return first
    asked = read_address(request)
    if isinstance(asked, FilterForm):
        return refuse(request, asked, _("Journey"))
    journeys = list(Journey.objects.annotate(size=Count("stages__touchpoints")).order_by("name"))
    longest = max(journeys, key=lambda each: each.size, default=None)
    journey = get_object_or_404(Journey, slug=slug) if slug else longest
    drawn = asked.context | {"journeys": journeys, "journey": journey}
    if journey:
        found = draw_journey(journey, asked.filters.scope())
        drawn |= {
            "map": found,
            "curve": pictures.journey_picture(found) if found.stops else None,
            "plan": plan_of(journey),
            "marks": marks_of(found, asked.filters.period, request.user),
            "ends": [(_("Peak"), found.stop(PEAK)), (_("Low"), found.stop(LOW)), (_("End"), found.stop(END))],
        }
        drawn["moves"] = read_moves(journey, asked.filters.scope())
    return render(request, "feedback/journey.html", drawn)


def marks_of(found: JourneyMap, period: Period, reader: AbstractBaseUser) -> list[tuple[Overlay, list[Mark | None]]]:
    """A row per overlay with a cell per touchpoint, in the order of the map."""
    keys = [stop.touchpoint.pk for stop in found.stops]
    return [(overlay, [overlay.marks.get(key) for key in keys]) for overlay in overlays(keys, period, reader)]
