"""Which question of a survey speaks for it: one answer per response and metric, so that n counts people."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from surveys.definition.kinds import FIRST_CONTACT

SCALES = ("nps", "csat", "ces", "rating")
YES_NO = "yes_no"
CHOOSING = ("single", "multiple", YES_NO)


@dataclass(frozen=True, slots=True)
class Leads:
    """The first question of each kind, and the first scale of any kind, which opens the survey.

    Questions to choose from are about anything; the only one that speaks for its survey has the key FIRST_CONTACT.
    """

    by_kind: Mapping[str, str] = field(default_factory=dict)
    opening: str | None = None

    @classmethod
    def of(cls, definition: Mapping) -> "Leads":
        by_kind: dict[str, str] = {}
        opening = None
        for question in definition.get("questions", ()):
            if question["kind"] not in CHOOSING or _asks_for_first_contact(question):
                by_kind.setdefault(question["kind"], question["key"])
            if opening is None and question["kind"] in SCALES:
                opening = question["key"]
        return cls(by_kind, opening)

    def leads(self, kind: str, key: str) -> bool:
        return self.by_kind.get(kind) == key


def _asks_for_first_contact(question: Mapping) -> bool:
    return (question["kind"], question["key"]) == (YES_NO, FIRST_CONTACT)
