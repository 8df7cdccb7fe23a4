from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from feedback.analytics.filters import Filters
from feedback.analytics.trends import marks
from feedback.charts.chart import Chart
from feedback.charts.trend import TrendPoint, trend_chart
from feedback.metrics import CSAT
from feedback.metrics.figure import Unit
from feedback.views.pictures import mark_notes, trend_marks
from loop.forms.initiatives import ObjectiveForm
from loop.models import Objective
from loop.reports.objective import ObjectiveReport, objective_report
from loop.services.objectives import change_objective, set_objective
from vocplatform.lib.doors import open_to
from vocplatform.lib.periods import Period, month_of

ROWS = 50
UNPROCESSABLE = 422


@require_safe
@open_to("loop.view_objective")
def objectives(request: HttpRequest) -> HttpResponse:
    page = Paginator(Objective.objects.select_related("owner"), ROWS).get_page(request.GET.get("page"))
    return render(request, "loop/objectives.html", {"page": page})


@require_safe
@open_to("loop.view_objective")
def objective_page(request: HttpRequest, pk: int) -> HttpResponse:
    objective = get_object_or_404(Objective.objects.select_related("owner"), pk=pk)
    report = objective_report(objective, now=timezone.now())
    return render(request, "loop/objective.html", {"report": report, "objective": objective, "trend": _trend(report)})


@require_http_methods(["GET", "HEAD", "POST"])
@open_to("loop.add_objective")
def objective_new(request: HttpRequest) -> HttpResponse:
    form = ObjectiveForm(request.POST or None, initial={"owner": request.user})
    if form.is_valid():
        made = set_objective(**form.cleaned_data)
        messages.success(request, _("Set. The page answers what it can and says what is missing."))
        return redirect(made)
    return _form(request, form, _("New objective"))


@require_http_methods(["GET", "HEAD", "POST"])
@open_to("loop.change_objective")
def objective_change(request: HttpRequest, pk: int) -> HttpResponse:
    objective = get_object_or_404(Objective, pk=pk)
    form = ObjectiveForm(request.POST or None, instance=objective)
    if form.is_valid():
        messages.success(request, _("Saved."))
        return redirect(change_objective(pk, **form.cleaned_data))
    return _form(request, form, _("Change the objective"))


def _form(request: HttpRequest, form: ObjectiveForm, title: str) -> HttpResponse:
    drawn = {"form": form, "title": title, "back": "loop:objectives"}
    return render(request, "loop/outer_form.html", drawn, status=UNPROCESSABLE if form.is_bound else 200)


def _trend(report: ObjectiveReport) -> Chart | None:
    if report.newest is None:
        return None
    first_on, last_on = report.months[0].month_on, report.months[-1].month_on
    logged = marks(Filters(period=Period(first_on, month_of(last_on).last_on)), timezone.get_default_timezone())
    points = [
        TrendPoint(
            label=date_format(month.month_on, "M"),
            long_label=date_format(month.month_on, "F Y"),
            figure=month.figure,
            address=_rows(report.objective, month_of(month.month_on)),
            notes=mark_notes(logged, month_of(month.month_on)),
        )
        for month in report.months
    ]
    title = report.objective.get_metric_display()
    return trend_chart(
        title,
        points,
        unit=Unit.PERCENT,
        whole=(0.0, 100.0),
        target=report.objective.target,
        marks=trend_marks(logged, Period(first_on, last_on)),
    )


def _rows(objective: Objective, month: Period) -> str:
    """The answers of a month; retention is counted over customers, who are no answers."""
    if objective.metric != Objective.MetricKey.CSAT:
        return ""
    return f"{reverse('responses')}?{Filters(period=month).narrowed(metric=CSAT.key).query()}"
