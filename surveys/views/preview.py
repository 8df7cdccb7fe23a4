"""What customers will see, drawn by their own pages. Nothing is stored: all state travels in the form, sealed."""

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from surveys.definition.flow import Value, next_page, previous_page
from surveys.definition.freeze import freeze
from surveys.definition.languages import in_language, languages_of
from surveys.definition.schema import Definition, read_definition
from surveys.forms.asked import ask_page, left_out, read_page, said_in_words
from surveys.forms.draw import page_sheet, thanks_sheet
from surveys.forms.loaded import LoadedSurvey
from surveys.forms.sealed import open_definition
from surveys.forms.sheet import Sheet
from surveys.forms.slots import answer_slots, notice_slot, pipe_slots
from surveys.models import Survey, SurveyVersion
from vocplatform.lib.doors import open_to

SALT = "voc.preview.walk"
NIGHT = re.compile(r"@media \(prefers-color-scheme: ?dark\)")
STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Walk:
    """How far somebody has walked through a preview."""

    definition: Definition
    scheme: str = ""
    locale: str = ""
    answers: Mapping[str, Value] = field(default_factory=dict)

    def seal(self) -> str:
        parts = {"scheme": self.scheme, "locale": self.locale, "answers": dict(self.answers)}
        return signing.dumps({"definition": self.definition.as_data(), **parts}, salt=SALT, compress=True)

    @property
    def languages(self) -> tuple[str, ...]:
        """What a reader may switch to; none where there is only one."""
        return tuple(languages_of(self.definition)) if self.definition.translations else ()

    @property
    def shown(self) -> LoadedSurvey:
        """Every rotating question, since somebody is looking for mistakes; in the language that was chosen."""
        return LoadedSurvey(0, "", in_language(self.definition, self.locale), self.languages)


def open_walk(sealed: str) -> Walk | None:
    try:
        parts = signing.loads(sealed, salt=SALT)
    except signing.BadSignature:
        return None
    answers = {key: tuple(value) if isinstance(value, list) else value for key, value in parts["answers"].items()}
    return Walk(read_definition(parts["definition"]), parts["scheme"], parts.get("locale", ""), answers)


@require_safe
@open_to("surveys.view_survey")
def preview_survey(request: HttpRequest, pk: int) -> HttpResponse:
    """The saved draft."""
    survey = get_object_or_404(Survey.objects.with_draft(), pk=pk)
    return _begin(Walk(read_definition(freeze(survey)), request.GET.get("scheme", ""), request.GET.get("locale", "")))


@require_safe
@open_to("surveys.view_survey")
def preview_version(request: HttpRequest, pk: int) -> HttpResponse:
    version = get_object_or_404(SurveyVersion, pk=pk)
    return _begin(Walk(read_definition(version.definition), request.GET.get("scheme", "")))


@csrf_exempt  # the customers' form carries no token; nothing is stored, and what comes back was sealed here
@require_POST
@open_to("surveys.view_survey")
def preview_draft(request: HttpRequest) -> HttpResponse:
    """One step: from the designer's unsaved form to the first page, or from page to page."""
    if "definition" in request.POST:
        definition = open_definition(request.POST["definition"])
        return _begin(Walk(definition, request.POST.get("scheme", ""))) if definition else HttpResponseBadRequest()
    walk = open_walk(request.POST.get("form", ""))
    page = request.POST.get("page", "")
    if walk is None or not page.isascii() or not page.isdigit():
        return HttpResponseBadRequest()
    return _step(walk, int(page[:6]), request)


def _begin(walk: Walk) -> HttpResponse:
    return _draw_page(walk, min(walk.definition.pages, default=1))


def _step(walk: Walk, number: int, request: HttpRequest) -> HttpResponse:
    page = ask_page(walk.definition, number, walk.answers)
    read = read_page(page, dict(request.POST.lists()))
    here = {asked.key for asked in page.questions}
    answers = {key: value for key, value in walk.answers.items() if key not in here} | read.values
    walk = replace(walk, answers=answers)
    if request.POST.get("language") in walk.languages:
        return _draw_page(replace(walk, locale=request.POST["language"]), number)
    if request.POST.get("go") == "back":
        return _draw_page(walk, previous_page(walk.definition, number, answers) or number)
    errors = left_out(page, walk.definition, answers) | read.errors
    if errors:
        return _draw_page(walk, number, errors)
    following = next_page(walk.definition, number, answers)
    return _draw_page(walk, following) if following else _draw_thanks(walk)


def _draw_page(walk: Walk, number: int, errors: Mapping | None = None) -> HttpResponse:
    survey = walk.shown
    page = ask_page(survey.definition, number, walk.answers)
    sheet = page_sheet(survey, page, errors=errors)
    with translation.override(survey.definition.locale):
        slots = {
            **answer_slots(page, walk.answers),
            **pipe_slots(survey, _known(walk)),
            "path": reverse("survey_preview_draft"),
            "form": walk.seal(),
            "notice": notice_slot(_("Preview: nothing is stored.")),
        }
    return _answer(sheet, slots, walk.scheme)


def _draw_thanks(walk: Walk) -> HttpResponse:
    survey = walk.shown
    words = _("Preview: nothing was stored.")
    slots = {**pipe_slots(survey, _known(walk)), "edit": notice_slot(words)}
    return _answer(thanks_sheet(survey), slots, walk.scheme)


def _known(walk: Walk) -> dict[str, object]:
    """A made-up customer; what an event would tell is left to the words behind the bar."""
    known: dict[str, object] = {"customer.name": _("Alex Example")}
    for key, value in walk.answers.items():
        question = walk.shown.definition.question(key)
        if question:
            known[f"answer.{key}"] = said_in_words(question, value)
    return known


def _answer(sheet: Sheet, slots: Mapping[str, str], scheme: str) -> HttpResponse:
    html = _in_scheme(sheet.fill(slots), scheme)
    style = STYLE.search(html)
    digest = b64encode(sha256(style[1].encode()).digest()).decode() if style else ""
    response = HttpResponse(html)
    policy = replace(sheet, style_hash=f"sha256-{digest}").content_security_policy("'self'")
    response.headers["Content-Security-Policy"] = policy
    response.headers["Cache-Control"] = "no-store"
    return response


def _in_scheme(html: str, scheme: str) -> str:
    """Show the day's or the night's colours whatever the designer's own system prefers."""
    if scheme not in {"light", "dark"}:
        return html
    html = html.replace('content="light dark"', f'content="{scheme}"').replace(
        "color-scheme:light dark", f"color-scheme:{scheme}"
    )
    html = html.replace("color-scheme: light dark", f"color-scheme: {scheme}")
    return NIGHT.sub("@media all" if scheme == "dark" else "@media not all", html)
