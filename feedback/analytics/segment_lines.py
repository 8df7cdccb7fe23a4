"""Segments side by side: how many belong, how healthy they are, and what they are like in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Avg, Count, F, FloatField, Q, Sum
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from feedback.metrics.figure import Figure, Unit
from feedback.models import CustomerProfile, Segment, SegmentCondition
from vocplatform.lib.stats import Moments, mean_interval


@dataclass(frozen=True, slots=True)
class SegmentLine:
    segment: Segment
    conditions: tuple[str, ...]
    health: Figure
    warned: int


def segment_lines(segments: Iterable[Segment]) -> list[SegmentLine]:
    """Two queries for any number of segments; the conditions come along with them."""
    segments = list(segments)
    measured = _measured([segment.pk for segment in segments])
    return [_line(segment, measured.get(segment.pk)) for segment in segments]


def _measured(segment_ids: list[int]) -> dict[int, dict]:
    profiles = CustomerProfile.objects.filter(customer__memberships__segment__in=segment_ids).order_by()
    health = Cast("health", FloatField())
    rows = profiles.values(of=F("customer__memberships__segment")).annotate(
        n=Count("health"),
        mean=Avg(health),
        squares=Sum(health * health),
        warned=Count("pk", filter=Q(signs_count__gt=0, left_at__isnull=True)),
    )
    return {row["of"]: row for row in rows}


def mean_health(n: int, mean: float | None, squares: float | None) -> Figure:
    """The mean of known health scores, 0 to 100, with Student's interval; from n, mean and the sum of squares."""
    if not n:
        return Figure.cannot_tell(Unit.SCORE)
    variance = max(0.0, (squares - n * mean * mean) / (n - 1)) if n > 1 else 0.0
    interval = mean_interval(Moments(n, mean, variance)) if variance > 1e-9 else None
    return Figure.known(mean, n, interval and interval.within(0, 100), Unit.SCORE)


def _line(segment: Segment, measured: dict | None) -> SegmentLine:
    told = measured or {"n": 0, "mean": None, "squares": None, "warned": 0}
    return SegmentLine(
        segment=segment,
        conditions=tuple(condition_words(condition) for condition in segment.conditions.all()),
        health=mean_health(told["n"], told["mean"], told["squares"]),
        warned=told["warned"],
    )


def condition_words(condition: SegmentCondition) -> str:
    operator = condition.get_operator_display()
    if condition.subject == SegmentCondition.Subject.EVENTS:
        place = condition.field or _("any touchpoint")
        said = _("events at %(place)s %(operator)s %(value)s")
        words = said % {"place": place, "operator": operator, "value": condition.value}
        return (
            _("%(words)s within %(days)d days") % {"words": words, "days": condition.within_days}
            if (condition.within_days)
            else words
        )
    return f"{condition.field} {operator} {condition.value}".strip()
