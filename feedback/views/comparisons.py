from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from feedback.analytics.comparisons import By, Comparison, compare_groups
from feedback.charts.chart import Chart
from feedback.charts.funnel_plot import FunnelDot, funnel_plot
from feedback.forms.comparing import CompareForm
from feedback.forms.filters import FilterForm
from feedback.metrics import METRICS, NPS
from feedback.metrics.multiple import FALSE_DISCOVERIES
from feedback.views.asking import read_address, refuse
from feedback.views.pictures import rows_address
from vocplatform.lib.doors import open_to


@require_safe
@open_to("feedback.view_response")
def comparisons(request: HttpRequest) -> HttpResponse:
    asked = read_address(request, CompareForm)
    if isinstance(asked, FilterForm):
        return refuse(request, asked, _("Comparisons"))
    metric = METRICS[asked.form.cleaned_data["show"] or NPS.key]
    by = By(asked.form.cleaned_data["by"] or By.TOUCHPOINT)
    found = compare_groups(metric, by, asked.filters.scope(), asked.form.compared_with)
    drawn = asked.context | {
        "comparison": found,
        "chips": asked.context["chips"],
        "groups": [(group, rows_address(group.filters.query()) if group.filters else "") for group in found.groups],
        "funnel": _funnel(found),
        "share_of_chance": round(100 * FALSE_DISCOVERIES),
    }
    return render(request, "feedback/comparisons.html", drawn)


def _funnel(found: Comparison) -> Chart | None:
    dots = [
        FunnelDot(group.label, group.figure, rows_address(group.filters.query()) if group.filters else "")
        for group in found.groups
        if group.figure.is_known and group.figure.n
    ]
    if len(dots) < 2 or not found.whole.is_known or not found.spread:
        return None
    return funnel_plot(
        _("%s by number of answers") % found.metric.full_name,
        dots,
        centre=found.whole.value,
        variance=found.spread,
        unit=found.metric.unit,
        whole=found.metric.axis,
    )
