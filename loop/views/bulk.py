from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from loop.bulk import RowResult, do_to_all
from loop.forms.bulk import BulkForm
from vocplatform.lib.doors import open_to

KEPT_QUERY = 2000


@require_POST
@open_to("loop.work_case")
def inbox_bulk(request: HttpRequest) -> HttpResponse:
    form = BulkForm(request.POST, user=request.user)
    if form.is_valid():
        act, picked = form.cleaned_data["act"], form.cleaned_data["case"]
        results = do_to_all(act, picked, form.wanted, actor=request.user, now=timezone.now())
        _tell(request, results)
    else:
        for problems in form.errors.values():
            messages.error(request, problems[0])
    return redirect(_back(request))


def _tell(request: HttpRequest, results: list[RowResult]) -> None:
    """One line for all that went well, one for each that did not."""
    done = [result.code for result in results if not result.problem]
    if done:
        messages.success(request, _("Done: %s") % ", ".join(done))
    for result in results:
        if result.problem:
            messages.error(request, f"{result.code}: {result.problem}")


def _back(request: HttpRequest) -> str:
    """The list as it stood; only its query comes from the form, so that nobody is led elsewhere."""
    query = QueryDict(request.POST.get("back", "")[:KEPT_QUERY])
    return f"{reverse('loop:inbox')}?{urlencode(list(query.items()))}"
