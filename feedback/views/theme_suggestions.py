from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from feedback.forms.themes import AcceptForm, MergeForm
from feedback.models import Answer, Taxonomy, Theme, ThemeSuggestion
from feedback.services import discovery
from feedback.services.erasure import ERASED

PAGE = 10


@require_safe
@login_required
@permission_required("feedback.view_themesuggestion", raise_exception=True)
def suggestions(request: HttpRequest) -> HttpResponse:
    return _page(request)


def _page(request: HttpRequest, *, pk: int = 0, form=None, status: int = 200) -> HttpResponse:
    """The list, with a form that was refused in its place."""
    waiting: QuerySet[ThemeSuggestion] = ThemeSuggestion.objects.waiting().strongest_first()
    page = Paginator(waiting, PAGE).get_page(request.GET.get("page"))
    rows = list(page)
    said = Answer.objects.filter(pk__in=[answer for row in rows for answer in row.examples]).exclude(text=ERASED)
    examples = said.in_bulk()
    context = {
        "page": page,
        "cards": [
            {
                "row": row,
                "examples": [examples[answer] for answer in row.examples if answer in examples],
                "accept": form if row.pk == pk and isinstance(form, AcceptForm) else _accept(row),
                "merge": form if row.pk == pk and isinstance(form, MergeForm) else MergeForm(prefix=f"merge-{row.pk}"),
            }
            for row in rows
        ],
        "taxonomy": Taxonomy.objects.first(),
        "decided": ThemeSuggestion.objects.exclude(status=ThemeSuggestion.Status.WAITING).count(),
        "themes": Theme.objects.exists(),
    }
    return render(request, "feedback/theme_suggestions.html", context, status=status)


def _accept(row: ThemeSuggestion) -> AcceptForm:
    return AcceptForm(prefix=f"accept-{row.pk}", initial={"name": row.phrase.capitalize()})


@require_POST
@login_required
@permission_required("feedback.change_themesuggestion", raise_exception=True)
def discover(request: HttpRequest) -> HttpResponse:
    found = discovery.discover_themes(now=timezone.now())
    words = ngettext("%d suggestion.", "%d suggestions.", found) % found
    messages.success(request, words if found else _("Nothing rises clearly that no theme catches."))
    return redirect("theme_suggestions")


@require_POST
@login_required
@permission_required("feedback.change_themesuggestion", raise_exception=True)
def decide(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    if verb not in DECISIONS:
        raise Http404
    try:
        return DECISIONS[verb](request, pk)
    except discovery.AlreadyDecided:
        messages.error(request, _("Somebody has decided about this meanwhile, or a newer search no longer finds it."))
        return _page(request, status=409)


def _do_accept(request: HttpRequest, pk: int) -> HttpResponse:
    form = AcceptForm(request.POST, prefix=f"accept-{pk}")
    if not form.is_valid():
        return _page(request, pk=pk, form=form, status=400)
    try:
        theme = discovery.accept_suggestion(pk, actor=request.user, now=timezone.now(), **form.cleaned_data)
    except discovery.NameTaken as problem:
        form.add_error("name", str(problem))
        return _page(request, pk=pk, form=form, status=400)
    messages.success(request, _("“%s” is a theme now. What was said before is being searched for it.") % theme)
    return redirect("theme_suggestions")


def _do_merge(request: HttpRequest, pk: int) -> HttpResponse:
    form = MergeForm(request.POST, prefix=f"merge-{pk}")
    if not form.is_valid():
        return _page(request, pk=pk, form=form, status=400)
    theme = discovery.merge_suggestion(pk, actor=request.user, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("The words were added to “%s”. What was said is being searched for them.") % theme)
    return redirect("theme_suggestions")


def _do_dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    discovery.dismiss_suggestion(pk, actor=request.user, now=timezone.now())
    messages.success(request, _("It will not be suggested again."))
    return redirect("theme_suggestions")


DECISIONS = {"accept": _do_accept, "merge": _do_merge, "dismiss": _do_dismiss}
