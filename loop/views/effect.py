from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from loop.forms.effect import EffectForm
from loop.models import Case
from loop.reports.effect import effect_report
from loop.reports.sla import sla_report
from loop.reports.workload import workload
from vocplatform.lib.doors import open_to


@require_safe
@open_to("feedback.view_response")
def effect(request: HttpRequest) -> HttpResponse:
    """Did it help, were we in time, and who carries how much. People's loads are for those who lead them."""
    form = EffectForm(request.GET)
    if not form.is_valid():
        return render(request, "loop/effect.html", {"form": form}, status=400)
    now = timezone.now()
    start = now - timedelta(days=form.cleaned_data["days"])
    cases = Case.objects.filter(opened_at__gte=start, opened_at__lt=now)
    shown = {
        "form": form,
        "report": effect_report(start=start, end=now, kind=form.cleaned_data["kind"]),
        "promises": sla_report(cases, now=now),
        "teams": workload(Case.objects.all(), now=now) if request.user.has_perm("loop.view_all_cases") else None,
    }
    return render(request, "loop/effect.html", shown)
