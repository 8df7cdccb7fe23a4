"""What each kind of question is: its scale, the words at its ends, how long it takes."""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

HIGH_GOOD = "high_good"
# Keys by which a question says that it asks just this: three yes-or-no questions, and one with feelings to choose from.
FIRST_CONTACT, NEED_MET, FELT_RIGHT, EMOTION = "first_contact", "need_met", "felt_right", "emotion"


class Shape(StrEnum):
    """How an answer looks: one number, one key, several keys, words."""

    NUMBER = "number"
    KEY = "key"
    KEYS = "keys"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Kind:
    name: str
    shape: Shape
    seconds: int
    minimum: int | None = None
    maximum: int | None = None
    low_label: str | Promise = ""
    high_label: str | Promise = ""
    choices: tuple[tuple[str, str | Promise], ...] = ()

    @property
    def polarity(self) -> str | None:
        return HIGH_GOOD if self.shape is Shape.NUMBER else None

    @property
    def needs_choices(self) -> bool:
        return self.shape in {Shape.KEY, Shape.KEYS} and not self.choices

    @property
    def is_scale(self) -> bool:
        return self.shape is Shape.NUMBER


# Wordings as published: Reichheld 2003 (NPS), Dixon 2013 (CES 2.0). Seconds: Pew counts 10 for a plain item.
KINDS = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            Kind("nps", Shape.NUMBER, 10, 0, 10, _("not at all likely"), _("extremely likely")),
            Kind("csat", Shape.NUMBER, 8, 1, 5, _("very dissatisfied"), _("very satisfied")),
            Kind("ces", Shape.NUMBER, 10, 1, 7, _("strongly disagree"), _("strongly agree")),
            Kind("rating", Shape.NUMBER, 8, 1, 5, _("poor"), _("excellent")),
            Kind("single", Shape.KEY, 10),
            Kind("multiple", Shape.KEYS, 15),
            Kind("yes_no", Shape.KEY, 6, choices=(("yes", _("Yes")), ("no", _("No")))),
            Kind("text", Shape.WORDS, 30),
        )
    }
)
