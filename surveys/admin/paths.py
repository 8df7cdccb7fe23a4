"""Who sees what: answers chosen by hand lead along a path, and all paths are listed. Nothing is stored."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from surveys.definition.flow import Answers, shown
from surveys.definition.freeze import freeze
from surveys.definition.kinds import Shape
from surveys.definition.paths import MOST_PATHS, Path, all_paths, said
from surveys.definition.rotation import slots, with_drawn
from surveys.definition.schema import DefinedQuestion, Definition, read_definition
from surveys.forms.reading import read_answers

ANSWER, DRAW = "a-", "slot-"
NONE = "-"  # nothing of this slot was drawn


class PathPages:
    """Part of the survey's admin page."""

    def path_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.paths_page)
        return [path("<int:object_id>/paths/", view, name="surveys_survey_paths")]

    def paths_page(self, request: HttpRequest, object_id: int) -> HttpResponse:
        survey = self._survey(request, object_id, "view")
        definition = read_definition(freeze(survey))
        drawn = _drawn(request, definition)
        part = with_drawn(definition, drawn)
        raw = {name.removeprefix(ANSWER): values for name, values in request.GET.lists() if name.startswith(ANSWER)}
        answers = read_answers(part.questions, raw).values
        on_path = {question.key for question in shown(part, answers)}
        numbers = {question.key: number for number, question in enumerate(definition.questions, start=1)}
        found = all_paths(definition)
        context = {
            "title": _("Paths through “%s”") % survey,
            "steps": [_step(one, numbers, answers, on_path, definition) for one in part.questions],
            "slots": [_slot(slot, group, drawn, definition) for slot, group in slots(definition).items()],
            "seen": len(on_path),
            "paths": [_listed(one, definition, numbers) for one in found.paths],
            "found": found,
            "most": MOST_PATHS,
            "lost": [{"number": numbers[one.key], "question": one} for one in found.unreachable],
            "is_tried": bool(request.GET),
        }
        return self._page(request, "paths", context, survey)


def _drawn(request: HttpRequest, definition: Definition) -> frozenset[str]:
    """The first question of a slot where nobody chose another, or none of them."""
    picked = set()
    for slot, group in slots(definition).items():
        wanted = request.GET.get(DRAW + slot, group[0].key)
        picked |= {one.key for one in group if one.key == wanted}
    return frozenset(picked)


def _step(
    question: DefinedQuestion, numbers: dict[str, int], answers: Answers, on_path: set[str], definition: Definition
) -> dict:
    value = answers.get(question.key)
    chosen = set(value) if isinstance(value, tuple) else {str(value)} if value is not None else set()
    options = [(str(number), str(number)) for number in question.numbers]
    options = options or [(choice.key, choice.text) for choice in question.choices]
    matters = any(one.show_if and one.show_if.question == question.key for one in definition.questions)
    return {
        "question": question,
        "number": numbers[question.key],
        "name": ANSWER + question.key,
        "is_shown": question.key in on_path,
        "options": [(key, text, key in chosen) for key, text in options],
        "is_several": question.nature.shape is Shape.KEYS,
        "typed": value if question.nature.shape is Shape.WORDS and value is not None else "",
        "matters": matters,
    }


def _slot(slot: str, group: list[DefinedQuestion], drawn: frozenset[str], definition: Definition) -> dict:
    options = [(one.key, one.text, one.key in drawn) for one in group]
    is_none = not any(picked for _key, _text, picked in options)
    return {
        "name": DRAW + slot,
        "slot": slot,
        "options": options,
        "may_be_none": definition.rotation_percent < 100 or is_none,
        "is_none": is_none,
    }


def _listed(found: Path, definition: Definition, numbers: dict[str, int]) -> dict:
    asked = [definition.question(key) for key in found.keys]
    found_draw = {
        DRAW + slot: next((one.key for one in group if one.key in found.keys), NONE)
        for slot, group in slots(definition).items()
    }
    return {
        "numbers": " → ".join(str(numbers[key]) for key in found.keys),
        "when": [
            (numbers[key], said(question, found.answers[key]))
            for key, question in zip(found.keys, asked, strict=True)
            if key in found.answers
        ],
        "query": urlencode({**found_draw, **{ANSWER + key: value for key, value in found.answers.items()}}, doseq=True),
    }
