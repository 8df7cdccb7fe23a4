from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from loop.forms.effect import EffectForm, FairnessForm, ReportForm, StaffingForm
from loop.models import Case
from loop.reports.causes import cause_report
from loop.reports.effect import effect_report
from loop.reports.endings import outcome_report
from loop.reports.fairness import fairness_report, segments_of
from loop.reports.handoffs import hand_offs
from loop.reports.sla import sla_report
from loop.reports.staffing import people_here, staffing_report
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
    cases = _opened(form.cleaned_data["days"], now=now)
    shown = {
        "form": form,
        "report": effect_report(start=start, end=now, kind=form.cleaned_data["kind"]),
        "promises": sla_report(cases, now=now),
        "hands": hand_offs(cases),
        "teams": workload(Case.objects.all(), now=now) if request.user.has_perm("loop.view_all_cases") else None,
    }
    return render(request, "loop/effect.html", shown)


@require_safe
@open_to("feedback.view_response")
def causes(request: HttpRequest) -> HttpResponse:
    """Why it goes wrong and whose that is, the causes of nobody first; and how it ended."""
    form = ReportForm(request.GET)
    if not form.is_valid():
        return render(request, "loop/effect_causes.html", {"form": form}, status=400)
    cases = _opened(form.cleaned_data["days"], now=timezone.now())
    shown = {"form": form, "report": cause_report(cases), "endings": outcome_report(cases)}
    return render(request, "loop/effect_causes.html", shown)


@require_safe
@open_to("feedback.view_response")
def fairness(request: HttpRequest) -> HttpResponse:
    """Is everybody reached as soon, and helped as often?"""
    now = timezone.now()
    form = FairnessForm(request.GET, segments=segments_of(Case.objects.all()))
    if not form.is_valid():
        return render(request, "loop/effect_fairness.html", {"form": form}, status=400)
    cases = _opened(form.cleaned_data["days"], now=now)
    report = fairness_report(cases, by=form.cleaned_data["by"], now=now)
    return render(request, "loop/effect_fairness.html", {"form": form, "report": report})


@require_safe
@open_to("loop.view_all_cases")
def staffing(request: HttpRequest) -> HttpResponse:
    """How many people the own demand needs, and which cases will be late with those there are."""
    now = timezone.now()
    form = StaffingForm(request.GET, people=people_here(now=now))
    if not form.is_valid():
        return render(request, "loop/effect_staffing.html", {"form": form}, status=400)
    asked = form.cleaned_data
    report = staffing_report(
        Case.objects.all(), people=asked["people"], hours=asked["hours"], assumed_minutes=asked["minutes"], now=now
    )
    return render(request, "loop/effect_staffing.html", {"form": form, "report": report})


def _opened(days: int, *, now: datetime) -> QuerySet[Case]:
    return Case.objects.filter(opened_at__gte=now - timedelta(days=days), opened_at__lt=now)
