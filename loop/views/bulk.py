from dataclasses import astuple
from datetime import datetime
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from loop.bulk import RowResult, Step, do_to_all, undo_all
from loop.forms.bulk import BulkForm
from loop.services.recovery import MAY_BE_TAKEN_BACK
from vocplatform.lib.doors import open_to

KEPT_QUERY = 2000
UNDO_FOR = MAY_BE_TAKEN_BACK
DONE = gettext_lazy("Done: %s")


@require_POST
@open_to("loop.work_case")
def inbox_bulk(request: HttpRequest) -> HttpResponse:
    form = BulkForm(request.POST, user=request.user)
    if form.is_valid():
        act, picked = form.cleaned_data["act"], form.cleaned_data["case"]
        results = do_to_all(act, picked, form.wanted, actor=request.user, now=timezone.now())
        _tell(request, results)
        _offer_undo(request, act, results)
    else:
        for problems in form.errors.values():
            messages.error(request, problems[0])
    return redirect(_back(request))


@require_POST
@open_to("loop.work_case")
def inbox_undo(request: HttpRequest) -> HttpResponse:
    """Take back what this person did to many cases a moment ago."""
    offered, now = request.session.pop("undo", None), timezone.now()
    if offered is None or parse_datetime(offered["until"]) < now:
        messages.error(request, _("It is too late to undo that."))
    else:
        steps = [Step(*step) for step in offered["steps"]]
        _tell(request, undo_all(offered["act"], steps, actor=request.user, now=now), done=_("Undone: %s"))
    return redirect(_back(request))


def undo_offer(request: HttpRequest, *, now: datetime) -> int:
    """How many cases an undo would put back at this moment; 0 where there is none."""
    offered = request.session.get("undo")
    return len(offered["steps"]) if offered and parse_datetime(offered["until"]) > now else 0


def _offer_undo(request: HttpRequest, act: str, results: list[RowResult]) -> None:
    steps = [list(astuple(result.undo)) for result in results if result.undo is not None]
    if steps:
        until = timezone.now() + UNDO_FOR
        request.session["undo"] = {"act": act, "steps": steps, "until": until.isoformat()}


def _tell(request: HttpRequest, results: list[RowResult], *, done: str | Promise = DONE) -> None:
    """One line for all that went well, one for each that did not."""
    codes = [result.code for result in results if not result.problem]
    if codes:
        messages.success(request, done % ", ".join(codes))
    for result in results:
        if result.problem:
            messages.error(request, f"{result.code}: {result.problem}")


def _back(request: HttpRequest) -> str:
    """The list as it stood; only its query comes from the form, so that nobody is led elsewhere."""
    query = QueryDict(request.POST.get("back", "")[:KEPT_QUERY])
    return f"{reverse('loop:inbox')}?{urlencode(list(query.items()))}"
