from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loop.forms.initiatives import DropForm, InitiativeForm, LessonForm, LessonsForm, LoopForm
from loop.models import FeedbackLoop, Initiative
from loop.reports.initiative_effect import effect_of
from loop.reports.lessons import lessons_about, lessons_for
from loop.reports.loops import loops_in_order, loops_report
from loop.services import initiatives as services
from loop.services.history import NotAllowed
from loop.services.loops import change_loop, open_loop
from loop.views.initiative_pictures import impact_picture, weeks_picture
from vocplatform.lib.doors import open_to
from vocplatform.lib.periods import day_of

ROWS = 50
MOST_ON_MATRIX = 60
CONFLICT, UNPROCESSABLE = 409, 422
VIEW, CHANGE = "loop.view_initiative", "loop.change_initiative"


@require_safe
@open_to(VIEW)
def initiatives(request: HttpRequest) -> HttpResponse:
    quick = request.GET.get("show") == "quick"
    found = Initiative.objects.with_everyone().select_related("read_out").order_by("-pk")
    page = Paginator(found.under_way().quick_wins() if quick else found, ROWS).get_page(request.GET.get("page"))
    return render(request, "loop/initiatives.html", {"page": page, "quick": quick})


@require_safe
@open_to(VIEW)
def matrix(request: HttpRequest) -> HttpResponse:
    """Impact against effort of what is planned or under way; what was read out lies behind us."""
    waiting = Initiative.objects.filter(status__in=[Initiative.Status.DRAFT, Initiative.Status.REGISTERED])
    rows = list(waiting.select_related("owner").order_by("-impact", "effort", "pk")[:MOST_ON_MATRIX])
    picture = impact_picture(rows) if rows else None
    return render(request, "loop/initiative_matrix.html", {"rows": rows, "picture": picture})


@require_safe
@open_to(VIEW)
def initiative_page(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _found(pk))


