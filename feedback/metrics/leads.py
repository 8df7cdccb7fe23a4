"""Which question of a survey speaks for it: one answer per response and metric, so that n counts people."""

from collections.abc import Mapping
from dataclasses import dataclass, field

SCALES = ("nps", "csat", "ces", "rating")


@dataclass(frozen=True, slots=True)
class Leads:
    """The first question of each kind, and the first scale of any kind, which opens the survey."""

    by_kind: Mapping[str, str] = field(default_factory=dict)
    opening: str | None = None

    @classmethod
    def of(cls, definition: Mapping) -> "Leads":
        by_kind: dict[str, str] = {}
        opening = None
        for question in definition.get("questions", ()):
            by_kind.setdefault(question["kind"], question["key"])
            if opening is None and question["kind"] in SCALES:
                opening = question["key"]
        return cls(by_kind, opening)

    def leads(self, kind: str, key: str) -> bool:
        return self.by_kind.get(kind) == key
