"""What a customer sees of the own case, by the link in our letters: opening it changes nothing, sending a form does."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from feedback.views.endings import public_response, unknown_link
from loop.models import Case, CaseEvent, Message, Status
from loop.services.case_links import PAGE, find_case
from loop.services.inbound import TooManyWords, take_words
from loop.services.languages import spoken_locale
from loop.services.recovery import take_word
from surveys.forms.draw import draw_form

LONGEST = 5000


@csrf_exempt  # the link is the proof; the page sets no cookie
@require_http_methods(["GET", "HEAD", "POST"])
def case_status(request: HttpRequest, token: str) -> HttpResponse:
    case = find_case(token, PAGE)
    if case is None or (case.customer and case.customer.erased_at):
        return unknown_link(request)
    with translation.override(spoken_locale(case.customer)):
        if request.method == "POST":
            return _act(request, case)
        return _show(request, case)


def _act(request: HttpRequest, case: Case) -> HttpResponse:
    wish, words, now = request.POST.get("wish", ""), request.POST.get("words", "").strip(), timezone.now()
    if wish in ("solved", "unsolved"):
        take_word(case.pk, solved=wish == "solved", now=now)
        return _show(request, Case.objects.get(pk=case.pk), notice=_("Thank you. We have noted what you said."))
    if not words:
        return _show(request, case, error=_("Write a few words first."), status=422)
    if len(words) > LONGEST:
        return _show(
            request, case, error=_("This is too long. Keep it below 5,000 characters."), typed=words, status=422
        )
    try:
        take_words(case.pk, words=words, subject="", channel="page", now=now)
    except TooManyWords:
        problem = _("Very many messages came in the last hour. Wait a little, then send yours again.")
        return _show(request, case, error=problem, typed=words, status=429)
    return _show(request, Case.objects.get(pk=case.pk), notice=_("Thank you. Your message is with our team."))


def _show(
    request: HttpRequest, case: Case, *, notice: str = "", error: str = "", typed: str = "", status: int = 200
) -> HttpResponse:
    shown = case.duplicate_of if case.status == Status.DUPLICATE and case.duplicate_of else case
    context = {
        "code": case.code,
        "state": state_in_words(shown),
        "steps": steps_of(shown),
        "may_say_solved": shown.status == Status.RESOLVED,
        "may_say_unsolved": shown.status in (Status.RESOLVED, Status.CONFIRMED),
        "notice": notice,
        "error": error,
        "typed": typed,
        "path": request.path,
    }
    locale = spoken_locale(case.customer)
    sheet = draw_form("loop/public_case.html", _("Your feedback, number %(code)s") % context, context, locale=locale)
    return public_response(sheet.fill({}), sheet, status=status)


def state_in_words(case: Case) -> str:
    words = {
        Status.CONTACTED: _("We are working on it."),
        Status.IN_PROGRESS: _("We are working on it."),
        Status.RESOLVED: _("We believe that this is solved. Is it?"),
        Status.CONFIRMED: _("You told us that this is solved. Thank you."),
        Status.UNREACHABLE: _("We tried to reach you and could not. Write to us here, and we take it up again."),
        Status.DECLINED: _("We have closed this. Write to us here if something is still open."),
        Status.DUPLICATE: _("This was put together with another message of yours."),
        Status.REOPENED: _("We have taken this up again and are looking into it."),
    }
    return words.get(Status(case.status), _("We have received what you told us and are looking into it."))


def steps_of(case: Case) -> list[tuple]:
    """What happened, as (time, sentence), oldest first; what staff wrote to one another is not among it."""
    steps = [(case.opened_at, _("We received what you told us."))]
    letters = case.messages.filter(status=Message.Status.SENT)
    for letter in letters:
        comes_in = letter.direction == Message.Direction.IN
        steps.append((letter.sent_at, _("You wrote to us.") if comes_in else _("We wrote to you.")))
    if spoken := case.history.filter(kind=CaseEvent.Kind.CONTACT, changes__channel=["", "phone"]).first():
        steps.append((spoken.at, _("We called you.")))
    if case.reopened_at:
        steps.append((case.reopened_at, _("We took it up again.")))
    if case.resolved_at:
        steps.append((case.resolved_at, _("We put it right, as far as we know.")))
    if case.confirmed_at:
        steps.append((case.confirmed_at, _("You told us that it is solved.")))
    return sorted(steps, key=lambda step: step[0])
