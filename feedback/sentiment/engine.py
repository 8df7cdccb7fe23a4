"""What every sentiment engine takes and gives back. Plain data, no database."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

SCORED = "scored"
NOT_SCORED = "not_scored"

NEGATIVE = "negative"
NEUTRAL = "neutral"
POSITIVE = "positive"
MIXED = "mixed"

OTHER_LANGUAGE = "language_without_engine"
UNKNOWN_LANGUAGE = "language_unknown"
NOTHING_TO_READ = "nothing_to_read"


@dataclass(frozen=True, slots=True)
class Context:
    """What was known when the customer wrote: the question, the score beside it and the survey's language."""

    question: str = ""
    score: float | None = None
    scale_min: float = 0.0
    scale_max: float = 10.0
    locale: str = ""

    @property
    def goodness(self) -> float | None:
        """The score as 0.0 (worst) to 1.0 (best); None when no score was given or the scale has no length."""
        if self.score is None or self.scale_max <= self.scale_min:
            return None
        share = (self.score - self.scale_min) / (self.scale_max - self.scale_min)
        return min(1.0, max(0.0, share))


NO_CONTEXT = Context()


class Span(NamedTuple):
    """Characters `start` to `end` of the text and what they added: below 0.0 bad news, above 0.0 good news."""

    start: int
    end: int
    weight: float
    rule: str


class Reading(NamedTuple):
    """What one engine made of one text. A text that is not scored has a reason and no figures at all."""

    engine: str
    engine_version: str
    status: str
    language: str = ""
    reason: str = ""
    label: str = ""
    compound: float | None = None
    p_negative: float | None = None
    p_positive: float | None = None
    intent: str = ""
    flags: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()

    @property
    def is_scored(self) -> bool:
        return self.status == SCORED


class Engine(Protocol):
    """Reads texts. An engine is built once per process, and no text makes it raise."""

    name: str
    version: str

    def read(self, text: str, context: Context = NO_CONTEXT) -> Reading: ...

    def read_many(self, comments: Sequence[tuple[str, Context]]) -> list[Reading]:
        """The same readings in the same order; quicker than one by one where the engine can share work."""
        ...
