"""A journey as one drawing: its touchpoints in order, how each of them felt, and where it was not measured."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Q

from feedback.analytics.filters import Filters
from feedback.analytics.needs import NOTHING_ASKED, Needs, read_needs
from feedback.analytics.privacy import NOTHING, Counted, hidden_places, measured_parts
from feedback.analytics.selection import EXPERIENCE
from feedback.analytics.sums import LEADS, OPENINGS, added, read_sums
from feedback.metrics import METRICS, SENTIMENT
from feedback.metrics.experience import experience_level
from feedback.metrics.figure import Figure, Metric
from feedback.metrics.leads import SCALES
from surveys.models import Journey, Stage, Touchpoint

LOW, PEAK, END = "low", "peak", "end"
MEASURED = Touchpoint.Coverage.MEASURED.value


@dataclass(frozen=True, slots=True)
class Stop:
    """One touchpoint on the way. `level` is the height of the emotion curve, -100 to 100."""

    number: int
    touchpoint: Touchpoint
    level: Figure
    sentiment: Figure
    scores: tuple[tuple[Metric, Figure], ...]
    role: str
    rows: str
    sentiment_rows: str
    needs: Needs = NOTHING_ASKED

    @property
    def is_measured(self) -> bool:
        return self.level.is_known


@dataclass(frozen=True, slots=True)
class Covered:
    key: str
    label: str
    count: int
    share: float

    @property
    def percent(self) -> int:
        return round(100 * self.share)


def is_surely_bad(figure: Figure) -> bool:
    return figure.is_known and figure.interval is not None and figure.interval.high < 0


@dataclass(frozen=True, slots=True)
class StageStops:
    stage: Stage
    stops: tuple[Stop, ...]


@dataclass(frozen=True, slots=True)
class JourneyMap:
    journey: Journey
    stages: tuple[StageStops, ...]

    @property
    def stops(self) -> list[Stop]:
        return [stop for stage in self.stages for stop in stage.stops]

    @property
    def measured(self) -> int:
        return sum(stop.is_measured for stop in self.stops)

    @property
    def coverage(self) -> list[Covered]:
        """How many touchpoints are measured, planned to be, or left alone; what has answers is measured."""
        stops = self.stops
        counts = Counter(MEASURED if stop.is_measured else stop.touchpoint.coverage for stop in stops)
        return [
            Covered(each.value, str(each.label), counts[each.value], counts[each.value] / len(stops))
            for each in Touchpoint.Coverage
            if stops
        ]

    @property
    def pains(self) -> list["Stop"]:
        """Where it is surely bad: the whole interval of the level or of the sentiment lies below 0. The worst first."""
        sure = [stop for stop in self.stops if is_surely_bad(stop.level) or is_surely_bad(stop.sentiment)]
        return sorted(sure, key=lambda stop: min(each.value for each in (stop.level, stop.sentiment) if each.is_known))

    def stop(self, role: str) -> Stop | None:
        return next((stop for stop in self.stops if role in stop.role.split()), None)


@dataclass(frozen=True, slots=True)
class _Heard:
    """What was answered at one touchpoint: opening scales by kind, and the lead comment."""

    scales: dict[str, Counted]
    comments: Counted

    @property
    def level(self) -> Figure:
        return experience_level({kind: counted.histogram for kind, counted in self.scales.items()})

    @property
    def anonymous(self) -> int:
        return added(self.scales.values()).anonymous


def draw_journey(journey: Journey, filters: Filters) -> JourneyMap:
    stages = list(journey.stages.prefetch_related("touchpoints__owner_team"))
    filters = filters.narrowed(journey="", stage="", touchpoint="")
    heard = _hear(filters.narrowed(journey=journey.slug))
    touchpoints = [touchpoint for stage in stages for touchpoint in stage.touchpoints.all()]
    levels = [heard[each.pk].level if each.pk in heard else experience_level({}) for each in touchpoints]
    sizes = [
        (level.n, heard[each.pk].anonymous if each.pk in heard else 0)
        for level, each in zip(levels, touchpoints, strict=True)
    ]
    hidden = hidden_places(sizes)
    levels = [level.hidden() if place in hidden else level for place, level in enumerate(levels)]
    sentiments = measured_parts(
        SENTIMENT, [heard[each.pk].comments if each.pk in heard else NOTHING for each in touchpoints]
    )
    roles = _roles(levels)
    needs = read_needs(touchpoints, filters.narrowed(journey=journey.slug))
    stops = {
        each.pk: replace(
            _stop(place + 1, each, (levels[place], sentiments[place]), heard.get(each.pk), roles[place], filters),
            needs=needs.get(each.pk, NOTHING_ASKED),
        )
        for place, each in enumerate(touchpoints)
    }
    return JourneyMap(
        journey, tuple(StageStops(stage, tuple(stops[each.pk] for each in stage.touchpoints.all())) for stage in stages)
    )


def _hear(filters: Filters) -> dict[int, _Heard]:
    heard: dict[int, _Heard] = {}
    q, guarded = filters.rollup_q(), filters.is_guarded
    for (place, kind), counted in read_sums(q & OPENINGS, "touchpoint_key", "kind", guarded=guarded).items():
        heard.setdefault(place, _Heard({}, NOTHING)).scales[kind] = counted
    comments = q & LEADS & Q(kind=SENTIMENT.kind)
    for (place,), counted in read_sums(comments, "touchpoint_key", guarded=guarded).items():
        heard[place] = _Heard(heard[place].scales if place in heard else {}, counted)
    return heard


def _roles(levels: Sequence[Figure]) -> list[str]:
    """Mark peak, low and end: people remember those. With fewer than two measured stops there is no curve to mark."""
    known = [place for place, level in enumerate(levels) if level.is_known]
    roles = ["" for _level in levels]
    if len(known) < 2:
        return roles
    for role, place in (
        (PEAK, max(known, key=lambda place: levels[place].value)),
        (LOW, min(known, key=lambda place: levels[place].value)),
        (END, known[-1]),
    ):
        roles[place] = f"{roles[place]} {role}".strip()
    return roles


def _stop(
    number: int,
    touchpoint: Touchpoint,
    figures: tuple[Figure, Figure],
    heard: _Heard | None,
    role: str,
    filters: Filters,
) -> Stop:
    mine, (level, sentiment) = filters.narrowed(touchpoint=touchpoint.slug), figures
    scores = () if heard is None or not level.is_known else _scores(heard)
    return Stop(
        number=number,
        touchpoint=touchpoint,
        level=level,
        sentiment=sentiment,
        scores=scores,
        role=role,
        rows=mine.narrowed(metric=EXPERIENCE).query(),
        sentiment_rows=mine.narrowed(metric=SENTIMENT.key).query(),
    )


def _scores(heard: _Heard) -> tuple[tuple[Metric, Figure], ...]:
    """The opening scales as the usual figures, with the metric's own name beside."""
    return tuple(
        (metric, heard.scales[metric.kind].measured(metric))
        for metric in METRICS.values()
        if metric.kind in SCALES and metric.kind in heard.scales
    )
