from collections.abc import Mapping

from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from feedback.analytics.driver_rows import named_candidates, scales_of
from feedback.analytics.named_periods import named_period
from feedback.forms.drivers import LEAST_DRIVERS, DriverForm
from feedback.models import DriverStudy
from feedback.services.drivers import ask_driver_study
from feedback.views.driver_pictures import read_findings
from surveys.models import SurveyVersion
from vocplatform.lib.periods import day_of

PAGE = 20


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@permission_required("feedback.view_response", raise_exception=True)
def drivers(request: HttpRequest) -> HttpResponse:
    """Ask what goes along with an outcome, and find again what was asked before."""
    versions = studied_versions()
    chosen = _chosen(versions, request)
    form = DriverForm(request.POST or None, chosen=chosen) if chosen else None
    if request.method == "POST":
        if not request.user.has_perm("feedback.add_driverstudy"):
            raise PermissionDenied
        if form and form.is_valid():
            return redirect("driver_study", _ask(request, chosen, form.cleaned_data).pk)
    studies = DriverStudy.objects.select_related("version__survey", "asked_by", "segment").defer("result")
    page = Paginator(studies, PAGE).get_page(request.GET.get("page"))
    shown = {"versions": versions, "chosen": chosen, "form": form, "page": page}
    return render(request, "feedback/drivers.html", shown, status=400 if form and form.errors else 200)


@require_safe
@login_required
@permission_required("feedback.view_response", raise_exception=True)
def driver_study(request: HttpRequest, pk: int) -> HttpResponse:
    rows = DriverStudy.objects.select_related("version__survey", "asked_by", "segment")
    study = get_object_or_404(rows, pk=pk)
    findings = read_findings(study) if study.status == DriverStudy.Status.DONE else None
    outcome = next((each.text for each in named_candidates(study.version, [study.outcome])), study.outcome)
    return render(request, "feedback/driver_study.html", {"study": study, "found": findings, "outcome": outcome})


def studied_versions() -> list[SurveyVersion]:
    """Published versions that ask for an outcome and enough besides, the newest of each survey first."""
    versions = SurveyVersion.objects.select_related("survey").order_by("survey__name", "-number")
    return [version for version in versions if _asks_enough(version.definition)]


def _asks_enough(definition: Mapping) -> bool:
    """An outcome, and drivers besides: further scales, or comments that may speak of themes."""
    scales = len(scales_of(definition))
    has_comments = any(asked["kind"] == "text" for asked in definition.get("questions", ()))
    return scales > LEAST_DRIVERS or (scales > 0 and has_comments)


def _chosen(versions: list[SurveyVersion], request: HttpRequest) -> SurveyVersion | None:
    asked = request.POST.get("version") or request.GET.get("version")
    named = (version for version in versions if str(version.pk) == asked)
    return next(named, versions[0] if versions else None)


def _ask(request: HttpRequest, version: SurveyVersion, asked: dict) -> DriverStudy:
    now = timezone.now()
    today = day_of(now, timezone.get_default_timezone())
    return ask_driver_study(
        version,
        outcome=asked["outcome"],
        drivers=asked["drivers"],
        period=named_period(asked["period"], today=today),
        segment=asked["segment"],
        actor=request.user,
        now=now,
    )
