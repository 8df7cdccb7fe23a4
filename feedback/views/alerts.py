from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from feedback.analytics.alert_list import ShownAlert, as_shown, named_places, shown_rate
from feedback.analytics.trends import Mark, marks
from feedback.analytics.windows import Step, read_steps
from feedback.charts.chart import Chart
from feedback.charts.control import ControlPoint, control_chart
from feedback.forms.alerts import CloseForm, NoteForm, TakeForm
from feedback.metrics.catalogue import CATALOGUE
from feedback.models import AlarmRate, Alert, Investigation
from feedback.services.alerts import (
    AlreadyClosed,
    StaleInvestigation,
    close_investigation,
    note_finding,
    take_investigation,
)
from feedback.views.asking import today_here
from feedback.views.pictures import measure_address, trend_marks
from feedback.views.wording import axis_words, period_words
from vocplatform.lib.doors import open_to
from vocplatform.lib.periods import Grain, Period

ROWS = 50
UNPROCESSABLE, CONFLICT = 422, 409


@dataclass(frozen=True, slots=True)
class Act:
    title: str | Promise
    form: type[forms.Form]
    perform: Callable[..., object]
    done: str | Promise
    takes_version: bool = True


ACTS = {
    "take": Act(_("I look into it"), TakeForm, take_investigation, _("It is yours.")),
    "note": Act(_("Add to it"), NoteForm, note_finding, _("Kept."), takes_version=False),
    "close": Act(_("Close it"), CloseForm, close_investigation, _("Closed.")),
}


@require_safe
@open_to("feedback.view_response")
def alerts(request: HttpRequest) -> HttpResponse:
    is_past = request.GET.get("show") == "past"
    rows = Alert.objects.filter(closed_at__isnull=not is_past).select_related("investigation__owner")
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    places = named_places(page.object_list)
    drawn = {
        "page": page,
        "shown": [as_shown(alert, places) for alert in page],
        "is_past": is_past,
        "open_count": Alert.objects.open().count(),
        "rate": shown_rate(AlarmRate.objects.first()),
    }
    return render(request, "feedback/alerts.html", drawn)


@require_safe
@open_to("feedback.view_response")
def alert(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _alert(pk))


@require_POST
@open_to("feedback.work_investigation")
def alert_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    if act not in ACTS:
        raise Http404
    shown, wanted = _alert(pk), ACTS[act]
    form = wanted.form(request.POST, auto_id=f"{act}-%s")
    if not form.is_valid():
        return _page(request, shown, act=act, form=form, status=UNPROCESSABLE)
    given = dict(form.cleaned_data)
    if not wanted.takes_version:
        del given["version"]
    try:
        wanted.perform(shown.investigation.pk, **given, actor=request.user, now=timezone.now())
    except StaleInvestigation:
        form.add_error(None, _("Somebody else changed this meanwhile. Look again; what you wrote is still here."))
        return _page(request, _alert(pk), act=act, form=form, status=CONFLICT)
    except AlreadyClosed:
        form.add_error(None, _("This is closed already."))
        return _page(request, _alert(pk), act=act, form=form, status=CONFLICT)
    messages.success(request, wanted.done)
    return redirect(shown)


def _alert(pk: int) -> Alert:
    return get_object_or_404(Alert.objects.select_related("investigation__owner", "investigation__team"), pk=pk)


def _page(
    request: HttpRequest, row: Alert, *, act: str = "", form: forms.Form | None = None, status: int = 200
) -> HttpResponse:
    investigation = row.investigation
    shown = as_shown(row, named_places([row]))
    asked = {
        key: form if key == act else each.form(initial={"due_on": investigation.due_on}, auto_id=f"{key}-%s")
        for key, each in ACTS.items()
        if key == "note" or investigation.status != Investigation.Status.CLOSED
    }
    steps = read_steps(today=today_here(), only=(row.metric, row.touchpoint_key)).get(
        (row.metric, row.touchpoint_key), []
    )
    span = Period(steps[0].period.first_on, steps[-1].period.last_on) if steps else None
    logged = marks(shown.filters.during(span), timezone.get_default_timezone()) if span else []
    drawn = {
        "shown": shown,
        "investigation": investigation,
        "entries": investigation.entries.select_related("actor"),
        "acts": [(key, ACTS[key].title, asked[key]) for key in asked],
        "chart": _chart(shown, steps, logged),
        "marks": logged,
        "period": period_words(Period(row.first_on, row.last_on)),
    }
    return render(request, "feedback/alert.html", drawn, status=status)


def _chart(shown: ShownAlert, steps: Sequence[Step], logged: Sequence[Mark]) -> Chart | None:
    if not steps or shown.row.reason != Alert.Reason.LEVEL:
        return None
    described = CATALOGUE[shown.row.metric]
    return control_chart(
        str(_("Window by window, with what was usual")),
        [
            ControlPoint(
                axis_words(step.period, Grain.WEEK),
                period_words(step.period),
                step.judged,
                step.window,
                measure_address(described, shown.filters.during(step.period)),
            )
            for step in steps
        ],
        unit=described.unit,
        whole=described.axis,
        marks=trend_marks(
            logged, Period(steps[0].period.first_on, max(steps[-1].period.first_on, steps[0].period.last_on))
        ),
    )
