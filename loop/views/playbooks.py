from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from loop.forms.playbooks import StopPlaybookForm
from loop.models import Playbook
from loop.reports.trial import trial_report
from loop.services import playbooks as services
from loop.services.history import NotAllowed
from vocplatform.lib.doors import open_to

ROWS = 50
UNPROCESSABLE = 422


@require_safe
@open_to("loop.view_playbook")
def playbooks(request: HttpRequest) -> HttpResponse:
    drawn = Count("placements", filter=Q(placements__arm__isnull=False), distinct=True)
    arms = Count("arms", filter=Q(arms__is_owed=False), distinct=True)
    found = Playbook.objects.annotate(drawn_cases=drawn, drawn_arms=arms).order_by("-started_at", "position", "pk")
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    return render(request, "loop/playbooks.html", {"page": page})


@require_safe
@open_to("loop.view_playbook")
def playbook_page(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, get_object_or_404(Playbook.objects.with_arms(), pk=pk))


@require_POST
@open_to("loop.run_playbook")
def playbook_start(request: HttpRequest, pk: int) -> HttpResponse:
    playbook = get_object_or_404(Playbook, pk=pk)
    try:
        services.start_playbook(playbook.pk, actor=request.user, now=timezone.now())
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Started. Cases opened from now on are drawn."))
    return redirect(playbook)


@require_POST
@open_to("loop.run_playbook")
def playbook_stop(request: HttpRequest, pk: int) -> HttpResponse:
    playbook = get_object_or_404(Playbook.objects.with_arms(), pk=pk)
    form = StopPlaybookForm(request.POST)
    if form.is_valid():
        try:
            services.stop_playbook(playbook.pk, now=timezone.now(), **form.cleaned_data)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Stopped. Nothing more is drawn."))
            return redirect(playbook)
    return _page(request, playbook, stop=form, status=UNPROCESSABLE)


@require_POST
@open_to("loop.add_playbook")
def playbook_copy(request: HttpRequest, pk: int) -> HttpResponse:
    draft = services.copy_playbook(get_object_or_404(Playbook, pk=pk).pk)
    messages.success(request, _("Copied as a draft."))
    return redirect(draft)


def _page(
    request: HttpRequest, playbook: Playbook, *, stop: StopPlaybookForm | None = None, status: int = 200
) -> HttpResponse:
    is_draft = playbook.status == Playbook.Status.DRAFT
    context = {
        "playbook": playbook,
        "report": trial_report(playbook, now=timezone.now()),
        "problems": services.problems_of(playbook) if is_draft else [],
        "stop": stop or StopPlaybookForm(),
        "is_draft": is_draft,
    }
    return render(request, "loop/playbook.html", context, status=status)
