"""The customer's page. Reading it changes nothing; only what a person sends does."""

from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.csrf import csrf_exempt

from feedback.services.answering import Go, Outcome, Posted, Step, take_page
from feedback.services.links import Link, Standing, as_seen, find_collection_link, find_personal_link, resumed
from feedback.services.personal import pipe_values
from feedback.views.endings import (
    ended_link,
    guarded,
    public_response,
    too_many_answers,
    unknown_link,
    unreadable,
    used_link,
)
from surveys.definition.flow import Answers, next_page
from surveys.definition.schema import Definition
from surveys.forms.asked import AskedPage, ask_page
from surveys.forms.draw import Errors, page_sheet, thanks_sheet
from surveys.forms.slots import TICKED, answer_slots, link_slot, notice_slot, pipe_slots
from surveys.forms.state import EDIT, FormState, new_state, read_state, sign_state
from vocplatform.lib.rates import Limit
from vocplatform.lib.web import client_address

METHODS = ("GET", "HEAD", "POST")
READ_METHODS = ("GET", "HEAD")


@csrf_exempt  # nobody is logged in here: who knows the link may answer, and who does not cannot
def personal(request: HttpRequest, token: str) -> HttpResponse:
    now = timezone.now()
    return _serve(request, find_personal_link(token, now=now), now)


@csrf_exempt
def collection(request: HttpRequest, code: str) -> HttpResponse:
    now = timezone.now()
    return _serve(request, find_collection_link(code, now=now), now)


def personal_thanks(request: HttpRequest, token: str) -> HttpResponse:
    now = timezone.now()
    return _serve_thanks(request, find_personal_link(token, now=now), now)


def collection_thanks(request: HttpRequest, code: str) -> HttpResponse:
    now = timezone.now()
    return _serve_thanks(request, find_collection_link(code, now=now), now)


def _serve(request: HttpRequest, link: Link | None, now: datetime) -> HttpResponse:
    if request.method not in METHODS:
        return guarded(HttpResponseNotAllowed(METHODS))
    if link is None:
        return unknown_link(request)
    if request.method == "POST":
        return _take(request, link, now)
    return _show(request, link, now)


def _take(request: HttpRequest, link: Link, now: datetime) -> HttpResponse:
    if wait := _wait(request, link):
        return too_many_answers(link, wait)
    try:
        posted = _posted(request)
    except RequestDataTooBig:
        return _unreadable(request, link, status=413)
    except (SuspiciousOperation, BadRequest, MultiPartParserError):
        return _unreadable(request, link, status=400)
    state = read_state(_single(posted, "form"), link.secret)
    link = as_seen(resumed(link, state), state, wanted=_wanted(request))
    page = _page_number(link, _single(posted, "page"))
    language = _single(posted, "language")
    go = Go.KEEP if language in link.survey.languages else _go(_single(posted, "go"))
    with translation.override(link.survey.definition.locale):
        outcome, state = take_page(link, state, posted, go=go, page=page, now=now)
        if outcome.step is Step.KEPT and language in link.survey.languages:
            return _in_language(link, state, language, page)
        return _answer(link, state, outcome, now)


def _unreadable(request: HttpRequest, link: Link, *, status: int) -> HttpResponse:
    link = as_seen(link, None, wanted=_wanted(request))
    with translation.override(link.survey.definition.locale):
        return unreadable(link, status=status)


def _in_language(link: Link, state: FormState, language: str, page: int) -> HttpResponse:
    """The same page again, in the language that its reader chose; what was answered so far is kept."""
    form = sign_state(replace(state, locale=language), link.secret)
    return _redirect(link.path, **({"edit": 1} if state.is_edit else {}), page=page, form=form)


