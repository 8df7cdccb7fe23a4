"""One customer's habits and scores as parts from 0 to 100, their plain mean as health, and what warns of leaving.

No weights: nobody has shown any to be right. Each part is on its own scale, so that it can be read and argued with;
whether the whole tells leavers from stayers is measured beside it.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from feedback.metrics import METRICS
from feedback.metrics.experience import position

DAY_SECONDS = 86_400
NEWEST = 3  # answers that a part rests on
LEAST_PARTS = 2
LEAST_EVENTS = 3  # below, nobody has a habit
FALL = 30.0  # of 100: what counts as a score that fell
LONG_SILENCE = 3.0  # times the usual gap
LEAST_SILENCE_DAYS = 14
HALF_PACE = 50.0
QUARTER_DAYS = 90
FEELINGS = {"positive": 100.0, "neutral": 50.0, "mixed": 50.0, "negative": 0.0}
FEATURES = ("score", "change", "feeling", "silence", "events", "tenure")


@dataclass(frozen=True, slots=True)
class Score:
    at: datetime
    kind: str
    number: int

    @property
    def place(self) -> float:
        """0 is the worst answer of its scale, 100 the best."""
        return (position(self.kind, self.number) + 100) / 2

    @property
    def is_low(self) -> bool:
        metric = METRICS.get(self.kind)
        band = metric.band_of(self.number) if metric else None
        return band.mood == "bad" if band else self.place < 40


@dataclass(frozen=True, slots=True)
class Habits:
    """A customer's events up to one moment; a quarter is 90 days, the year 365."""

    first_at: datetime | None = None
    last_at: datetime | None = None
    events: int = 0
    events_year: int = 0
    events_quarter: int = 0

    def silent_days(self, now: datetime) -> float | None:
        return (now - self.last_at).total_seconds() / DAY_SECONDS if self.last_at else None

    @property
    def usual_gap_days(self) -> float | None:
        """Mean days between two events; None without a habit."""
        if self.events < LEAST_EVENTS or self.last_at <= self.first_at:
            return None
        return (self.last_at - self.first_at).total_seconds() / DAY_SECONDS / (self.events - 1)


@dataclass(frozen=True, slots=True)
class Known:
    """All that a profile, a forecast and a warning may rest on, as it was at `now`. Oldest first."""

    now: datetime
    habits: Habits = field(default_factory=Habits)
    scores: tuple[Score, ...] = ()
    eases: tuple[Score, ...] = ()
    labels: tuple[str, ...] = ()


def health_parts(known: Known) -> dict[str, float]:
    """Return what is known of score, ease, feeling, recency and pace, each from 0 to 100."""
    parts = {
        "score": _mean([score.place for score in known.scores[-NEWEST:]]),
        "ease": _mean([score.place for score in known.eases[-NEWEST:]]),
        "feeling": _mean([FEELINGS[label] for label in known.labels[-NEWEST:] if label in FEELINGS]),
        "recency": _recency(known),
        "pace": _pace(known),
    }
    return {name: value for name, value in parts.items() if value is not None}


def health_score(parts: Mapping[str, float]) -> float | None:
    """The plain mean of the parts; None with fewer than two, for one part is only itself."""
    return sum(parts.values()) / len(parts) if len(parts) >= LEAST_PARTS else None


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _recency(known: Known) -> float | None:
    """100 within the usual gap; each doubling of it costs 50."""
    silent, usual = known.habits.silent_days(known.now), known.habits.usual_gap_days
    if silent is None or usual is None:
        return None
    return 100 * (1 - min(1.0, math.log2(max(1.0, silent / usual)) / 2))


def _pace(known: Known) -> float | None:
    """Events of the last 90 days against 90 days of the year before them: 100 is as many as ever."""
    habits = known.habits
    before = habits.events_year - habits.events_quarter
    if habits.first_at is None or before < LEAST_EVENTS:
        return None
    age = (known.now - habits.first_at).total_seconds() / DAY_SECONDS
    earlier_days = min(365.0, age) - QUARTER_DAYS
    if earlier_days < QUARTER_DAYS:
        return None
    return 100 * min(1.0, habits.events_quarter / (before * QUARTER_DAYS / earlier_days))


def signs_of_leaving(known: Known) -> list[dict[str, object]]:
    """Return what warns, as plain data, the heaviest first; the words are found where it is shown."""
    return [sign for sign in (_fell(known), _silent(known), _slower(known), _unhappy(known), _low(known)) if sign]


def _fell(known: Known) -> dict[str, object] | None:
    if not known.scores:
        return None
    last = known.scores[-1]
    before = next((score for score in reversed(known.scores[:-1]) if score.kind == last.kind), None)
    if before is None or before.place - last.place < FALL:
        return None
    return {"sign": "fell", "kind": last.kind, "before": before.number, "now": last.number}


def _silent(known: Known) -> dict[str, object] | None:
    silent, usual = known.habits.silent_days(known.now), known.habits.usual_gap_days
    if silent is None or usual is None or silent < max(LONG_SILENCE * usual, LEAST_SILENCE_DAYS):
        return None
    return {"sign": "silent", "days": int(silent), "usual": max(1, round(usual))}


def _slower(known: Known) -> dict[str, object] | None:
    pace = _pace(known)
    if pace is None or pace > HALF_PACE:
        return None
    return {"sign": "slower", "percent": round(pace)}


def _unhappy(known: Known) -> dict[str, object] | None:
    if known.labels[-2:] != ("negative", "negative"):
        return None
    return {"sign": "unhappy"}


def _low(known: Known) -> dict[str, object] | None:
    if not known.scores or not known.scores[-1].is_low or _fell(known):
        return None
    return {"sign": "low", "kind": known.scores[-1].kind, "now": known.scores[-1].number}


def features(known: Known) -> list[float]:
    """The same facts as numbers for the risk model, in the order of FEATURES; NaN is not known."""
    places = [score.place for score in known.scores]
    silent, usual = known.habits.silent_days(known.now), known.habits.usual_gap_days
    feeling = _mean([FEELINGS[label] for label in known.labels[-NEWEST:] if label in FEELINGS])
    tenure = (known.now - known.habits.first_at).total_seconds() / DAY_SECONDS if known.habits.first_at else math.nan
    return [
        places[-1] if places else math.nan,
        places[-1] - places[-2] if len(places) > 1 else 0.0,
        math.nan if feeling is None else feeling,
        math.nan if silent is None else math.log((1 + silent) / (1 + (usual if usual is not None else silent))),
        math.log1p(known.habits.events_year),
        math.log1p(tenure),
    ]
