"""Words filled in from what is known: {{customer.name|there}}. One pass, each value escaped for where it lands.

A value is a guest in somebody else's sentence: cut at 60 signs, on one line, kept in its own reading direction.
What stands after the bar is said when nothing is known.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.html import escape

from surveys.definition.schema import DefinedQuestion, Definition

LONGEST = 60
FIELDS = frozenset({"customer.name", "touchpoint.name"})
OPEN_FAMILIES = frozenset({"event", "answer"})  # event.<attribute>, answer.<question key>
PIPE = re.compile(r"\{\{\s*([A-Za-z_]+\.[A-Za-z0-9_-]+)\s*(?:\|([^{}|]*))?\}\}")
LEFTOVER = re.compile(r"\{\{[^{}]*\}?\}?|\}\}")
ISOLATE, END_ISOLATE = "\u2068", "\u2069"


@dataclass(frozen=True, slots=True)
class Pipe:
    field: str
    otherwise: str = ""

    @property
    def family(self) -> str:
        return self.field.partition(".")[0]

    @property
    def name(self) -> str:
        return self.field.partition(".")[2]


def pieces(text: str) -> list[str | Pipe]:
    """Split into plain text and pipes, in order."""
    found: list[str | Pipe] = []
    end = 0
    for match in PIPE.finditer(text):
        found.append(text[end : match.start()])
        found.append(Pipe(match[1], (match[2] or "").strip()))
        end = match.end()
    found.append(text[end:])
    return [piece for piece in found if piece != ""]


def pipes(text: str) -> list[Pipe]:
    return [piece for piece in pieces(text) if isinstance(piece, Pipe)]


def leftovers(text: str) -> list[str]:
    """Double braces that are no pipe: a typing mistake that customers would read."""
    return LEFTOVER.findall(PIPE.sub("", text))


def fill(text: str, values: Mapping[str, object], show: Callable[[str], str]) -> str:
    """Put values into a text that `show` does not touch; what came from a value is never read again for pipes."""
    return "".join(piece if isinstance(piece, str) else show(said(piece, values)) for piece in pieces(text))


def said(pipe: Pipe, values: Mapping[str, object]) -> str:
    value = values.get(pipe.field)
    words = guest(str(value)) if value is not None else ""
    return words or pipe.otherwise


def guest(value: str) -> str:
    """One line of at most 60 signs, without control characters or marks that steer the text around it."""
    visible = (" " if unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"} else sign for sign in value)
    line = " ".join("".join(sign for sign in visible if sign not in _STEERING).split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1].rstrip() + "…"


_STEERING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def in_html(value: str) -> str:
    return f"{ISOLATE}{escape(value)}{END_ISOLATE}" if value else ""


def in_plain_text(value: str) -> str:
    """Mail programs turn 'evil.example' into a link by themselves: a dot between signs gets a gap."""
    return re.sub(r"(?<=\w)\.(?=\w)", ". ", value.replace("://", ": //"))


@dataclass(frozen=True, slots=True)
class Place:
    """A text that may hold pipes. `page` is the page it stands on: what earlier pages asked is known by then."""

    text: str
    page: int
    question: DefinedQuestion | None = None


def places(definition: Definition) -> list[Place]:
    opening = [Place(text, 1) for text in (definition.title, definition.introduction)]
    asked = [Place(text, one.page, one) for one in definition.questions for text in (one.text, one.help_text)]
    after = max(definition.pages, default=1) + 1
    return opening + asked + [Place(text, after) for text in (definition.thanks_title, definition.thanks_text)]
