"""How much groups differ beyond chance, as a standard deviation with its interval. Plain numbers, no database."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from feedback.metrics.pooling import Estimate, deviation_interval, variance_between
from vocplatform.lib.stats import Interval


@dataclass(frozen=True, slots=True)
class Spread:
    value: float
    interval: Interval

    @property
    def is_clear(self) -> bool:
        """Groups that do not differ at all are ruled out."""
        return self.interval.low > 0


def spread_between(groups: Sequence[Estimate]) -> Spread | None:
    """The standard deviation between groups in the unit of their values; None for fewer than two.

    Groups more alike than chance allows lie 0 apart.
    """
    if len(groups) < 2:
        return None
    interval = deviation_interval(groups) or Interval(0.0, 0.0)
    return Spread(math.sqrt(variance_between(groups)), interval)