def _wanted(request: HttpRequest) -> list[str]:
    """The languages of the reader's browser, the dearest first."""
    return [tag for tag, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", ""))]


def _wait(request: HttpRequest, link: Link) -> int:
    """A link for many people may be posted to by a program; one of our own invitations takes one answer anyway."""
    if link.origin.invitation_id:
        return 0
    limit = Limit("answers", most=settings.LINK_ANSWERS_PER_MINUTE, seconds=60)
    return limit.wait(f"{link.secret} {client_address(request)}")


def _posted(request: HttpRequest) -> Posted:
    """Raises BadRequest for a file, which no question asks for."""
    posted = dict(request.POST.lists())
    if request.FILES:
        raise BadRequest
    return posted


def _answer(link: Link, state: FormState, outcome: Outcome, now: datetime) -> HttpResponse:
    form = sign_state(state, link.secret)
    if outcome.step is Step.THANKS:
        return _redirect(f"{link.path}thanks/", form=form)
    if outcome.step is Step.PAGE:
        return _redirect(link.path, page=outcome.page, form=form)
    if outcome.step is Step.KEPT:
        return guarded(HttpResponse(status=204))
    if outcome.step is Step.USED:
        return used_link(link, edit_path=_edit_path(link, None, now))
    if outcome.step is Step.ENDED:
        return ended_link(link)
    page = ask_page(link.survey.definition, outcome.page, outcome.answers)
    slots = answer_slots(page, outcome.answers, untold=outcome.untold)
    status = 422 if outcome.errors else 200
    return _page(link, page, state, slots, outcome.answers, errors=outcome.errors, status=status)


def _show(request: HttpRequest, link: Link, now: datetime) -> HttpResponse:
    query = request.GET
    state = read_state(query.get("form", ""), link.secret) if query else None
    fresh = state or new_state(link.survey.version_id, now=now)
    link = as_seen(resumed(link, state), fresh, wanted=_wanted(request))
    with translation.override(link.survey.definition.locale):
        return _shown(link, state, fresh, query, now)


def _shown(link: Link, state: FormState | None, fresh: FormState, query: QueryDict, now: datetime) -> HttpResponse:
    if _is_answered(link):
        return _show_answered(link, state, query, now)
    if not link.may_finish(state, now):
        return ended_link(link)
    state = fresh
    if link.begun:
        return _show_begun(link, state, query)
    page = link.survey.first_page if "page" not in query else _asked(link, query, {})
    return _page(link, page, state, _preselected(link, query, {}), {})


def _show_begun(link: Link, state: FormState, query: QueryDict) -> HttpResponse:
    answers = link.answers()
    page = _asked(link, query, answers)
    untold = frozenset() if link.is_own(state) else link.survey.words
    slots = answer_slots(page, answers, untold=untold)
    if "page" not in query:
        slots["notice"] = _welcome_back(link, page, answers)
    return _page(link, page, state, slots | _preselected(link, query, answers), answers)


def _show_answered(link: Link, state: FormState | None, query: QueryDict, now: datetime) -> HttpResponse:
    if "edit" not in query or not link.may_edit(now):
        return used_link(link, edit_path=_edit_path(link, state, now))
    answers = link.answers()
    page = _asked(link, query, answers)
    untold = frozenset() if link.is_own(state) else link.survey.words
    editing = _editing(link, state, now)
    return _page(link, page, editing, answer_slots(page, answers, untold=untold), answers)


def _serve_thanks(request: HttpRequest, link: Link | None, now: datetime) -> HttpResponse:
    if request.method not in READ_METHODS:
        return guarded(HttpResponseNotAllowed(READ_METHODS))
    if link is None:
        return unknown_link(request)
    state = read_state(request.GET.get("form", ""), link.secret)
    link = as_seen(resumed(link, state), state, wanted=_wanted(request))
    with translation.override(link.survey.definition.locale):
        if not _is_answered(link):
            return _redirect(link.path)
        sheet = thanks_sheet(link.survey)
        slots = pipe_slots(link.survey, pipe_values(link, link.answers())) if link.survey.fields else {}
        if edit_path := _edit_path(link, state, now):
            slots["edit"] = link_slot(edit_path, _("Change your answers"))
        if _may_ask_for_call(link):
            slots["call"] = link_slot(f"{link.path}call/", _("Ask us to call you"))
        return public_response(sheet.fill(slots), sheet)


def _page(
    link: Link,
    page: AskedPage,
    state: FormState,
    slots: dict[str, str],
    answers: Answers,
    *,
    errors: Errors | None = None,
    status: int = 200,
) -> HttpResponse:
    if link.survey.languages:
        state = replace(state, locale=link.survey.definition.locale)
    sheet = page_sheet(link.survey, page, is_edit=state.is_edit, errors=errors)
    if link.origin.is_test:
        slots["notice"] = notice_slot(_("This is a test: the answer counts nowhere.")) + slots.get("notice", "")
    slots |= {"path": link.path, "form": sign_state(state, link.secret)}
    if link.survey.fields:
        slots |= pipe_slots(link.survey, pipe_values(link, answers))
    return public_response(sheet.fill(slots), sheet, status=status)


def _asked(link: Link, query: QueryDict, answers: Answers) -> AskedPage:
    return ask_page(link.survey.definition, _page_number(link, query.get("page", "")), answers)


def _page_number(link: Link, text: str) -> int:
    """The page a reader names, the first one otherwise; a number that is no page is nobody's wish."""
    pages = link.survey.definition.pages
    return next((number for number in pages if str(number) == text), pages[0] if pages else 1)


def _preselected(link: Link, query: QueryDict, answers: Answers) -> dict[str, str]:
    """A score link ticks a point of the first scale, and nothing more: only sending answers."""
    scores = query.getlist("score")
    scale = link.survey.first_scale
    if len(scores) != 1 or scale is None or scale.key in answers or scores[0] not in map(str, scale.numbers):
        return {}
    return {f"ticked:{scale.key}={scores[0]}": TICKED}


def _welcome_back(link: Link, page: AskedPage, answers: Answers) -> str:
    sentence = _("Welcome back. What you have answered so far is kept.")
    resume = _resume_page(link.survey.definition, answers)
    if resume == page.number:
        return notice_slot(sentence)
    return notice_slot(sentence, (f"{link.path}?page={resume}", _("Continue where you stopped")))


def _resume_page(definition: Definition, answers: Answers) -> int:
    furthest = max((one.page for one in definition.questions if one.key in answers), default=1)
    return next_page(definition, furthest, answers) or furthest


def _may_ask_for_call(link: Link) -> bool:
    known = link.origin.customer_id is not None and not link.origin.is_test and not link.is_anonymous
    return bool(settings.CALL_BACK_HOURS and known)


def _is_answered(link: Link) -> bool:
    return link.standing is Standing.ANSWERED or bool(link.begun and link.begun.submitted_at)


def _editing(link: Link, state: FormState | None, now: datetime) -> FormState:
    """A form that may change the answer. It is the typist's own only if the form before it was."""
    submission = {"submission_id": state.submission_id} if link.is_own(state) else {}
    return new_state(link.survey.version_id, now=now, intent=EDIT, **submission)


def _edit_path(link: Link, state: FormState | None, now: datetime) -> str:
    if not link.may_edit(now):
        return ""
    form = {"form": sign_state(state, link.secret)} if state and link.is_own(state) else {}
    return f"{link.path}?{urlencode({'edit': 1, **form})}"


def _go(text: str) -> Go:
    return Go(text) if text in set(Go) else Go.NEXT


def _single(posted: Posted, name: str) -> str:
    return posted.get(name, [""])[0]


def _redirect(path: str, **query: object) -> HttpResponse:
    response = HttpResponse(status=303)
    response.headers["Location"] = f"{path}?{urlencode(query)}" if query else path
    return guarded(response)
