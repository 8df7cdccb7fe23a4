from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from feedback.forms.changes import ChangeForm
from feedback.models import LoggedChange
from feedback.services.changes import log_change
from surveys.models import SurveyVersion
from vocplatform.lib.doors import open_to
from vocplatform.lib.periods import day_of

ROWS = 50
UNPROCESSABLE = 422
NEWEST_WORDINGS = 20


@require_safe
@open_to("feedback.view_response")
def changes(request: HttpRequest) -> HttpResponse:
    today = day_of(timezone.now(), timezone.get_default_timezone())
    return _page(request, ChangeForm(initial={"on": today}))


@require_POST
@open_to("feedback.add_loggedchange")
def change_add(request: HttpRequest) -> HttpResponse:
    form = ChangeForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=UNPROCESSABLE)
    log_change(**form.cleaned_data, actor=request.user)
    messages.success(request, _("Logged. Every trend of these days shows it now."))
    return redirect("changes")


def _page(request: HttpRequest, form: ChangeForm, *, status: int = 200) -> HttpResponse:
    logged = LoggedChange.objects.select_related("touchpoint", "added_by")
    wordings = SurveyVersion.objects.filter(number__gt=1).select_related("survey", "published_by")
    drawn = {
        "form": form,
        "page": Paginator(logged, ROWS).get_page(request.GET.get("page")),
        "wordings": wordings.order_by("-published_at")[:NEWEST_WORDINGS],
    }
    return render(request, "feedback/changes.html", drawn, status=status)
