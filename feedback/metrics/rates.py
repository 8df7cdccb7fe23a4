"""Shares of things that happened: completion, response rate, delivery. Always percent with a Wilson interval."""

from dataclasses import dataclass

from feedback.metrics.figure import Figure, Unit
from vocplatform.lib.stats import wilson_interval


def rate(hits: int, n: int) -> Figure:
    """Return percent; "cannot tell" where nothing could have happened. Raises ValueError for more hits than tries."""
    if hits > n:
        raise ValueError(f"{hits} of {n} is no share")
    if not n:
        return Figure.cannot_tell(Unit.PERCENT)
    return Figure.known(100 * hits / n, n, wilson_interval(hits, n).scaled(100), Unit.PERCENT)


@dataclass(frozen=True, slots=True)
class Traffic:
    """What became of invitations, each step counted for those who took the step before; links are counted apart."""

    invited: int = 0
    delivered: int = 0
    started: int = 0
    finished: int = 0
    link_started: int = 0
    link_finished: int = 0

    @property
    def delivery_rate(self) -> Figure:
        return rate(self.delivered, self.invited)

    @property
    def response_rate(self) -> Figure:
        """Finished answers among delivered invitations (AAPOR RR1 with everybody delivered as eligible)."""
        return rate(self.finished, self.delivered)

    @property
    def completion(self) -> Figure:
        return rate(self.finished + self.link_finished, self.started + self.link_started)
