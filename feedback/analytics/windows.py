"""A metric in windows of equal length, at every place at once: what alerts judge and what their charts show."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from feedback.analytics.definitions import definitions
from feedback.analytics.filters import Filters
from feedback.analytics.sums import LEADS, read_sums
from feedback.metrics import METRICS
from feedback.metrics.control import LEAST_WINDOWS, MOST_WINDOWS, Judged, Window, judge
from feedback.metrics.surprise import scores_of
from feedback.models import Alert, Fact, FactKind, Investigation, MetricDefinition
from feedback.models.alert import EVERYWHERE
from vocplatform.lib.periods import ONE_DAY, Period

FIRST_MONDAY = date(1970, 1, 5)
Key = tuple[str, int]  # metric and touchpoint, EVERYWHERE for all together
# metrics of facts that are shares: the kinds that count, and whether such a fact is a hit
SHARES: dict[str, tuple[Q, Q]] = {
    "fcr": (Q(kind=FactKind.CONTACT_RESOLVED), Q(yes=True)),
    "process_abandonment": (
        Q(kind__in=(FactKind.PROCESS_FINISHED, FactKind.PROCESS_ABANDONED)),
        Q(kind=FactKind.PROCESS_ABANDONED),
    ),
}
WATCHABLE = (*METRICS, *SHARES)


@dataclass(frozen=True, slots=True)
class Step:
    """One window with what the windows before it led to expect; windows of an alert are no part of the usual."""

    period: Period
    window: Window
    judged: Judged | None
    is_usual: bool = True


def last_windows(days: int, count: int, *, today: date) -> list[Period]:
    """The last whole windows before today, oldest first; counted from the start of a week, so that weeks are weeks."""
    counted_from = FIRST_MONDAY + timedelta(days=settings.WEEK_START)
    start = today - timedelta(days=(today - counted_from).days % days)
    firsts = (start - timedelta(days=days * back) for back in range(count, 0, -1))
    return [Period(first_on, first_on + timedelta(days=days - 1)) for first_on in firsts]


def read_steps(*, today: date, only: Key | None = None) -> dict[Key, list[Step]]:
    """Every watchable metric at every place, window by window, in a number of queries that does not grow with them."""
    usual = read_pauses()
    found: dict[Key, list[Step]] = {}
    for definition in _watched(only):
        periods = last_windows(definition.window_days, MOST_WINDOWS + 1 + LEAST_WINDOWS, today=today)
        for place, windows in _windows(definition, periods).items():
            key = definition.key, place
            if only in (None, key) and (place == EVERYWHERE or definition.watches_touchpoints):
                found[key] = _steps(periods, windows, usual.get(key, Pauses()))
    return found


def _watched(only: Key | None) -> list[MetricDefinition]:
    return [
        each
        for key, each in definitions().items()
        if key in WATCHABLE and each.is_active and (only is None or only[0] == key)
    ]


@dataclass(frozen=True, slots=True)
class Pauses:
    """Stretches that are not the usual: while an alert was on, and everything before a new level."""

    stretches: tuple[Period, ...] = ()
    begins_on: date | None = None

    def hold(self, period: Period) -> bool:
        if self.begins_on and period.first_on < self.begins_on:
            return True
        return any(each.first_on <= period.last_on and period.first_on <= each.last_on for each in self.stretches)


def read_pauses() -> dict[Key, Pauses]:
    """What closed and open alerts say about the past of each series. What was chance belongs to the usual."""
    rows = Alert.objects.filter(reason=Alert.Reason.LEVEL).order_by("first_on")
    told = rows.values_list("metric", "touchpoint_key", "first_on", "last_on", "investigation__verdict")
    found: dict[Key, Pauses] = {}
    for metric, place, first_on, last_on, verdict in told:
        pauses = found.get((metric, place), Pauses())
        if verdict == Investigation.Verdict.NEW_LEVEL:
            found[metric, place] = Pauses(pauses.stretches, first_on)
        elif verdict != Investigation.Verdict.CHANCE:
            found[metric, place] = Pauses((*pauses.stretches, Period(first_on, last_on)), pauses.begins_on)
    return found


def _windows(definition: MetricDefinition, periods: list[Period]) -> dict[int, dict[Period, Window]]:
    span = Period(periods[0].first_on, periods[-1].last_on)
    daily = _shares(definition.key, span) if definition.key in SHARES else _answers(definition.key, span)
    length = timedelta(days=definition.window_days)
    found: dict[int, dict[Period, Window]] = defaultdict(dict)
    for (place, on), window in daily:
        period = periods[(on - span.first_on) // length]
        for key in {place, EVERYWHERE}:
            found[key][period] = _joined(found[key].get(period), window)
    return found


def _joined(first: Window | None, second: Window) -> Window:
    if first is None:
        return second
    return Window(first.n + second.n, first.total + second.total, first.squares + second.squares)


def _answers(key: str, span: Period) -> Iterable[tuple[tuple[int, date], Window]]:
    metric = METRICS[key]
    sums = read_sums(Filters(period=span).rollup_q() & LEADS & Q(kind=metric.kind), "touchpoint_key", "on")
    for place_and_day, counted in sums.items():
        window = Window.of(scores_of(metric, counted.histogram))
        if window.n:
            yield place_and_day, window


def _shares(key: str, span: Period) -> Iterable[tuple[tuple[int, date], Window]]:
    zone = timezone.get_default_timezone()
    counted, hit = SHARES[key]
    rows = (
        Fact.objects.filter(counted, occurred_at__gte=span.starts_at(zone), occurred_at__lt=span.ends_at(zone))
        .order_by()
        .values_list("touchpoint_id", TruncDate("occurred_at", tzinfo=zone))
        .annotate(n=Count("pk"), hits=Count("pk", filter=hit))
    )
    for place, on, n, hits in rows:
        yield (place, on), Window.of([(100.0, hits), (0.0, n - hits)])


def _steps(periods: list[Period], windows: Mapping[Period, Window], pauses: Pauses) -> list[Step]:
    past: list[Window] = []
    steps = []
    for period in periods:
        window = windows.get(period)
        if window is None:
            continue
        is_usual = not pauses.hold(period)
        steps.append(Step(period, window, judge(past, window), is_usual))
        if is_usual:
            past.append(window)
    return steps


def follows(before: Step, step: Step) -> bool:
    return before.period.last_on + ONE_DAY == step.period.first_on
