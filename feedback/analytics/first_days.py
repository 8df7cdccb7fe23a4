"""The first hundred days of customers who began in the same month: who stays, and how they score on the way."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F
from django.utils import timezone

from feedback.analytics.leaving import churn_definition, left_by
from feedback.metrics import METRICS
from feedback.metrics.figure import Figure, Metric, Unit
from feedback.metrics.histogram import Histogram
from feedback.metrics.survival import Remaining, Watched, remaining
from feedback.models import Answer, ChurnDefinition, CustomerProfile, Standing
from feedback.models.standing import standing_is
from vocplatform.lib import lookups  # noqa: F401  registers any_of
from vocplatform.lib.periods import ONE_DAY, day_of, month_of

DAYS = 100
SHOWN_DAYS = (30, 60, 100)
CURVE_DAYS = tuple(range(0, DAYS + 1, 5))
MOMENTS = ((7, 0, 14), (30, 15, 59), (90, 60, 119))  # name, first and last day that speak for it
MONTHS = 12
MOST_CUSTOMERS = 20_000
DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Cohort:
    """Customers who began in one month. `kept` has one share per shown day, None where nobody was watched so long."""

    month_on: date
    n: int
    kept: tuple[Figure, ...]
    scores: tuple[tuple[int, Figure], ...]


@dataclass(frozen=True, slots=True)
class FirstDays:
    metric: Metric
    cohorts: tuple[Cohort, ...]
    whole: Cohort | None
    curve: tuple[Remaining | None, ...]
    was_cut: bool


def first_days(metric_key: str, *, now: datetime) -> FirstDays:
    """Cohorts of the last twelve months, oldest first, by the day of each customer's first event."""
    metric = METRICS[metric_key]
    newest = _began(now)
    began, was_cut = dict(newest[:MOST_CUSTOMERS]), len(newest) > MOST_CUSTOMERS
    spells = _spells(began, now)
    answers = _answers(began, metric)
    zone = timezone.get_default_timezone()
    months: dict[date, list[int]] = {}
    for pk, at in began.items():
        months.setdefault(month_of(day_of(at, zone)).first_on, []).append(pk)
    cohorts = tuple(_cohort(month_on, months[month_on], spells, answers, metric) for month_on in sorted(months))
    everybody = list(began)
    whole = _cohort(min(months), everybody, spells, answers, metric) if months else None
    curve = tuple(remaining([spells[pk] for pk in everybody], CURVE_DAYS)) if everybody else ()
    return FirstDays(metric, cohorts, whole, curve, was_cut)


def _began(now: datetime) -> list[tuple[int, datetime]]:
    """Customer and first event by last night's count, the newest first, one more than are shown."""
    zone = timezone.get_default_timezone()
    first_on = day_of(now, zone).replace(day=1)
    for _month in range(MONTHS - 1):
        first_on = (first_on - ONE_DAY).replace(day=1)
    start = month_of(first_on).starts_at(zone)
    rows = CustomerProfile.objects.filter(customer__erased_at__isnull=True, first_event_at__range=(start, now))
    return list(rows.order_by("-first_event_at").values_list("customer_id", "first_event_at")[: MOST_CUSTOMERS + 1])


def _spells(began: dict[int, datetime], now: datetime) -> dict[int, Watched]:
    """Silence is only known after its days have passed, so the watching ends that much earlier."""
    definition = churn_definition()
    by_silence = definition.kind == ChurnDefinition.Kind.SILENCE
    end = now - timedelta(days=definition.silence_days) if by_silence else now
    gone = left_by(list(began), definition, now=now)
    spells = {}
    for pk, at in began.items():
        watched = max(0.0, (end - at).total_seconds() / DAY_SECONDS)
        left = max(0.0, (gone[pk] - at).total_seconds() / DAY_SECONDS) if pk in gone else None
        spells[pk] = Watched(watched, False) if left is None or left > watched else Watched(left, True)
    return spells


def _answers(began: dict[int, datetime], metric: Metric) -> dict[int, list[tuple[float, int]]]:
    """Days since the start and score, the first of each response."""
    rows = Answer.objects.filter(
        standing_is(Standing.COUNTED, on="response__"),
        response__customer__any_of=list(began),
        kind=metric.kind,
        number__isnull=False,
        response__submitted_at__isnull=False,
    ).annotate(who=F("response__customer_id"), at=F("response__submitted_at"))
    found: dict[int, list[tuple[float, int]]] = {}
    seen: set[int] = set()
    for response, who, at, number in rows.order_by("at", "pk").values_list("response_id", "who", "at", "number"):
        if response not in seen:
            seen.add(response)
            found.setdefault(who, []).append(((at - began[who]).total_seconds() / DAY_SECONDS, number))
    return found


def _cohort(month_on: date, people: list[int], spells: dict, answers: dict, metric: Metric) -> Cohort:
    kept = remaining([spells[pk] for pk in people], SHOWN_DAYS)
    scores = []
    for name, first, last in MOMENTS:
        said = [number for pk in people for day, number in answers.get(pk, ()) if first <= day < last + 1]
        scores.append((name, metric.measure(Histogram.of(said))))
    return Cohort(month_on, len(people), tuple(_figure(each, len(people)) for each in kept), tuple(scores))


def _figure(kept: Remaining | None, n: int) -> Figure:
    if kept is None:
        return Figure.cannot_tell(Unit.PERCENT)
    return Figure.known(100 * kept.share, kept.watched, kept.interval and kept.interval.scaled(100), Unit.PERCENT)
