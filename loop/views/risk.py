from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from feedback.analytics.first_days import SHOWN_DAYS, first_days
from feedback.analytics.leaving import churn_definition, newest_model
from feedback.models import CustomerProfile
from feedback.services.profiles import at_risk as customers_at_risk
from loop.forms.risk import CohortForm, RiskForm
from loop.reports.risk import expected_loss, health_of_everybody, risk_lines
from loop.views.risk_pictures import retention_picture
from vocplatform.lib.doors import open_to

ROWS = 50


@require_safe
@open_to("surveys.view_customer")
def at_risk(request: HttpRequest) -> HttpResponse:
    """Who may leave and why we think so; by the model where it beats the base rate, else by signs alone."""
    form = RiskForm(request.GET)
    if not form.is_valid():
        return render(request, "loop/at_risk.html", {"form": form}, status=400)
    model = newest_model()
    by_risk = bool(model and model.is_useful)
    profiles = form.narrowed(CustomerProfile.objects.select_related("customer"))
    rows = customers_at_risk(profiles, by_risk=by_risk, least=model.base_share if by_risk else 0.0)
    page = Paginator(form.ordered(rows, by_risk=by_risk), ROWS).get_page(request.GET.get("page"))
    shown = {
        "form": form,
        "model": model,
        "by_risk": by_risk,
        "definition": churn_definition(),
        "page": page,
        "lines": risk_lines(page.object_list, reader=request.user),
        "loss": expected_loss(rows) if by_risk else None,
        "health": health_of_everybody(),
    }
    return render(request, "loop/at_risk.html", shown)


@require_safe
@open_to("surveys.view_customer")
def first_hundred_days(request: HttpRequest) -> HttpResponse:
    form = CohortForm(request.GET)
    if not form.is_valid():
        return render(request, "loop/first_days.html", {"form": form}, status=400)
    found = first_days(form.cleaned_data["show"], now=timezone.now())
    shown = {
        "form": form,
        "found": found,
        "days": SHOWN_DAYS,
        "definition": churn_definition(),
        "curve": retention_picture(found) if found.whole else None,
    }
    return render(request, "loop/first_days.html", shown)
