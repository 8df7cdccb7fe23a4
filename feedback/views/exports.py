"""Files that are made in the background: ask for one, watch it grow, fetch it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from feedback.forms.filters import FilterForm
from feedback.forms.sharing import kept_query
from feedback.models import Export
from feedback.services.export_files import has_parquet
from feedback.services.exports import KEPT, TooManyExports, ask_export, path_of, remove_export
from feedback.views.asking import read_query, refuse

PAGE = 30
MEDIA = {
    Export.Format.CSV: "text/csv; charset=utf-8",
    Export.Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Export.Format.PARQUET: "application/vnd.apache.parquet",
}


@require_safe
@login_required
@permission_required("feedback.view_response", raise_exception=True)
def exports(request: HttpRequest) -> HttpResponse:
    page = Paginator(Export.objects.of(request.user), PAGE).get_page(request.GET.get("page"))
    return render(request, "feedback/exports.html", {"page": page, "days": KEPT.days})


@login_required
@permission_required("feedback.view_response", raise_exception=True)
def new_export(request: HttpRequest) -> HttpResponse:
    """GET says what the file will hold and offers the formats; POST asks for it."""
    given = request.POST if request.method == "POST" else request.GET
    kind, query = given.get("kind", Export.Kind.RESPONSES), kept_query(given.get("query", ""))
    if kind not in Export.Kind.values:
        raise Http404
    if kind == Export.Kind.RESPONSES and not request.user.has_perm("feedback.export_response"):
        raise PermissionDenied
    asked = read_query(QueryDict(query))
    if isinstance(asked, FilterForm):
        return refuse(request, asked, _("Export"))
    if request.method != "POST":
        return _offer(request, asked.context, kind, query)
    form = request.POST.get("format", "")
    if form not in Export.Format.values or (form == Export.Format.PARQUET and not has_parquet()):
        return _offer(request, asked.context, kind, query, _("Choose one of the formats."), status=400)
    try:
        ask_export(kind, form, query, actor=request.user)
    except TooManyExports as problem:
        messages.error(request, str(problem))
    return redirect("exports")


def _offer(
    request: HttpRequest, context: dict, kind: str, query: str, problem: str = "", *, status: int = 200
) -> HttpResponse:
    shown = {
        **context,
        "kind": Export.Kind(kind),
        "query": query,
        "formats": Export.Format.choices,
        "has_parquet": has_parquet(),
        "problem": problem,
        "days": KEPT.days,
    }
    return render(request, "feedback/export_new.html", shown, status=status)


@require_safe
@login_required
@permission_required("feedback.view_response", raise_exception=True)
def export(request: HttpRequest, code: str) -> HttpResponse:
    """One row of the list, which asks for itself again until the file is there."""
    found = get_object_or_404(Export.objects.of(request.user), code=code.upper())
    return render(request, "feedback/_export.html", {"export": found})


@require_safe
@login_required
@permission_required("feedback.view_response", raise_exception=True)
def export_file(request: HttpRequest, code: str) -> HttpResponse:
    found = get_object_or_404(Export.objects.of(request.user), code=code.upper(), status=Export.Status.READY)
    if found.kind == Export.Kind.RESPONSES and not request.user.has_perm("feedback.export_response"):
        raise PermissionDenied
    try:
        file = path_of(found).open("rb")
    except FileNotFoundError as gone:
        raise Http404 from gone
    name = f"{found.kind}-{found.finished_at:%Y-%m-%d}-{found.code}.{found.format}"
    return FileResponse(file, as_attachment=True, filename=name, content_type=MEDIA[found.format])


@require_POST
@login_required
@permission_required("feedback.view_response", raise_exception=True)
def remove(request: HttpRequest, code: str) -> HttpResponse:
    found = get_object_or_404(Export.objects.of(request.user), code=code.upper())
    remove_export(found.pk, reason=_("You removed it."))
    return redirect("exports")
