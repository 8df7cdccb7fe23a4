"""The own regular mails, and the pages on paper."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from feedback.forms.filters import FilterForm
from feedback.forms.sharing import DigestPlanForm
from feedback.models import DigestPlan
from feedback.report import read_report, write_report_pdf
from feedback.services import digests as services
from feedback.views.asking import read_address, refuse, today_here
from vocplatform.lib.pdf import PdfMissing

LAST_MAILS = 5


@require_safe
@login_required
@permission_required("feedback.view_response", raise_exception=True)
def digests(request: HttpRequest) -> HttpResponse:
    plans = DigestPlan.objects.filter(recipient=request.user).prefetch_related("digests")
    shown = [(plan, list(plan.digests.all())[:LAST_MAILS]) for plan in plans]
    return render(request, "feedback/digests.html", {"plans": shown})


@login_required
@permission_required("feedback.view_response", raise_exception=True)
def new_digest(request: HttpRequest) -> HttpResponse:
    plan = DigestPlan(recipient=request.user, time_zone=timezone.get_current_timezone_name())
    initial = {"query": request.GET.get("query", ""), "name": _("Customer figures")}
    form = DigestPlanForm(request.POST or None, instance=plan, today=today_here(), initial=initial)
    return _edit(request, plan, form)


@login_required
@permission_required("feedback.view_response", raise_exception=True)
def change_digest(request: HttpRequest, pk: int) -> HttpResponse:
    plan = get_object_or_404(DigestPlan, pk=pk, recipient=request.user)
    return _edit(request, plan, DigestPlanForm(request.POST or None, instance=plan, today=today_here()))


def _edit(request: HttpRequest, plan: DigestPlan, form: DigestPlanForm) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        saved = services.save_plan(form.save(commit=False), now=timezone.now())
        messages.success(request, _("“%s” will be mailed to you.") % saved.name)
        return redirect("digest_preview", saved.pk)
    title = _("Change a regular mail") if plan.pk else _("Figures by mail")
    return render(request, "feedback/page_form.html", {"form": form, "title": title, "back": reverse("digests")})


@require_POST
@login_required
@permission_required("feedback.view_response", raise_exception=True)
def switch_digest(request: HttpRequest, pk: int) -> HttpResponse:
    """On, off, or gone: one's own mails need nobody's leave."""
    plan = get_object_or_404(DigestPlan, pk=pk, recipient=request.user)
    if "remove" in request.POST:
        services.remove_plan(plan.pk)
    else:
        services.switch_plan(plan.pk, is_on="on" in request.POST, now=timezone.now())
    return redirect("digests")


@require_safe
@login_required
@permission_required("feedback.view_response", raise_exception=True)
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The mail as it would be sent now, about the last whole period."""
    plan = get_object_or_404(DigestPlan, pk=pk, recipient=request.user)
    period = services.period_of(plan, now=timezone.now())
    try:
        letter = services.letter_of(plan, period)
    except services.FiltersGone as problem:
        messages.error(request, str(problem))
        return redirect("change_digest", plan.pk)
    return render(request, "feedback/digest_preview.html", {"plan": plan, "letter": letter})


@require_safe
@login_required
@permission_required("feedback.view_response", raise_exception=True)
def dashboard_pdf(request: HttpRequest) -> HttpResponse:
    asked = read_address(request)
    if isinstance(asked, FilterForm):
        return refuse(request, asked, _("Dashboard"))
    report = read_report(asked.form, title=_("Dashboard"))
    try:
        content = write_report_pdf(report)
    except PdfMissing as missing:
        return render(request, "feedback/no_pdf.html", {"hint": str(missing)}, status=503)
    headers = {"Content-Disposition": f'inline; filename="{report.file_name}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
