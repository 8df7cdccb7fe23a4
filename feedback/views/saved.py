"""Saved views and share links: how staff keep a page and give it away."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from feedback.forms.sharing import SavedViewForm, ShareLinkForm
from feedback.models import SavedView, SharedPage, ShareLink
from feedback.services import sharing
from feedback.views.asking import today_here

PAGE = 30
OPENINGS_SHOWN = 50


def address_of(view: SavedView) -> str:
    """The page itself, with the filters and the name of the view in its address."""
    page = reverse(view.page, args=[view.journey] if view.journey else [])
    return f"{page}?{view.query}{'&' if view.query else ''}view={view.code}"


def _page_asked(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "") for name in ("page", "journey", "query")}


@require_safe
@login_required
@permission_required("feedback.view_response", raise_exception=True)
def saved_views(request: HttpRequest) -> HttpResponse:
    rows = SavedView.objects.open_to(request.user).select_related("owner", "first_for").order_by("page", "name", "pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "feedback/saved_views.html", {"page": page})


@require_safe
@login_required
@permission_required("feedback.view_response", raise_exception=True)
def saved_view(request: HttpRequest, code: str) -> HttpResponse:
    view = get_object_or_404(SavedView.objects.open_to(request.user), code=code.upper())
    return redirect(address_of(view))


@login_required
@permission_required("feedback.add_savedview", raise_exception=True)
def new_view(request: HttpRequest) -> HttpResponse:
    view = SavedView(owner=request.user)
    return _edit(
        request, view, SavedViewForm(request.POST or None, **_context(request, view), initial=_page_asked(request))
    )


@login_required
@permission_required("feedback.add_savedview", raise_exception=True)
def change_view(request: HttpRequest, code: str) -> HttpResponse:
    view = get_object_or_404(SavedView, code=code.upper(), owner=request.user)
    return _edit(request, view, SavedViewForm(request.POST or None, **_context(request, view)))


def _context(request: HttpRequest, view: SavedView) -> dict:
    return {"instance": view, "actor": request.user, "today": today_here()}


def _edit(request: HttpRequest, view: SavedView, form: SavedViewForm) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        saved = form.save(commit=False)
        sharing.save_view(saved, first_for=form.cleaned_data.get("first_for", view.first_for))
        messages.success(request, _("“%s” is saved.") % saved.name)
        return redirect(saved)
    title = _("Change a view") if view.pk else _("Save this view")
    return render(request, "feedback/page_form.html", {"form": form, "title": title, "back": reverse("saved_views")})


@require_POST
@login_required
@permission_required("feedback.add_savedview", raise_exception=True)
def remove_view(request: HttpRequest, code: str) -> HttpResponse:
    view = get_object_or_404(SavedView, code=code.upper(), owner=request.user)
    sharing.remove_view(view.pk)
    messages.success(request, _("“%s” is removed.") % view.name)
    return redirect("saved_views")


@require_safe
@login_required
@permission_required("feedback.add_sharelink", raise_exception=True)
def share_links(request: HttpRequest) -> HttpResponse:
    seen = {"opened": Count("openings"), "last_opened_at": Max("openings__opened_at")}
    rows = ShareLink.objects.select_related("created_by").annotate(**seen).order_by("-created_at", "-pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "feedback/share_links.html", {"page": page, "now": timezone.now()})


@login_required
@permission_required("feedback.add_sharelink", raise_exception=True)
def new_link(request: HttpRequest) -> HttpResponse:
    form = ShareLinkForm(request.POST or None, instance=ShareLink(), today=today_here(), initial=_page_asked(request))
    if request.method == "POST" and form.is_valid():
        link = sharing.make_link(
            form.save(commit=False), days=form.cleaned_data["days"], now=timezone.now(), actor=request.user
        )
        return redirect("share_link", link.pk)
    shown = {"form": form, "title": _("Share this page"), "back": reverse("share_links"), "is_share": True}
    return render(request, "feedback/page_form.html", shown)


@require_safe
@login_required
@permission_required("feedback.add_sharelink", raise_exception=True)
def share_link(request: HttpRequest, pk: int) -> HttpResponse:
    link = get_object_or_404(ShareLink.objects.select_related("created_by", "revoked_by"), pk=pk)
    now = timezone.now()
    is_open = link.revoked_at is None and link.expires_at > now
    shown = {
        "link": link,
        "is_open": is_open,
        "address": request.build_absolute_uri(reverse("shared", args=[link.token])) if is_open else "",
        "openings": link.openings.all()[:OPENINGS_SHOWN],
        "opened": link.openings.count(),
    }
    return render(request, "feedback/share_link.html", shown)


@require_POST
@login_required
@permission_required("feedback.add_sharelink", raise_exception=True)
def revoke_link(request: HttpRequest, pk: int) -> HttpResponse:
    link = get_object_or_404(ShareLink, pk=pk)
    if sharing.revoke_link(link.pk, now=timezone.now(), actor=request.user):
        messages.success(request, _("“%s” opens nothing any more.") % link.title)
    return redirect("share_link", link.pk)


def first_page(request: HttpRequest, page: SharedPage) -> HttpResponse | None:
    """Whoever opens a page without filters is led to what the own role sees first."""
    view = None if request.GET else sharing.first_view(request.user, page)
    return redirect(address_of(view)) if view else None
