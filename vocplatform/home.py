"""The start page: for everybody the part of the house that the own role works in."""

from datetime import date, datetime, timedelta

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from feedback.analytics.filters import Filters
from feedback.analytics.headline import Headline, headlines
from feedback.analytics.sums import Daily
from loop.inbox import VIEW_BY_KEY, VIEWS, Row, cases_in, counts_of, row_of, with_rows
from loop.models import Case, Message, Praise
from loop.reports.effect import headline
from loop.reports.workload import workload
from surveys.models import Delivery, Survey, TouchpointEvent
from vocplatform.lib.periods import last_days

NEXT_ROWS = 5
DAYS = 30
CLOSING = timedelta(days=90)  # a case of this month is hardly confirmed yet
RECENT = timedelta(days=7)
UNSENT = Q(status__in=[Message.Status.FAILED, Message.Status.UNKNOWN])


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    user, now = request.user, timezone.now()
    context: dict[str, object] = {"now": now, "days": DAYS}
    if user.has_perm("loop.work_case"):
        context |= _work(user, now)
    if user.has_perm("loop.view_all_cases"):
        context["loads"] = workload(Case.objects.visible_to(user), now=now)
    if user.has_perm("loop.view_praise"):
        context["praise"] = Praise.objects.filter(person=user, seen_at__isnull=True).count()
    if user.has_perm("feedback.view_response"):
        context["headlines"] = _headlines(timezone.localdate(timezone=timezone.get_default_timezone()))
        context["closed"] = headline(start=now - CLOSING, end=now)
    if user.has_perm("surveys.change_survey"):
        context["surveys"] = _surveys(now)
    if user.has_perm("surveys.view_delivery"):
        context["troubles"] = _troubles(now)
    return render(request, "home.html", context)


def _work(user: AbstractBaseUser, now: datetime) -> dict[str, object]:
    counts = counts_of(user, now=now)
    return {
        "tabs": [{"view": view, "count": counts[view.key]} for view in VIEWS],
        "next_rows": _next_rows(user, "mine" if counts["mine"] else "unassigned", now),
        "next_are_mine": bool(counts["mine"]),
    }


def _next_rows(user: AbstractBaseUser, view: str, now: datetime) -> list[Row]:
    cases = cases_in(VIEW_BY_KEY[view], user, now=now)
    return [row_of(case, now=now) for case in with_rows(cases, reader=user)[:NEXT_ROWS]]


def _headlines(today: date) -> list[Headline]:
    period = last_days(DAYS, today=today)
    filters = Filters(period, period_name=f"last_{DAYS}")
    lines = headlines(Daily.read(filters, period, period.previous), filters, period.previous)
    return [line for line in lines if line.is_asked]


def _surveys(now: datetime) -> QuerySet[Survey]:
    recent = Count("responses", filter=Q(responses__submitted_at__gte=now - RECENT))
    return Survey.objects.select_related("live_version").annotate(recent=recent).order_by("name")


def _troubles(now: datetime) -> dict[str, int]:
    """What left the house badly, or came in and could not be handled, in the last days."""
    since = now - RECENT
    return {
        "deliveries": Delivery.objects.filter(UNSENT, updated_at__gte=since).count(),
        "letters": Message.objects.filter(UNSENT, updated_at__gte=since).count(),
        "events": TouchpointEvent.objects.filter(parked_at__gte=since).count(),
    }
