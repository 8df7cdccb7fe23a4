"""Good, watched or to be acted on: told by the whole interval, never by the point."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from feedback.metrics.catalogue import Direction
from feedback.metrics.figure import Figure
from vocplatform.lib.stats import Interval


class Status(StrEnum):
    MEETS = "meets"
    SHORT = "short"
    WATCH = "watch"
    ACT = "act"
    CANNOT_TELL = "cannot_tell"
    NO_TARGET = "no_target"

    @property
    def text(self) -> str:
        return _TEXTS[self]

    @property
    def tone(self) -> str:
        """Which mark it gets beside its word."""
        return {Status.MEETS: "good", Status.WATCH: "warn", Status.ACT: "bad"}.get(self, "")


_TEXTS = {
    Status.MEETS: _("meets the target"),
    Status.SHORT: _("short of the target"),
    Status.WATCH: _("watch"),
    Status.ACT: _("act"),
    Status.CANNOT_TELL: _("cannot tell yet"),
    Status.NO_TARGET: _("no target"),
}


@dataclass(frozen=True, slots=True)
class Lines:
    """The target of a metric, and where watching and acting begin."""

    direction: Direction
    target: float | None = None
    watch_at: float | None = None
    act_at: float | None = None

    def status(self, figure: Figure) -> Status:
        """Past a line when the whole interval is; in between, nobody can tell."""
        if self.target is None and self.act_at is None:
            return Status.NO_TARGET
        if not figure.is_known or figure.interval is None:
            return Status.CANNOT_TELL
        if self._is_reached(figure.interval):
            return Status.MEETS
        if self._is_past(self.act_at, figure.interval):
            return Status.ACT
        if self._is_past(self.target if self.watch_at is None else self.watch_at, figure.interval):
            return Status.WATCH
        return Status.SHORT if self._is_past(self.target, figure.interval) else Status.CANNOT_TELL

    def _is_reached(self, interval: Interval) -> bool:
        if self.target is None:
            return False
        return interval.low >= self.target if self.direction == Direction.UP else interval.high <= self.target

    def _is_past(self, line: float | None, interval: Interval) -> bool:
        if line is None:
            return False
        return interval.high < line if self.direction == Direction.UP else interval.low > line
