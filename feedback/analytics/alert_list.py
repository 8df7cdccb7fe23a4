"""Alerts and their false-alarm rate as people read them."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from feedback.analytics.filters import Filters
from feedback.metrics.catalogue import CATALOGUE
from feedback.metrics.control import ACT
from feedback.metrics.figure import Figure, Unit
from feedback.models import AlarmRate, Alert
from feedback.models.alert import EVERYWHERE
from surveys.models import Touchpoint
from vocplatform.lib.periods import Period
from vocplatform.lib.stats import Interval, wilson_interval

PER = 1000
BOUNDED = (Unit.POINTS, Unit.PERCENT, Unit.SCORE)  # limits beyond the scale are cut off where it ends


@dataclass(frozen=True, slots=True)
class ShownAlert:
    row: Alert
    name: str
    place: str
    value: str
    limits: str
    filters: Filters

    @property
    def sentence(self) -> str:
        words = {"metric": self.name, "value": self.value, "limits": self.limits, "n": self.row.n}
        if self.row.reason == Alert.Reason.THRESHOLD:
            return _("%(metric)s is %(value)s (n = %(n)s), wholly past the line to act: %(limits)s.") % words
        return _("%(metric)s is %(value)s (n = %(n)s); usual for so many is %(limits)s.") % words


def named_places(alerts: Iterable[Alert]) -> dict[int, Touchpoint]:
    return Touchpoint.objects.in_bulk({alert.touchpoint_key for alert in alerts} - {EVERYWHERE})


def as_shown(alert: Alert, places: Mapping[int, Touchpoint]) -> ShownAlert:
    described, place = CATALOGUE[alert.metric], places.get(alert.touchpoint_key)
    unit = described.unit
    low, high = described.axis if unit in BOUNDED else (-math.inf, math.inf)
    ends = [unit.text(min(max(end, low), high)) for end in (alert.low, alert.high) if end is not None]
    return ShownAlert(
        row=alert,
        name=str(described.name),
        place=place.name if place else _("everywhere"),
        value=unit.text(alert.value),
        limits=_("%s to %s") % tuple(ends) if len(ends) == 2 else "".join(ends),
        filters=Filters(period=Period(alert.first_on, alert.last_on), touchpoint=place.slug if place else ""),
    )


@dataclass(frozen=True, slots=True)
class ShownRate:
    """`alarms` is per thousand windows, with its 95 % interval; `outside` is held against the nominal percentage."""

    row: AlarmRate
    outside: Figure
    alarms: float
    alarms_interval: Interval

    @property
    def nominal_percent(self) -> float:
        return 100 * (1 - ACT)


def shown_rate(row: AlarmRate | None) -> ShownRate | None:
    if row is None or not row.windows:
        return None
    outside = Figure.known(
        100 * row.outside / row.windows,
        row.windows,
        wilson_interval(row.outside, row.windows).scaled(100),
        Unit.PERCENT,
    )
    interval = wilson_interval(row.alarms, row.windows).scaled(PER)
    return ShownRate(row, outside, PER * row.alarms / row.windows, interval)
