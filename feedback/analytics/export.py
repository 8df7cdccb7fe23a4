"""Responses and figures as rows of a CSV file, made while they are sent so that a million need no memory."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain, islice

from django.db.models import QuerySet

from feedback.analytics.by_touchpoint import ByTouchpoint, Line
from feedback.analytics.filters import Filters
from feedback.analytics.headline import Headline
from feedback.analytics.selection import Versions, label_of_answer, select_responses, without_small_groups
from feedback.metrics.figure import Figure
from feedback.models import Answer, Response
from feedback.models.standing import standing_case
from surveys.models import SurveyVersion

CHUNK = 2000
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\0")
COLUMNS = (
    "response",
    "submitted_at",
    "started_at",
    "survey",
    "version",
    "journey",
    "stage",
    "touchpoint",
    "channel",
    "locale",
    "customer",
    "standing",
    "flags",
    "seconds_taken",
)
FIGURE_COLUMNS = ("scope", "metric", "value", "unit", "n", "low_95", "high_95", "state", "first_day", "last_day")


def safe_cell(value: object) -> object:
    """A spreadsheet runs a text that starts like a formula; an apostrophe in front makes it text again."""
    if isinstance(value, str) and value.lstrip(" ").startswith(DANGEROUS):
        return f"'{value}"
    return value


def safe_row(row: Iterable[object]) -> list[object]:
    return [safe_cell(value) for value in row]


def response_rows(filters: Filters) -> Iterator[list[object]]:
    """Yield the header and one row per response: its facts, then a column per question and per comment's label."""
    versions = Versions.of(filters)
    responses, _hidden = without_small_groups(select_responses(filters, versions), versions)
    questions = _questions(responses)
    heads = [(key, f"{key}.label") if kind == "text" else (key,) for key, kind in questions]
    yield safe_row([*COLUMNS, *chain.from_iterable(heads)])
    for facts, answers in _with_answers(_facts(responses), versions):
        cells = (answers.get((key, kind), ("", "")) for key, kind in questions)
        said = (
            (text, label) if kind == "text" else (text,)
            for (text, label), (_key, kind) in zip(cells, questions, strict=True)
        )
        yield safe_row([*facts, *chain.from_iterable(said)])


def _questions(responses: QuerySet[Response]) -> list[tuple[str, str]]:
    """Every question of the versions that were answered, in the order in which they were asked."""
    answered = responses.order_by().values("version_id").distinct()
    definitions = SurveyVersion.objects.filter(pk__in=answered).order_by("pk").values_list("definition", flat=True)
    found = ((question["key"], question["kind"]) for each in definitions for question in each.get("questions", ()))
    return list(dict.fromkeys(found))


def _facts(responses: QuerySet[Response]) -> Iterator[tuple]:
    rows = responses.annotate(standing=standing_case()).values_list(
        "pk",
        "submitted_at",
        "started_at",
        "survey__slug",
        "version__number",
        "touchpoint__stage__journey__slug",
        "touchpoint__stage__slug",
        "touchpoint__slug",
        "channel",
        "locale",
        "customer__external_id",
        "standing",
        "flags",
        "seconds_taken",
        "version_id",
    )
    return rows.iterator(chunk_size=CHUNK)


def _with_answers(facts: Iterator[tuple], versions: Versions) -> Iterator[tuple[list[object], dict]]:
    """Join answers to facts a chunk at a time: two queries per two thousand responses."""
    while chunk := list(islice(facts, CHUNK)):
        answers = _answers([row[0] for row in chunk])
        for row in chunk:
            is_anonymous = row[-1] in versions.anonymous
            yield (
                [_plain(value) for value in (*row[:10], "" if is_anonymous else row[10], *row[11:-1])],
                answers[row[0]],
            )


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return "|".join(map(str, value)) if isinstance(value, list) else "" if value is None else value


def _answers(pks: list[int]) -> dict[int, dict[tuple[str, str], tuple[object, str]]]:
    found: dict = defaultdict(dict)
    numbers = Answer.objects.filter(response_id__in=pks).exclude(kind="text").order_by()
    for pk, key, kind, number, choices in numbers.values_list(
        "response_id", "question_key", "kind", "number", "choices"
    ).iterator(CHUNK):
        found[pk][key, kind] = number if number is not None else _plain(choices), ""
    comments = Answer.objects.filter(response_id__in=pks, kind="text").annotate(label=label_of_answer()).order_by()
    for pk, key, text, label in comments.values_list("response_id", "question_key", "text", "label").iterator(CHUNK):
        found[pk][key, "text"] = text, label or ""
    return found


def figure_rows(lines: Iterable[Headline], places: ByTouchpoint, filters: Filters) -> Iterator[list[object]]:
    """Yield the header and every figure of the dashboard, computed by the same functions."""
    yield list(FIGURE_COLUMNS)
    for line in lines:
        yield _figure_row("all", line.metric.key, line.figure, filters)
    for place in _lines(places):
        for key, cell in place.cells.items():
            yield _figure_row(place.name, key, cell.figure, filters)


def _lines(places: ByTouchpoint) -> Iterator[Line]:
    for stage in places.stages:
        yield stage.total
        yield from stage.lines
    if places.elsewhere:
        yield places.elsewhere


def _figure_row(scope: str, metric: str, figure: Figure, filters: Filters) -> list[object]:
    ends = (figure.interval.low, figure.interval.high) if figure.interval else ("", "")
    value, n = ("" if part is None else part for part in (figure.value, figure.n))
    days = filters.period.first_on.isoformat(), filters.period.last_on.isoformat()
    return safe_row([scope, metric, value, figure.unit.value, n, *ends, figure.state.value, *days])