@require_http_methods(["GET", "HEAD", "POST"])
@open_to("loop.add_initiative")
def initiative_new(request: HttpRequest) -> HttpResponse:
    begun = {"name": request.GET.get("name", ""), "driver_study": request.GET.get("study")}
    form = InitiativeForm(request.POST or None, initial={"owner": request.user, **begun})
    if form.is_valid():
        made = services.plan_initiative(actor=request.user, now=timezone.now(), **form.told)
        messages.success(request, _("Written down as a draft. Register it before it goes live."))
        return redirect(made)
    return _form(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(CHANGE)
def initiative_change(request: HttpRequest, pk: int) -> HttpResponse:
    initiative = get_object_or_404(Initiative, pk=pk)
    form = InitiativeForm(request.POST or None, instance=initiative)
    if form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            services.change_initiative(pk, version=version, actor=request.user, now=timezone.now(), **form.told)
        except services.StaleInitiative as stale:
            return render(request, "loop/initiative_conflict.html", _both(stale, request), status=CONFLICT)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect(initiative)
    return _form(request, form, initiative=initiative)


@require_POST
@open_to("loop.register_initiative")
def initiative_register(request: HttpRequest, pk: int) -> HttpResponse:
    initiative = get_object_or_404(Initiative, pk=pk)
    try:
        services.register_initiative(pk, actor=request.user, now=timezone.now())
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Registered. The plan is frozen, and the effect is read out on its day."))
    return redirect(initiative)


@require_POST
@open_to("loop.register_initiative")
def initiative_drop(request: HttpRequest, pk: int) -> HttpResponse:
    initiative = _found(pk)
    form = DropForm(request.POST)
    if form.is_valid():
        try:
            services.drop_initiative(pk, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Dropped. It stays in the list."))
            return redirect(initiative)
    return _page(request, initiative, drop=form, status=UNPROCESSABLE)


@require_POST
@open_to(CHANGE)
def initiative_lesson(request: HttpRequest, pk: int) -> HttpResponse:
    initiative = _found(pk)
    form = LessonForm(request.POST)
    if form.is_valid():
        try:
            services.note_lesson(pk, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except services.StaleInitiative as stale:
            return render(request, "loop/initiative_conflict.html", _both(stale, request), status=CONFLICT)
        except NotAllowed as refusal:
            form.add_error("lesson", str(refusal))
        else:
            messages.success(request, _("Kept. Whoever plans something like it sees it."))
            return redirect(initiative)
    return _page(request, initiative, lesson=form, status=UNPROCESSABLE)


@require_safe
@open_to(VIEW)
def lessons(request: HttpRequest) -> HttpResponse:
    """What is over and what was learned, the untold first: a lesson that nobody wrote down is lost."""
    form = LessonsForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    found = lessons_about(asked.get("words", ""), came=asked.get("came", ""))
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    untold = Initiative.objects.over().filter(lesson="").count()
    return render(request, "loop/lessons.html", {"page": page, "form": form, "untold": untold})


@require_safe
@open_to(VIEW)
def loops(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    page = Paginator(loops_in_order(), ROWS).get_page(request.GET.get("page"))
    report = loops_report(page.object_list, now=now, today=_today())
    return render(request, "loop/loops.html", {"page": page, "report": report})


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(CHANGE)
def loop_new(request: HttpRequest) -> HttpResponse:
    form = LoopForm(request.POST or None)
    if form.is_valid():
        open_loop(actor=request.user, now=timezone.now(), **form.cleaned_data)
        messages.success(request, _("Opened. It closes with the read-out of its initiative."))
        return redirect("loop:loops")
    return _form(request, form, title=_("Open a feedback loop"), back="loop:loops")


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(CHANGE)
def loop_change(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(FeedbackLoop, pk=pk)
    form = LoopForm(request.POST or None, instance=row)
    if form.is_valid():
        change_loop(pk, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("loop:loops")
    return _form(request, form, title=row.name, back="loop:loops")


def _found(pk: int) -> Initiative:
    found = Initiative.objects.with_everyone().prefetch_related("controls", "cases", "responses", "feedback_loops")
    return get_object_or_404(found.select_related("read_out"), pk=pk)


def _today():
    return day_of(timezone.now(), timezone.get_default_timezone())


def _page(
    request: HttpRequest,
    initiative: Initiative,
    *,
    drop: DropForm | None = None,
    lesson: LessonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Before the read-out only the weeks before the change are shown: looking early is how people fool themselves."""
    shown = getattr(initiative, "read_out", None)
    effect = None
    if initiative.touchpoint_id and initiative.go_live_on and initiative.read_out_on:
        effect = effect_of(initiative, until=initiative.read_out_on if shown else min(initiative.go_live_on, _today()))
    context = {
        "initiative": initiative,
        "read_out": shown,
        "effect": effect,
        "picture": weeks_picture(initiative, effect, shown) if effect else None,
        "problems": services.problems_of(initiative, now=timezone.now()) if initiative.is_draft else [],
        "history": initiative.history.select_related("actor")[:50],
        "drop": drop or DropForm(),
        "lesson": lesson or LessonForm(initial={"version": initiative.version, "lesson": initiative.lesson}),
        "learned_before": [] if initiative.is_over else lessons_for(initiative),
        "is_live": initiative.is_live(_today()),
    }
    return render(request, "loop/initiative.html", context, status=status)


def _form(
    request: HttpRequest, form, *, initiative: Initiative | None = None, title: str = "", back: str = ""
) -> HttpResponse:
    status = UNPROCESSABLE if form.is_bound else 200
    drawn = {
        "form": form,
        "title": title or (initiative.name if initiative else _("New initiative")),
        "back": back or "loop:initiatives",
        "initiative": initiative,
    }
    return render(request, "loop/outer_form.html", drawn, status=status)


def _both(stale: services.StaleInitiative, request: HttpRequest) -> dict:
    written = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in ("csrfmiddlewaretoken", "version")
        for value in values
    ]
    theirs = [(label, was, became) for label, (was, became) in stale.theirs.items()]
    return {"initiative": stale.initiative, "theirs": theirs, "written": written}
