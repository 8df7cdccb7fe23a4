"""Every metric that has a definition, from whatever source: one list for the page, the API and the file."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db.models import Avg, Count, Q, StdDev, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from feedback.analytics.definitions import definitions, lines_of
from feedback.analytics.facts import OPERATIONAL, Facts
from feedback.analytics.filters import ENTERED, STARTED, Filters
from feedback.analytics.funnel import read_traffic
from feedback.analytics.privacy import Counted, hidden_together
from feedback.analytics.sums import Daily
from feedback.metrics import CES, METRICS
from feedback.metrics.benchmark import benchmark_figure
from feedback.metrics.catalogue import CATALOGUE, Described, Source
from feedback.metrics.ces import effort_score
from feedback.metrics.change import Change, compare, compare_figures
from feedback.metrics.figure import Figure, Unit
from feedback.metrics.operational import enough
from feedback.metrics.rates import Traffic, rate
from feedback.metrics.status import Lines, Status
from feedback.models import (
    Benchmark,
    FactKind,
    FactRule,
    HealthSnapshot,
    MetricDefinition,
    SegmentTraffic,
    TrafficRollup,
)
from surveys.models import Touchpoint
from vocplatform.lib.periods import Grain, Period, Slot, month_of, slots
from vocplatform.lib.stats import Moments, mean_interval

EFFORT = "effort"
COLUMNS = (
    "metric",
    "value",
    "unit",
    "n",
    "low_95",
    "high_95",
    "state",
    "status",
    "target",
    "formula_version",
    "first_day",
    "last_day",
)
BESIDE_NAMES: dict[str, Promise] = {
    "median": _("median"),
    "p90": _("9 of 10 within"),
    "offered": _("kept after an offer"),
    "compared": _("kept without one"),
}
TRAFFIC_RATES = {
    "completion": lambda traffic: traffic.completion,
    "survey_abandonment": lambda traffic: rate(
        traffic.started + traffic.link_started - traffic.finished - traffic.link_finished,
        traffic.started + traffic.link_started,
    ),
    "response_rate": lambda traffic: traffic.response_rate,
}


@dataclass(frozen=True, slots=True)
class OwnBenchmark:
    row: Benchmark
    figure: Figure


@dataclass(frozen=True, slots=True)
class Measured:
    """One metric over one period with everything needed to read it."""

    definition: MetricDefinition
    described: Described
    figure: Figure
    change: Change
    lines: Lines
    trend: tuple[tuple[Slot, Figure], ...]
    beside: tuple[tuple[Promise, Figure], ...]
    benchmarks: tuple[OwnBenchmark, ...]
    warnings: tuple[str, ...]
    filters: Filters

    @property
    def key(self) -> str:
        return self.definition.key

    @property
    def status(self) -> Status:
        """Told by the interval, and not before there are as many as the definition asks for."""
        return self.lines.status(enough(self.figure, self.definition.minimum_n))

    @property
    def target_text(self) -> str:
        return self.figure.unit.text(self.lines.target)

    @property
    def act_text(self) -> str:
        return self.figure.unit.text(self.lines.act_at)

    @property
    def usual_text(self) -> str:
        ends = self.definition.benchmark_low, self.definition.benchmark_high
        return " – ".join(self.figure.unit.text(end) for end in ends if end is not None)

    @property
    def axis(self) -> tuple[float, float]:
        """The scale of the metric; open-ended amounts take theirs from what was seen."""
        if self.figure.unit not in (Unit.MONEY, Unit.HOURS, Unit.SECONDS):
            return self.described.axis
        seen = [figure.value for _slot, figure in self.trend if figure.is_known]
        return 0, max([1.25 * value for value in seen if value] or [self.described.axis[1]])


def rows_behind(described: Described, filters: Filters) -> str:
    """The part of an address behind “?” that leads to the rows; which page has them follows from the source."""
    if described.source is Source.ANSWERS:
        return filters.narrowed(metric=CES.key if described.key == EFFORT else described.key).query()
    if described.source is Source.TRAFFIC:
        return filters.narrowed(basis=ENTERED, state=STARTED).query()
    return filters.query()


@dataclass(frozen=True, slots=True)
class Coverage:
    """From how many touchpoints we hear at all."""

    heard: int
    touchpoints: int


@dataclass(frozen=True, slots=True)
class Measures:
    lines: list[Measured]
    response_rate: Figure
    coverage: Coverage


def read_measures(
    filters: Filters,
    before: Period,
    *,
    now: datetime,
    today: date,
    grain: Grain | None = None,
    only: str = "",
) -> Measures:
    """Read every metric that is shown, or `only` one, in a number of queries that does not grow with the rows."""
    cut = slots(filters.period, grain, today=today, week_start=settings.WEEK_START) if grain else []
    reading = _Reading(filters, [filters.period, before, *(slot.period for slot in cut)], now=now)
    benchmarks = _benchmarks()
    lines = [
        reading.measured(definition, before, cut, benchmarks.get(key, ()))
        for key, definition in definitions().items()
        if definition.is_active and (not only or key == only)
    ]
    return Measures(lines, reading.traffic(filters.period).response_rate, _coverage(filters))


def read_figures(
    filters: Filters, definition: MetricDefinition, periods: Sequence[Period], *, now: datetime
) -> list[Figure]:
    """The figures of one metric over some periods, as the page would show them."""
    reading = _Reading(filters, periods, now=now)
    return [reading.figure(definition, period) for period in periods]


def _benchmarks() -> dict[str, list[OwnBenchmark]]:
    found: dict[str, list[OwnBenchmark]] = {}
    for row in Benchmark.objects.select_related("metric"):
        figure = benchmark_figure(Unit(row.metric.unit), row.value, row.n, row.standard_deviation)
        found.setdefault(row.metric.key, []).append(OwnBenchmark(row, figure))
    return found


def _coverage(filters: Filters) -> Coverage:
    model = SegmentTraffic if filters.segment else TrafficRollup
    heard = model.objects.filter(filters.traffic_q(filters.period)).filter(Q(finished__gt=0) | Q(link_finished__gt=0))
    places = Touchpoint.objects.filter(filters.places_q(""))
    return Coverage(places.filter(pk__in=heard.values("touchpoint_key")).count(), places.count())


class _Reading:
    """All sources over all periods at once; each figure is then a sum."""

    def __init__(self, filters: Filters, periods: Sequence[Period], *, now: datetime) -> None:
        self.filters = filters
        self.daily = Daily.read(filters, *periods)
        self.of_traffic = dict(zip(periods, read_traffic(filters, *periods), strict=True))
        self.knows_facts = filters.is_about_places
        self.facts = Facts.read(filters, *periods, now=now) if self.knows_facts else Facts([], {}, now=now)
        self.is_narrowed = bool(filters.narrowings)
        self.health = {} if self.is_narrowed else _health(periods)
        self.unreadable = dict(
            FactRule.objects.filter(is_active=True).order_by().values_list("kind").annotate(n=Sum("unreadable"))
        )

    def traffic(self, period: Period) -> Traffic:
        return self.of_traffic[period]

    def measured(
        self, definition: MetricDefinition, before: Period, cut: Sequence[Slot], benchmarks: Sequence[OwnBenchmark]
    ) -> Measured:
        described, period = CATALOGUE[definition.key], self.filters.period
        return Measured(
            definition=definition,
            described=described,
            figure=self.figure(definition, period),
            change=self._change(definition, period, before),
            lines=lines_of(definition),
            trend=self._trend(definition, cut),
            beside=tuple(self._beside(definition, period)),
            benchmarks=tuple(benchmarks),
            warnings=tuple(self._warnings(definition, described)),
            filters=self.filters,
        )

    def _trend(self, definition: MetricDefinition, cut: Sequence[Slot]) -> tuple[tuple[Slot, Figure], ...]:
        figures = [self.figure(definition, slot.period) for slot in cut]
        if CATALOGUE[definition.key].source is Source.ANSWERS:
            metric = METRICS[CES.key if definition.key == EFFORT else definition.key]
            parts = [self._counted(metric.key, slot.period) for slot in cut]
            figures = hidden_together(figures, [(metric.measure(part.histogram).n, part.anonymous) for part in parts])
        return tuple(zip(cut, figures, strict=True))

    def figure(self, definition: MetricDefinition, period: Period) -> Figure:
        """The one place that turns rows into the figure of a metric."""
        key, source = definition.key, CATALOGUE[definition.key].source
        if source is Source.ANSWERS:
            return self._answers(key, period)
        if source is Source.TRAFFIC:
            return TRAFFIC_RATES[key](self.traffic(period))
        if source is Source.HEALTH:
            return enough(self.health.get(period, Figure.cannot_tell(Unit.PERCENT)), definition.minimum_n)
        formula = OPERATIONAL[key]
        if formula.unheard(self.unreadable) or (not formula.knows_places and self.is_narrowed):
            return Figure.cannot_tell(Unit(definition.unit))
        figure = formula.measure(self.facts.during(period), _assumed(definition))
        return enough(figure, definition.minimum_n)

    def _answers(self, key: str, period: Period) -> Figure:
        if key != EFFORT:
            return self._counted(key, period).measured(METRICS[key])
        counted = self._counted(CES.key, period)
        figure = effort_score(counted.histogram)
        return figure.hidden() if counted.is_too_small(CES) else figure

    def _counted(self, key: str, period: Period) -> Counted:
        return self.daily.over(METRICS[key].kind, period)

    def _change(self, definition: MetricDefinition, period: Period, before: Period) -> Change:
        """Answers are compared as the dashboard compares them, everything else by its intervals."""
        metric = METRICS.get(definition.key)
        if metric:
            now, earlier = self._counted(metric.key, period), self._counted(metric.key, before)
            if not (now.is_too_small(metric) or earlier.is_too_small(metric)):
                return compare(metric, now.histogram, earlier.histogram)
        figures = self.figure(definition, period), self.figure(definition, before)
        return compare_figures(*figures, definition.direction)

    def _beside(self, definition: MetricDefinition, period: Period):
        formula = OPERATIONAL.get(definition.key)
        if formula is None or formula.unheard(self.unreadable) or (self.is_narrowed and not formula.knows_places):
            return
        for name, measure in formula.beside:
            figure = measure(self.facts.during(period), _assumed(definition))
            if figure.is_known:
                yield BESIDE_NAMES[name], figure

    def _warnings(self, definition: MetricDefinition, described: Described):
        formula = OPERATIONAL.get(definition.key)
        if formula is None:
            if described.source is Source.HEALTH and self.is_narrowed:
                yield _("Known for all customers together only.")
            return
        if not self.knows_facts or (self.is_narrowed and not formula.knows_places):
            yield (
                _("These events are not known per survey, channel or group.")
                if not self.knows_facts
                else _("Known for all places together only.")
            )
        if unheard := formula.unheard(self.unreadable):
            named = ", ".join(str(FactKind(kind).label) for kind in unheard)
            yield _("No event is mapped to this metric yet. Missing: %s.") % named
        unread = sum(self.unreadable.get(kind, 0) for kind in formula.kinds)
        if unread:
            yield _("%d events had no usable value.") % unread


def _assumed(definition: MetricDefinition) -> float:
    described = CATALOGUE[definition.key]
    return definition.assumption if definition.assumption is not None else described.assumption or 0.0


def _health(periods: Sequence[Period]) -> dict[Period, Figure]:
    """Mean health of the last month that each period reaches into, by Student's t."""
    months = {period: month_of(period.last_on).first_on for period in periods}
    rows = HealthSnapshot.objects.filter(month_on__in=set(months.values())).order_by().values_list("month_on")
    found = {}
    for month_on, n, mean, deviation in rows.annotate(
        n=Count("pk"), mean=Avg("health"), deviation=StdDev("health", sample=True)
    ):
        interval = mean_interval(Moments(n, mean, (deviation or 0.0) ** 2))
        found[month_on] = Figure.known(mean, n, interval and interval.within(0, 100), Unit.PERCENT)
    return {period: found[month_on] for period, month_on in months.items() if month_on in found}


def measure_rows(lines: Iterable[Measured], filters: Filters) -> Iterator[list[object]]:
    """Yield the header and one row per metric: the figures of the page."""
    yield list(COLUMNS)
    days = filters.period.first_on.isoformat(), filters.period.last_on.isoformat()
    for line in lines:
        figure = line.figure
        ends = (figure.interval.low, figure.interval.high) if figure.interval else (None, None)
        told = [line.key, figure.value, figure.unit.value, figure.n, *ends, figure.state.value, line.status.value]
        cells = [*told, line.lines.target, line.definition.formula_version, *days]
        yield ["" if cell is None else cell for cell in cells]
