"""Responses and figures as rows of a CSV file, made while they are sent so that a million need no memory."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from feedback.analytics.accuracy import machine_accuracy
from feedback.analytics.by_touchpoint import ByTouchpoint, Line
from feedback.analytics.filters import Filters
from feedback.analytics.headline import Headline
from feedback.analytics.selection import Versions, labels_of_answers, select_responses, without_small_groups
from feedback.extra_columns import columns_for
from feedback.metrics import SENTIMENT
from feedback.metrics.figure import Figure
from feedback.models import Answer, Response
from feedback.models.standing import standing_case
from surveys.definition.kinds import KINDS, Shape
from surveys.models import SurveyVersion
from vocplatform.lib import lookups  # noqa: F401  registers any_of
from vocplatform.lib.cells import safe_cell
from vocplatform.lib.periods import Period

CHUNK = 2000
NO_FLAGS = "[]"  # read as text: most responses have none, and each would cost a parse
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
FACT_NUMBERS = frozenset({"response", "version", "seconds_taken"})
FIGURE_NUMBERS = frozenset({"value", "n", "low_95", "high_95"})
FIGURE_COLUMNS = ("scope", "metric", "value", "unit", "n", "low_95", "high_95", "state", "first_day", "last_day")


def safe_row(row: Iterable[object]) -> list[object]:
    return [safe_cell(value) for value in row]


def response_rows(filters: Filters, *, reader: AbstractBaseUser | None = None) -> Iterator[list[object]]:
    """Yield the header and one row per response: its facts, then a column per question and per comment's label.

    What other floors know about a response comes last, as far as the reader may see it.
    """
    versions = Versions.of(filters)
    responses, _hidden = without_small_groups(select_responses(filters, versions), versions)
    columns = _Columns.of(responses)
    extras = columns_for(reader)
    yield safe_row([*COLUMNS, *columns.heads, *chain.from_iterable(extra.heads for extra in extras)])
    facts = _facts(responses)
    while chunk := list(islice(facts, CHUNK)):
        answers = columns.filled([row[0] for row in chunk])
        named = [row[0] for row in chunk if row[-1] not in versions.anonymous]
        added = [(extra, extra.cells(named)) for extra in extras]
        for row in chunk:
            more = [cell for extra, cells in added for cell in cells.get(row[0], extra.nothing)]
            yield _told(row, versions.anonymous) + answers[row[0]] + more


def number_columns(filters: Filters) -> frozenset[str]:
    """Which of the columns hold numbers, for files that want to know."""
    versions = Versions.of(filters)
    responses, _hidden = without_small_groups(select_responses(filters, versions), versions)
    columns = _Columns.of(responses)
    of_answers = {
        columns.heads[place]
        for (_key, kind), place in columns.places.items()
        if kind in KINDS and KINDS[kind].shape is Shape.NUMBER
    }
    return FACT_NUMBERS | of_answers


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
        Cast("flags", TextField()),
        "seconds_taken",
        "version_id",
    )
    return rows.iterator(chunk_size=CHUNK)


def _told(row: tuple, anonymous: frozenset[int]) -> list[object]:
    """A response's facts as cells; None is written as nothing."""
    pk, submitted_at, started_at, *places, locale, customer, standing, flags, seconds, version_id = row
    return [
        pk,
        submitted_at and submitted_at.isoformat(),
        started_at.isoformat(),
        *places,
        safe_cell(locale),
        None if version_id in anonymous else safe_cell(customer),
        standing,
        None if flags == NO_FLAGS else "|".join(json.loads(flags)),
        seconds,
    ]


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where the answer to each question stands behind the facts; the label of a comment stands right of it.

    No two columns are called the same: a key that a fact has taken becomes `key.answer`, a second kind `key.kind`.
    """

    places: dict[tuple[str, str], int]
    heads: list[str]

    @classmethod
    def of(cls, responses: QuerySet[Response]) -> "_Columns":
        """Every question of the versions that were answered, in the order in which they were asked."""
        answered = responses.order_by().values("version_id").distinct()
        definitions = SurveyVersion.objects.filter(pk__in=answered).order_by("pk").values_list("definition", flat=True)
        places, heads = {}, []
        for question in chain.from_iterable(definition.get("questions", ()) for definition in definitions):
            if (question["key"], question["kind"]) not in places:
                places[question["key"], question["kind"]] = len(heads)
                head = _free(question["key"], question["kind"], heads)
                heads += [head, f"{head}.label"] if question["kind"] == "text" else [head]
        return cls(places, heads)

    def filled(self, pks: list[int]) -> dict[int, list[object]]:
        """The answer cells of some responses, in three queries."""
        cells: dict[int, list[object]] = {pk: [None] * len(self.heads) for pk in pks}
        answers = Answer.objects.filter(response__any_of=pks).order_by()
        comments: dict[int, tuple[int, int]] = {}
        shown = answers.values_list("pk", "response_id", "question_key", "kind", "number", "text", "choices")
        for pk, response_id, key, kind, number, text, choices in shown.iterator(CHUNK):
            place = self.places.get((key, kind))
            if place is None:
                continue
            if kind == "text":
                comments[pk] = response_id, place
                cells[response_id][place] = safe_cell(text)
            else:
                cells[response_id][place] = number if number is not None else safe_cell("|".join(choices or ()))
        for pk, label in labels_of_answers(list(comments)).items():
            response_id, place = comments[pk]
            cells[response_id][place + 1] = label
        return cells


def _free(key: str, kind: str, taken: list[str]) -> str:
    """Keys hold no full stop, so what is put behind one is nobody's key."""
    plain = f"{key}.answer" if key in COLUMNS else key
    return f"{key}.{kind}" if plain in taken else plain


def figure_rows(lines: Iterable[Headline], places: ByTouchpoint, filters: Filters) -> Iterator[list[object]]:
    """Yield the header and every figure of the dashboard, computed by the same functions."""
    yield list(FIGURE_COLUMNS)
    for line in lines:
        yield figure_cells("all", line.metric.key, line.figure, filters.period)
        if line.metric is SENTIMENT:
            yield figure_cells("machine", "sentiment_accuracy", machine_accuracy(), filters.period)
    for place in _lines(places):
        for key, cell in place.cells.items():
            yield figure_cells(place.name, key, cell.figure, filters.period)


def _lines(places: ByTouchpoint) -> Iterator[Line]:
    for stage in places.stages:
        yield stage.total
        yield from stage.lines
    if places.elsewhere:
        yield places.elsewhere


def figure_cells(scope: str, metric: str, figure: Figure, period: Period) -> list[object]:
    ends = (figure.interval.low, figure.interval.high) if figure.interval else ("", "")
    value, n = ("" if part is None else part for part in (figure.value, figure.n))
    days = period.first_on.isoformat(), period.last_on.isoformat()
    return safe_row([scope, metric, value, figure.unit.value, n, *ends, figure.state.value, *days])
