from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _

from feedback.analytics.filters import NOWHERE, Filters
from feedback.analytics.privacy import NOTHING, Counted, hidden_places
from feedback.analytics.sums import LEADS, added, read_sums
from feedback.metrics import METRICS
from feedback.metrics.figure import Figure, Metric
from surveys.models import Stage, Touchpoint


@dataclass(frozen=True, slots=True)
class Cell:
    metric: Metric
    figure: Figure
    rows: str


@dataclass(frozen=True, slots=True)
class Line:
    """One touchpoint or one stage with every metric; `touchpoint` is None for a stage and for what has no place."""

    name: str
    cells: dict[str, Cell]
    filters: Filters
    touchpoint: Touchpoint | None = None

    @property
    def rows(self) -> str:
        return self.filters.query()


@dataclass(frozen=True, slots=True)
class StageLines:
    journey: str
    total: Line
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class ByTouchpoint:
    stages: tuple[StageLines, ...]
    elsewhere: Line | None


Places = dict[int, dict[str, Counted]]


def by_touchpoint(filters: Filters, metrics: Sequence[Metric] = tuple(METRICS.values())) -> ByTouchpoint:
    """The metrics at every touchpoint that was answered, in the order of the journey, in two queries."""
    places: Places = {}
    sums = read_sums(filters.rollup_q() & LEADS, "touchpoint_key", "kind", guarded=filters.is_guarded)
    for (place, kind), counted in sums.items():
        places.setdefault(place, {})[kind] = counted
    answered = Touchpoint.objects.filter(pk__in=places).select_related("stage__journey")
    ordered = sorted(
        answered, key=lambda each: (each.stage.journey.name, each.stage.position, each.stage_id, each.position, each.pk)
    )
    hidden = {metric.key: _hidden(metric, places) for metric in metrics}
    stages = tuple(
        _stage(stage, list(touchpoints), places, hidden, filters)
        for stage, touchpoints in groupby(ordered, key=lambda each: each.stage)
    )
    known = {touchpoint.pk for touchpoint in ordered}
    return ByTouchpoint(stages, _elsewhere([place for place in places if place not in known], places, hidden, filters))


def _hidden(metric: Metric, places: Places) -> set[int]:
    keys = list(places)
    parts = [places[key].get(metric.kind, NOTHING) for key in keys]
    sizes = [(metric.measure(part.histogram).n, part.anonymous) for part in parts]
    return {keys[place] for place in hidden_places(sizes)}


def _stage(
    stage: Stage, touchpoints: list, places: Places, hidden: dict[str, set[int]], filters: Filters
) -> StageLines:
    lines = tuple(
        Line(each.name, _cells([each.pk], places, hidden, mine), mine, each)
        for each in touchpoints
        for mine in [filters.narrowed(touchpoint=each.slug)]
    )
    whole = filters.narrowed(stage=f"{stage.journey.slug}/{stage.slug}")
    total = Line(stage.name, _cells([each.pk for each in touchpoints], places, hidden, whole), whole)
    return StageLines(stage.journey.name, total, lines)


def _elsewhere(keys: list[int], places: Places, hidden: dict[str, set[int]], filters: Filters) -> Line | None:
    if not keys:
        return None
    mine = filters.narrowed(touchpoint=NOWHERE)
    return Line(_("Without a touchpoint"), _cells(keys, places, hidden, mine), mine)


def _cells(keys: Iterable[int], places: Places, hidden: dict[str, set[int]], filters: Filters) -> dict[str, Cell]:
    keys = list(keys)
    cells = {}
    for metric in map(METRICS.get, hidden):
        counted = added(places[key].get(metric.kind, NOTHING) for key in keys)
        figure = counted.measured(metric)
        if hidden[metric.key].intersection(keys):  # a hidden part, or a sum from which with other sums one would follow
            figure = figure.hidden()
        cells[metric.key] = Cell(metric, figure, filters.narrowed(metric=metric.key).query())
    return cells
