"""What an initiative did to its metric, week by week, and what could have been found at all."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from feedback.analytics.sums import LEADS, read_sums
from feedback.metrics import METRICS
from feedback.metrics.figure import Unit
from feedback.metrics.histogram import EMPTY, Histogram
from feedback.models import LoggedChange, Standing
from loop.models import Initiative, ReadOut
from loop.trial.series import (
    Reading,
    Weeks,
    against_its_past,
    against_others,
    smallest_to_find,
)
from vocplatform.lib.periods import Period

WEEK = 7
MOST_WEEKS_BEFORE = 26
LEAST_ANSWERS = 5  # fewer make a week's mean a matter of luck
Unitwise = Mapping[int, Mapping[int, Histogram]]


@dataclass(frozen=True, slots=True)
class WeekRow:
    """One week: `place` counts from the week of going live; None is a week with too few answers."""

    place: int
    starts_on: date
    value: float | None
    n: int
    others: float | None
    others_n: int


@dataclass(frozen=True)
class EffectOfInitiative:
    method: str
    reading: Reading
    weeks: Sequence[WeekRow]
    answers: int
    smallest: float | None
    unit: Unit
    meanwhile: Sequence[LoggedChange]

    @property
    def since_first_answer(self) -> Sequence[WeekRow]:
        """Weeks before anybody was asked at all are not weeks with too few answers."""
        first = next((place for place, week in enumerate(self.weeks) if week.n), len(self.weeks))
        return self.weeks[first:]

    @property
    def left_out(self) -> int:
        return sum(week.value is None for week in self.since_first_answer)


def effect_of(initiative: Initiative, *, until: date) -> EffectOfInitiative:
    """Counted answers of whole weeks up to `until`, from 26 weeks before the change. `controls` may be prefetched."""
    controls = sorted(each.pk for each in initiative.controls.all())
    weeks_after = (initiative.read_out_on - initiative.go_live_on).days // WEEK
    last_place = min((until - initiative.go_live_on).days // WEEK, weeks_after)
    first_on = initiative.go_live_on - timedelta(weeks=MOST_WEEKS_BEFORE)
    last_on = initiative.go_live_on + timedelta(days=last_place * WEEK - 1)
    found = _by_week(initiative, [initiative.touchpoint_id, *controls], first_on, last_on)
    weeks = _rows(initiative, found, controls, last_place)
    series = _series(weeks, has_controls=bool(controls))
    judge = against_others if controls else against_its_past
    early = [value for place, value in zip(series.places, series.values, strict=True) if place < 0]
    return EffectOfInitiative(
        method=ReadOut.Method.OTHERS if controls else ReadOut.Method.PAST,
        reading=judge(series, worth_finding=initiative.worth_finding),
        weeks=weeks,
        answers=sum(week.n + week.others_n for week in weeks),
        smallest=smallest_to_find(early, weeks_after=weeks_after, alone=not controls),
        unit=METRICS[initiative.metric].unit,
        meanwhile=_meanwhile(initiative, first_on, last_on),
    )


def _by_week(initiative: Initiative, units: Sequence[int], first_on: date, last_on: date) -> Unitwise:
    asked = Q(
        on__gte=first_on,
        on__lte=last_on,
        touchpoint_key__in=units,
        kind=METRICS[initiative.metric].kind,
        standing=Standing.COUNTED,
    )
    found: dict[int, dict[int, Histogram]] = {unit: {} for unit in units}
    for (on, unit), counted in read_sums(asked & LEADS, "on", "touchpoint_key").items():
        place = (on - initiative.go_live_on).days // WEEK
        found[unit][place] = found[unit].get(place, EMPTY) + counted.histogram
    return found


def _rows(initiative: Initiative, found: Unitwise, controls: Sequence[int], last_place: int) -> list[WeekRow]:
    """A compared unit counts as its distance from its own mean before, so that one missing week moves nothing."""
    values = {unit: {place: _value(initiative, each) for place, each in weeks.items()} for unit, weeks in found.items()}
    usual = {unit: _mean([value for place, value in values[unit].items() if place < 0]) for unit in values}
    mine = initiative.touchpoint_id
    rows = []
    for place in range(-MOST_WEEKS_BEFORE, last_place):
        moved = [
            values[unit][place] - usual[unit]
            for unit in controls
            if usual[unit] is not None and values[unit].get(place) is not None
        ]
        rows.append(
            WeekRow(
                place=place,
                starts_on=initiative.go_live_on + timedelta(weeks=place),
                value=values[mine].get(place),
                n=found[mine].get(place, EMPTY).n,
                others=_mean(moved),
                others_n=sum(found[unit].get(place, EMPTY).n for unit in controls),
            )
        )
    return rows


def _value(initiative: Initiative, histogram: Histogram) -> float | None:
    return METRICS[initiative.metric].measure(histogram).value if histogram.n >= LEAST_ANSWERS else None


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return math.fsum(known) / len(known) if known else None


def _series(weeks: Sequence[WeekRow], *, has_controls: bool) -> Weeks:
    if has_controls:
        kept = [week for week in weeks if week.value is not None and week.others is not None]
        return Weeks([week.place for week in kept], [week.value - week.others for week in kept])
    kept = [week for week in weeks if week.value is not None]
    return Weeks([week.place for week in kept], [week.value for week in kept])


def _meanwhile(initiative: Initiative, first_on: date, last_on: date) -> list[LoggedChange]:
    """What else happened here in these weeks and might be taken for the effect."""
    here = Q(touchpoint=None) | Q(touchpoint=initiative.touchpoint_id)
    period = Period(first_on, max(last_on, first_on))
    return list(LoggedChange.objects.touching(period).filter(here).order_by("on")[:20])
