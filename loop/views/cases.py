from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from loop.casefile import file_of, with_file
from loop.conflict import differences
from loop.forms.cases import CaseForm
from loop.models import Case, WrongMove
from loop.services.access import access_case
from loop.services.history import NotAllowed, StaleEdit
from loop.services.visits import note_visit
from loop.views.acts import ACT_BY_KEY, Act, acts_for, first_step_to, why_not
from vocplatform.lib.doors import open_to

UNPROCESSABLE, CONFLICT = 422, 409
RESENT_ANEW = {"csrfmiddlewaretoken", "version"}


@require_safe
@open_to("loop.work_case")
def case_page(request: HttpRequest, code: str) -> HttpResponse:
    case = access_case(request.user, code, among=with_file(Case.objects))
    act, unable = ACT_BY_KEY.get(request.GET.get("do", "")), ""
    if act is not None and not act.offered(case, request.user):
        unable, act = why_not(case, act), first_step_to(act, case, request.user)
    if act is None:
        return _page(request, case, unable=unable)
    form = act.form(case=case, actor=request.user, asked=request.GET)
    return _page(request, case, act=act, form=form, unable=unable)


@require_POST
@open_to("loop.work_case")
def case_act(request: HttpRequest, code: str, key: str) -> HttpResponse:
    case, act = access_case(request.user, code, among=with_file(Case.objects)), _act(key)
    form = act.form(request.POST, case=case, actor=request.user)
    if "preview" in request.POST:
        return _page(request, case, act=act, form=form)
    if form.is_valid():
        try:
            _perform(act, case, form, request)
        except StaleEdit as stale:
            return _conflict(request, act, stale)
        except (NotAllowed, WrongMove) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, act.done)
            return redirect(case)
    return _page(request, case, act=act, form=form, status=UNPROCESSABLE)


@require_POST
@open_to("loop.work_case")
def case_seen(request: HttpRequest, code: str) -> HttpResponse:
    """An open page says so every few seconds, and learns who else is there and whether the case has changed."""
    case = access_case(request.user, code)
    doing = request.POST.get("doing", "")
    visits = note_visit(case, doing=doing if doing in ACT_BY_KEY else "", actor=request.user, now=timezone.now())
    changed = request.POST.get("version", "") not in ("", str(case.version))
    return render(request, "loop/_presence.html", {"case": case, "visits": visits, "changed": changed})


def _act(key: str) -> Act:
    if key not in ACT_BY_KEY:
        raise Http404
    return ACT_BY_KEY[key]


def _perform(act: Act, case: Case, form: CaseForm, request: HttpRequest) -> None:
    wanted = dict(form.cleaned_data)
    if not act.takes_version:
        del wanted["version"]
    act.perform(case.pk, actor=request.user, now=timezone.now(), **wanted)


def _page(
    request: HttpRequest,
    case: Case,
    *,
    act: Act | None = None,
    form: CaseForm | None = None,
    unable: str = "",
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    acts = acts_for(case, request.user)
    context = {
        "now": now,
        "case": case,
        "file": file_of(case, reader=request.user, now=now),
        "acts": [each for each in acts if not each.minor],
        "keys": {each.key for each in acts},
        "minor_acts": [each for each in acts if each.minor],
        "act": act,
        "form": form,
        "unable": unable,
    }
    return render(request, "loop/case.html", context, status=status)


def _conflict(request: HttpRequest, act: Act, stale: StaleEdit) -> HttpResponse:
    """Both versions side by side; what the person wrote is kept and can be sent again on top of theirs."""
    written = [(name, value) for name, values in request.POST.lists() for value in values if name not in RESENT_ANEW]
    context = {"act": act, "case": stale.case, "differences": differences(stale), "written": written}
    return render(request, "409.html", context, status=CONFLICT)
