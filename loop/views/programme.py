import csv

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from feedback.metrics import CSAT
from loop.forms.initiatives import ReturnForm, StepForm
from loop.models import ProgrammeStep
from loop.reports.channels import AUDITED, audit_rows, channel_audit
from loop.reports.programme import ITEMS, programme_report
from loop.reports.returns import ORIGINS, return_of
from loop.services.programme import assume, assumptions, note_step
from vocplatform.lib.doors import open_to
from vocplatform.lib.periods import day_of

UNPROCESSABLE = 422


@require_safe
@open_to("loop.view_objective")
def programme(request: HttpRequest) -> HttpResponse:
    return render(request, "loop/programme.html", {"report": programme_report(now=timezone.now())})


@require_http_methods(["GET", "HEAD", "POST"])
@open_to("loop.change_programmestep")
def programme_step(request: HttpRequest, key: str) -> HttpResponse:
    item = next((each for each in ITEMS if each.key == key), None)
    if item is None:
        raise Http404
    form = StepForm(request.POST or None, instance=ProgrammeStep.objects.filter(key=key).first())
    if form.is_valid():
        note_step(key, actor=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("loop:programme")
    drawn = {"form": form, "title": item.title, "back": "loop:programme"}
    return render(request, "loop/outer_form.html", drawn, status=UNPROCESSABLE if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to("loop.view_objective")
def programme_return(request: HttpRequest) -> HttpResponse:
    """What it is worth; whoever may change the assumptions does so on the same page."""
    may_change = request.user.has_perm("loop.change_returnassumptions")
    given = assumptions()
    form = ReturnForm(request.POST or None, instance=given) if may_change else None
    if request.method == "POST":
        if form is None:
            return HttpResponse(status=403)
        if form.is_valid():
            assume(actor=request.user, now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("Saved. Everybody sees these assumptions now."))
            return redirect("loop:programme_return")
        given = assumptions()
    drawn = {
        "form": form,
        "given": given,
        "found": return_of(given),
        "is_kept": given.changed_by_id is not None,
        "origins": ORIGINS,
    }
    return render(request, "loop/programme_return.html", drawn, status=UNPROCESSABLE if form and form.is_bound else 200)


@require_safe
@open_to("loop.view_objective")
def programme_channels(request: HttpRequest) -> HttpResponse:
    metric = AUDITED.get(request.GET.get("show", ""), CSAT)
    quarters = channel_audit(metric, today=day_of(timezone.now(), timezone.get_default_timezone()))
    drawn = {"quarters": quarters, "metric": metric, "metrics": AUDITED.values()}
    return render(request, "loop/programme_channels.html", drawn)


@require_safe
@open_to("loop.view_objective")
def programme_channels_csv(request: HttpRequest) -> HttpResponse:
    """The numbers of the page, each with its interval."""
    metric = AUDITED.get(request.GET.get("show", ""), CSAT)
    quarters = channel_audit(metric, today=day_of(timezone.now(), timezone.get_default_timezone()))
    headers = {"Content-Disposition": f'attachment; filename="channels-{metric.key}.csv"'}
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8", headers=headers)
    csv.writer(response).writerows(audit_rows(metric, quarters))
    return response
