import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import StringIO

from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from feedback.analytics.answered import answers_of, with_answers
from feedback.analytics.by_touchpoint import by_touchpoint
from feedback.analytics.export import figure_rows, response_rows
from feedback.analytics.filters import FINISHED, Filters
from feedback.analytics.headline import headlines
from feedback.analytics.selection import Versions, how_many, newest, select_responses, without_small_groups
from feedback.analytics.sums import Daily
from feedback.analytics.verbatims import as_verbatim
from feedback.forms.filters import FilterForm
from feedback.models import Response, SharedPage
from feedback.views.asking import Asked, read_address, refuse
from feedback.views.saved import first_page

PAGE = 30
ROWS_AT_A_TIME = 500


@require_safe
@login_required
@permission_required("feedback.view_response", raise_exception=True)
def responses(request: HttpRequest) -> HttpResponse:
    if (first := first_page(request, SharedPage.RESPONSES)) is not None:
        return first
    asked = read_address(request)
    if isinstance(asked, FilterForm):
        return refuse(request, asked, _("Responses"))
    versions = Versions.of(asked.filters)
    rows, hidden = without_small_groups(select_responses(asked.filters, versions), versions)
    page, older = _page(rows, asked.filters, request.GET.get("before", ""))
    shown = asked.context | {
        "count": how_many(rows, asked.filters, is_whole=not hidden),
        "hidden": hidden,
        "rows": [as_verbatim(response, asked.filters.theme) for response in page],
        "older": _address(request, older) if older else "",
        "newest": _address(request, "") if "before" in request.GET else "",
        "anonymous": versions.anonymous,
    }
    return render(request, "feedback/responses.html", shown)


def _page(rows: QuerySet[Response], filters: Filters, before: str) -> tuple[list[Response], str]:
    """One page by the last row of the page before: page 1,000 costs no more than page 1."""
    moment = "submitted_at" if filters.state == FINISHED else "started_at"
    older = Q()
    if mark := _read_mark(before):
        at, pk = mark
        older = Q(**{f"{moment}__lt": at}) | Q(**{moment: at, "pk__lt": pk})
    is_first = filters.asks_of_answers and filters.state == FINISHED and not mark
    found = newest(rows.filter(older), PAGE + 1, by=moment, latest_in=filters.period if is_first else None)
    if len(found) <= PAGE:
        return found, ""
    last = found[PAGE - 1]
    return found[:PAGE], f"{getattr(last, moment).isoformat()}_{last.pk}"


def _read_mark(before: str) -> tuple[datetime, int] | None:
    at, _sign, pk = before.rpartition("_")
    moment = parse_datetime(at.replace(" ", "+")) if at else None
    return (moment, int(pk)) if moment and moment.tzinfo and pk.isdecimal() else None


def _address(request: HttpRequest, mark: str) -> str:
    """This list from a mark on; without one from its beginning."""
    query = request.GET.copy()
    query.pop("before", None)
    if mark:
        query["before"] = mark
    return f"?{query.urlencode()}"


@require_safe
@login_required
@permission_required("feedback.view_response", raise_exception=True)
def response(request: HttpRequest, pk: int) -> HttpResponse:
    found = with_answers(
        Response.objects.select_related("touchpoint__stage__journey", "customer", "invitation", "link")
    ).filter(pk=pk)
    shown = found.first()
    if shown is None:
        raise Http404
    is_anonymous = bool(shown.version.definition.get("is_anonymous"))
    return render(
        request,
        "feedback/response.html",
        {"response": shown, "answers": list(answers_of(shown)), "is_anonymous": is_anonymous},
    )


@require_safe
@login_required
@permission_required("feedback.export_response", raise_exception=True)
def responses_csv(request: HttpRequest) -> HttpResponse:
    asked = read_address(request)
    if isinstance(asked, FilterForm):
        return refuse(request, asked, _("Responses"))
    return download("responses", asked, response_rows(asked.filters, reader=request.user))


@require_safe
@login_required
@permission_required("feedback.view_response", raise_exception=True)
def figures_csv(request: HttpRequest) -> HttpResponse:
    asked = read_address(request)
    if isinstance(asked, FilterForm):
        return refuse(request, asked, _("Figures"))
    filters, before = asked.filters.scope(), asked.form.compared_with
    lines = headlines(Daily.read(filters, before, filters.period), filters, before)
    return download("figures", asked, figure_rows(lines, by_touchpoint(filters), filters))


def download(name: str, asked: Asked, rows: Iterable[list[object]]) -> StreamingHttpResponse:
    period = asked.filters.period
    file_name = f"{name}-{period.first_on}-{period.last_on}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{file_name}"', "X-Accel-Buffering": "no"}
    return StreamingHttpResponse(_lines(rows), content_type="text/csv; charset=utf-8", headers=headers)


def _lines(rows: Iterable[list[object]]) -> Iterator[str]:
    """Some hundred rows at a time: a line by itself costs more to send than to write."""
    page = StringIO()
    page.write("\ufeff")  # spreadsheets take a file without this mark for one in an old encoding
    writer = csv.writer(page)
    for place, row in enumerate(rows):
        writer.writerow(row)
        if place % ROWS_AT_A_TIME == 0:
            yield page.getvalue()
            page.seek(0)
            page.truncate()
    yield page.getvalue()
