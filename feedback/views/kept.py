import csv
from collections.abc import Iterator

from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from feedback.analytics.export import FIGURE_COLUMNS, figure_cells, safe_row
from feedback.analytics.filters import Filters
from feedback.analytics.replay import Replay, figure_of, replay
from feedback.forms.filters import FilterForm
from feedback.metrics import METRICS
from feedback.models import KeptFigure
from feedback.services.kept import keep_figure
from feedback.views.asking import read_query, refuse

PAGE = 30
REPLAYED_AT_ONCE = 20_000  # answers; more are counted again when somebody asks for it


@require_POST
@login_required
@permission_required("feedback.add_keptfigure", raise_exception=True)
def keep(request: HttpRequest) -> HttpResponse:
    metric = METRICS.get(request.POST.get("metric", ""))
    if metric is None:
        raise Http404
    asked = read_query(QueryDict(request.POST.get("query", "")))
    if isinstance(asked, FilterForm):
        return refuse(request, asked, _("Kept figure"))
    note = request.POST.get("note", "").strip()[:200]
    return redirect(keep_figure(metric, asked.filters, now=asked.now, actor=request.user, note=note))


@require_safe
@login_required
@permission_required("feedback.view_response", raise_exception=True)
def kept_figures(request: HttpRequest) -> HttpResponse:
    rows = KeptFigure.objects.select_related("kept_by")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    shown = [(row, METRICS.get(row.metric_key), figure_of(row)) for row in page]
    return render(request, "feedback/kept_figures.html", {"page": page, "rows": shown})


@require_safe
@login_required
@permission_required("feedback.view_response", raise_exception=True)
def kept_figure(request: HttpRequest, code: str) -> HttpResponse:
    kept = get_object_or_404(KeptFigure.objects.select_related("kept_by"), code=code.upper())
    asked = read_query(QueryDict(kept.query))
    is_readable = not isinstance(asked, FilterForm)
    wants_replay = "again" in request.GET or (kept.n or 0) <= REPLAYED_AT_ONCE
    shown = {
        "kept": kept,
        "metric": METRICS.get(kept.metric_key),
        "figure": figure_of(kept),
        "link": request.build_absolute_uri(kept.get_absolute_url()),
        "replay": replay(kept, asked.filters) if is_readable and wants_replay else None,
        "rows": rows_of(kept, asked.filters) if is_readable else "",
        "problems": [] if is_readable else [str(each) for errors in asked.errors.values() for each in errors],
    }
    if is_readable:
        shown |= asked.context
    return render(request, "feedback/kept_figure.html", shown)


def rows_of(kept: KeptFigure, filters: Filters) -> str:
    """The address of the very responses."""
    return filters.narrowed(metric=kept.metric_key, figure=kept.code).query()


@require_safe
@login_required
@permission_required("feedback.view_response", raise_exception=True)
def kept_figure_csv(request: HttpRequest, code: str) -> HttpResponse:
    kept = get_object_or_404(KeptFigure, code=code.upper())
    asked = read_query(QueryDict(kept.query))
    if isinstance(asked, FilterForm):
        return refuse(request, asked, _("Kept figure"))
    headers = {"Content-Disposition": f'attachment; filename="figure-{kept.code}.csv"'}
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8", headers=headers)
    csv.writer(response).writerows(_csv_rows(kept, asked.filters, replay(kept, asked.filters)))
    return response


def _csv_rows(kept: KeptFigure, filters: Filters, now: Replay) -> Iterator[list[object]]:
    yield [*FIGURE_COLUMNS, "kept_figure", "computed_at", "formula_version", "verdict"]
    told = kept.kept_at.isoformat(), kept.formula_version, ""
    yield [*figure_cells("kept", kept.metric_key, figure_of(kept), filters.period), kept.code, *told]
    if now.now is not None:
        told = timezone.now().isoformat(), kept.formula_version, now.verdict.value
        yield safe_row([*figure_cells("now", kept.metric_key, now.now, filters.period), kept.code, *told])
