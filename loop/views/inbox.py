from datetime import datetime

from django.core.cache import cache
from django.core.paginator import Paginator
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from loop.forms.bulk import BulkForm
from loop.forms.inbox import InboxFilter
from loop.inbox import BackFirst, cases_in, row_of, with_rows, worth_first
from loop.models import Case
from loop.reports.breach import BreachHistory, measure_breaches
from loop.reports.worth import Worth, measure_worth
from loop.services.inbox_views import first_inbox_view
from loop.views.bulk import undo_offer
from loop.views.tabs import address_of, tabs_for, view_named
from vocplatform.lib.doors import open_to

ROWS = 50
BY_WORTH = "worth"
MEASURED_FOR = 3600  # seconds; the figures behind the order move slowly


class KnownCount(Paginator):
    """The tab has counted these rows already; counting them again would double the work of the page."""

    def __init__(self, *args, known: int | None, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if known is not None:
            self.count = known


@require_safe
@open_to("loop.work_case")
def inbox(request: HttpRequest) -> HttpResponse:
    first = None if request.GET else first_inbox_view(request.user)
    if first is not None:
        return redirect(address_of(first))
    now, view, filters = timezone.now(), view_named(request.GET), InboxFilter(request.GET, user=request.user)
    tabs = tabs_for(request, now=now)
    cases = cases_in(view, request.user, now=now, ended=filters.looks_at_ended).filter(filters.condition())
    worth = measured_worth(now=now) if request.GET.get("order") == BY_WORTH and not filters.looks_at_ended else None
    breaches = measured_breaches(now=now) if worth is None and not filters.looks_at_ended else None
    if worth is not None:
        cases = worth_first(cases, worth, now=now)
    rows = with_rows(cases, reader=request.user)
    if worth is None and not filters.looks_at_ended and tabs.counts["back"]:
        rows = BackFirst(rows, now=now)
    known = None if filters.is_used else tabs.counts[view.key]
    page = KnownCount(rows, ROWS, known=known).get_page(request.GET.get("page"))
    return render(
        request,
        "loop/inbox.html",
        {
            "now": now,
            "view": view,
            "filters": filters,
            "page": page,
            "bulk": BulkForm(user=request.user),
            "undo": undo_offer(request, now=now),
            "rows": [row_of(case, now=now, worth=worth, breaches=breaches) for case in page],
            "worth": worth,
            "tabs": tabs,
            "newest": _newest_of(request),
        },
    )


@require_safe
@open_to("loop.work_case")
def inbox_counts(request: HttpRequest) -> HttpResponse:
    """The tabs again, for a page that has been open for a while, and how many cases came since."""
    now, view = timezone.now(), view_named(request.GET)
    seen = request.GET.get("newest", "")
    fresh = Case.objects.visible_to(request.user).open().filter(pk__gt=int(seen)).count() if seen.isdecimal() else 0
    newest = int(seen) if seen.isdecimal() else 0
    context = {"view": view, "fresh": fresh, "tabs": tabs_for(request, now=now), "newest": newest}
    return render(request, "loop/inbox_counts.html", context)


def measured_worth(*, now: datetime) -> Worth:
    return cache.get_or_set("loop.worth", lambda: measure_worth(now=now), MEASURED_FOR)


def measured_breaches(*, now: datetime) -> BreachHistory:
    return cache.get_or_set("loop.breaches", lambda: measure_breaches(now=now), MEASURED_FOR)


def _newest_of(request: HttpRequest) -> int:
    return Case.objects.visible_to(request.user).aggregate(newest=Max("pk"))["newest"] or 0
