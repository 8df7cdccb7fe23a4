from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from feedback.analytics.facts import OPERATIONAL
from feedback.analytics.measures import Measured, Measures, measure_rows, read_measures
from feedback.analytics.trends import marks
from feedback.charts.sparkline import sparkline
from feedback.forms.changes import ChangeForm
from feedback.forms.comparing import PagedForm
from feedback.forms.filters import FilterForm
from feedback.metrics.catalogue import CATALOGUE
from feedback.models import Fact
from feedback.views import pictures
from feedback.views.asking import Asked, read_address, refuse
from feedback.views.responses import download
from vocplatform.lib.doors import open_to
from vocplatform.lib.periods import Grain

ROWS = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One metric of the list with its little drawing and the ways on."""

    line: Measured
    address: str
    rows: str
    spark: SafeString


@require_safe
@open_to("feedback.view_response")
def measures(request: HttpRequest) -> HttpResponse:
    asked = read_address(request)
    if isinstance(asked, FilterForm):
        return refuse(request, asked, _("Metrics"))
    found = _read(asked)
    drawn = asked.context | {"measures": found, "rows": [_row(line, asked) for line in found.lines]}
    return render(request, "feedback/measures.html", drawn)


@require_safe
@open_to("feedback.view_response")
def measure(request: HttpRequest, key: str) -> HttpResponse:
    if key not in CATALOGUE:
        raise Http404
    asked = read_address(request)
    if isinstance(asked, FilterForm):
        return refuse(request, asked, _("Metrics"))
    found = _read(asked, only=key)
    if not found.lines:
        raise Http404
    line = found.lines[0]
    logged = marks(asked.filters.scope(), timezone.get_default_timezone())
    drawn = asked.context | {
        "measures": found,
        "row": _row(line, asked),
        "line": line,
        "marks": logged,
        "trend": pictures.measure_picture(line, logged, asked.form.chosen_grain),
        "change_form": ChangeForm(initial={"on": asked.today}),
    }
    return render(request, "feedback/measure.html", drawn)


@require_safe
@open_to("feedback.view_response")
def facts(request: HttpRequest, key: str) -> HttpResponse:
    """The very events behind a metric, newest first."""
    if key not in OPERATIONAL:
        raise Http404
    asked = read_address(request, PagedForm)
    if isinstance(asked, FilterForm):
        return refuse(request, asked, _("Metrics"))
    filters, zone = asked.filters, timezone.get_default_timezone()
    rows = Fact.objects.filter(filters.places_q("touchpoint__"), kind__in=OPERATIONAL[key].kinds)
    within = rows.filter(
        occurred_at__gte=filters.period.starts_at(zone), occurred_at__lt=filters.period.ends_at(zone)
    ).select_related("touchpoint", "customer")
    page = Paginator(within, ROWS).get_page(asked.form.cleaned_data["page"])
    drawn = asked.context | {"page": page, "described": CATALOGUE[key], "key": key}
    return render(request, "feedback/facts.html", drawn)


@require_safe
@open_to("feedback.view_response")
def measures_csv(request: HttpRequest) -> HttpResponse:
    asked = read_address(request)
    if isinstance(asked, FilterForm):
        return refuse(request, asked, _("Metrics"))
    return download("metrics", asked, measure_rows(_read(asked, trend=False).lines, asked.filters))


def _read(asked: Asked, *, only: str = "", trend: bool = True) -> Measures:
    grain: Grain | None = asked.form.chosen_grain if trend else None
    return read_measures(
        asked.filters.scope(), asked.form.compared_with, now=asked.now, today=asked.today, grain=grain, only=only
    )


def _row(line: Measured, asked: Asked) -> Row:
    return Row(
        line=line,
        address=f"{reverse('measure', args=[line.key])}?{asked.filters.scope().query()}",
        rows=pictures.measure_address(line.described, asked.filters.scope()),
        spark=sparkline([figure for _slot, figure in line.trend], whole=line.axis),
    )
