from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from feedback.charts.chart import Chart
from feedback.charts.trend import TrendPoint, trend_chart
from feedback.metrics.figure import Unit
from loop.forms.initiatives import ObjectiveForm
from loop.models import Objective
from loop.reports.objective import ObjectiveReport, objective_report
from loop.services.objectives import change_objective, set_objective
from vocplatform.lib.doors import open_to

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
    points = [
        TrendPoint(
            label=date_format(month.month_on, "M"),
            long_label=date_format(month.month_on, "F Y"),
            figure=month.figure,
            address="",
        )
        for month in report.months
    ]
    title = report.objective.get_metric_display()
    return trend_chart(title, points, unit=Unit.PERCENT, whole=(0.0, 100.0), target=report.objective.target)
