"""What a number on screen must carry: its n, its interval, what to be careful about, or why there is none."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from feedback.metrics.histogram import Histogram
from vocplatform.lib.stats import Interval

FEW_ANSWERS = 30
HIDDEN_BELOW = 5
MINUS = "−"


class State(StrEnum):
    KNOWN = "known"
    NO_ANSWERS = "no_answers"
    CANNOT_TELL = "cannot_tell"
    HIDDEN = "hidden"


class Caution(StrEnum):
    FEW_ANSWERS = "few_answers"
    NO_SPREAD = "no_spread"

    @property
    def text(self) -> str:
        return _CAUTIONS[self]


_CAUTIONS = {
    Caution.FEW_ANSWERS: _("few answers"),
    Caution.NO_SPREAD: _("all answers are the same, so there is no interval"),
}


class Unit(StrEnum):
    POINTS = "points"
    PERCENT = "percent"
    SCORE = "score"
    COEFFICIENT = "coefficient"  # from -1 to 1
    HOURS = "hours"
    SECONDS = "seconds"
    MONEY = "money"

    @property
    def decimals(self) -> int:
        if self is Unit.COEFFICIENT:
            return 2
        return 1 if self in (Unit.SCORE, Unit.HOURS) else 0

    def text(self, value: float | None, *, signed: bool = False) -> str:
        """As people read it, in their own notation: +23, 81 %, 5.6."""
        if value is None:
            return "–"
        rounded = round(value, self.decimals) + 0.0  # -0.0 reads as a minus that is not there
        grouped = self is Unit.MONEY
        plain = number_format(abs(rounded), decimal_pos=self.decimals, use_l10n=True, force_grouping=grouped)
        sign = MINUS if rounded < 0 else "+" if rounded > 0 and (signed or self is Unit.POINTS) else ""
        return f"{sign}{plain}\u202f{_SYMBOLS[self]}" if self in _SYMBOLS else f"{sign}{plain}"


_SYMBOLS = {Unit.PERCENT: "%", Unit.HOURS: "h", Unit.SECONDS: "s"}


def count_text(n: int) -> str:
    """A number of things, with its thousands set apart."""
    return number_format(n, use_l10n=True, force_grouping=True)


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with everything needed to read it. `value` and `interval` are in `unit`; n is None when hidden."""

    value: float | None
    n: int | None
    interval: Interval | None
    unit: Unit
    state: State = State.KNOWN
    cautions: tuple[Caution, ...] = ()

    @classmethod
    def known(cls, value: float, n: int, interval: Interval | None, unit: Unit) -> "Figure":
        cautions = []
        if n < FEW_ANSWERS:
            cautions.append(Caution.FEW_ANSWERS)
        if interval is None and n > 1:
            cautions.append(Caution.NO_SPREAD)
        return cls(value, n, interval, unit, State.KNOWN, tuple(cautions))

    @classmethod
    def no_answers(cls, unit: Unit) -> "Figure":
        return cls(None, 0, None, unit, State.NO_ANSWERS)

    @classmethod
    def cannot_tell(cls, unit: Unit) -> "Figure":
        return cls(None, 0, None, unit, State.CANNOT_TELL)

    def hidden(self) -> "Figure":
        return replace(self, value=None, n=None, interval=None, state=State.HIDDEN, cautions=())

    @property
    def is_known(self) -> bool:
        return self.state is State.KNOWN

    @property
    def text(self) -> str:
        return self.unit.text(self.value)

    @property
    def n_text(self) -> str:
        return "" if self.n is None else count_text(self.n)

    @property
    def interval_text(self) -> str:
        if self.interval is None:
            return ""
        ends = {"low": self.unit.text(self.interval.low), "high": self.unit.text(self.interval.high)}
        return _("%(low)s to %(high)s") % ends

    @property
    def state_text(self) -> str:
        return _STATES[self.state]


_STATES = {
    State.KNOWN: "",
    State.NO_ANSWERS: _("no answers"),
    State.CANNOT_TELL: _("cannot tell"),
    State.HIDDEN: _("hidden: fewer than 5 anonymous answers"),
}


@dataclass(frozen=True, slots=True)
class Band:
    """A named stretch of a scale, both ends included."""

    key: str
    label: str
    low: int
    high: int
    mood: str

    def __contains__(self, value: int) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Metric:
    """A way to turn a histogram into a figure. Page, API and CSV all call `measure`; nothing else computes it."""

    key: str
    name: str
    full_name: str
    kind: str
    unit: Unit
    scale: tuple[int, int]
    axis: tuple[float, float]
    bands: tuple[Band, ...]
    measure: Callable[[Histogram], Figure]
    difference: Callable[[Histogram, Histogram], Interval | None]
    formula: str
    target: float | None = None
    needs_own_question: bool = False  # most surveys do not ask for it, so pages leave it out where nobody answered

    def band(self, key: str) -> Band | None:
        return next((band for band in self.bands if band.key == key), None)

    def band_of(self, value: int) -> Band | None:
        return next((band for band in self.bands if value in band), None)

    def counts(self, histogram: Histogram) -> list[tuple[Band, int]]:
        return [(band, histogram.between(band.low, band.high)) for band in self.bands]
