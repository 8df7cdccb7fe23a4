from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from feedback.analytics.questions import Option, Question, question_rows, read_questions
from feedback.charts.share_bar import share_bar
from feedback.forms.filters import FilterForm
from feedback.views.asking import Asked, read_address, refuse
from feedback.views.pictures import rows_address
from feedback.views.responses import download
from surveys.models import Survey
from vocplatform.lib.doors import open_to


@dataclass(frozen=True, slots=True)
class Line:
    option: Option
    address: str
    bar: SafeString


@dataclass(frozen=True, slots=True)
class Panel:
    question: Question
    address: str
    lines: tuple[Line, ...]


@require_safe
@open_to("feedback.view_response")
def questions(request: HttpRequest) -> HttpResponse:
    asked = read_address(request)
    if isinstance(asked, FilterForm):
        return refuse(request, asked, _("Questions"))
    drawn = asked.context | {"panels": [_panel(question) for question in _read(asked)]}
    if not asked.filters.survey:
        filters = asked.filters.scope()
        surveys = Survey.objects.filter(versions__isnull=False).distinct().order_by("name")
        drawn["surveys"] = [(survey, filters.narrowed(survey=survey.slug).query()) for survey in surveys]
    return render(request, "feedback/questions.html", drawn)


@require_safe
@open_to("feedback.view_response")
def questions_csv(request: HttpRequest) -> HttpResponse:
    asked = read_address(request)
    if isinstance(asked, FilterForm):
        return refuse(request, asked, _("Questions"))
    return download("questions", asked, question_rows(_read(asked), asked.filters.scope()))


def _read(asked: Asked) -> list[Question]:
    """Nothing without a survey: a key means something only within one."""
    return read_questions(asked.filters.scope()) if asked.filters.survey else []


def _panel(question: Question) -> Panel:
    lines = tuple(
        Line(option, rows_address(option.rows) if option.chose else "", share_bar(option.share))
        for option in question.options
    )
    return Panel(question, rows_address(question.rows) if question.n else "", lines)
