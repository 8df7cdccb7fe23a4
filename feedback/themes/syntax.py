"""How a theme is written down: lines of words, such as

    wait*, queue*, on hold
    phone, call* NEAR answer*, pick up
    late NOT late night, too late to

Commas part words that mean the same, and so do lines. A star at the end of a word stands for any ending. NEAR: both
sides within six words of one another in the same sentence. NOT: none of these in the same sentence. What follows # is
a remark.
"""

import re
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from feedback.sentiment.tokens import TOKEN, lowered

NEAR, NOT = "NEAR", "NOT"
SHORTEST_STEM = 3
MOST_LINES = 500
MOST_WORDS = 6  # in one phrase
OPERATOR = re.compile(r"\b(NEAR|NOT)\b")
WORD = re.compile(r"[^\W_]")


class BadRule(ValueError):
    """A line that cannot be read, said so that its writer can mend it."""

    def __init__(self, line: int, problem: object) -> None:
        super().__init__(_("Line %(line)d: %(problem)s") % {"line": line, "problem": problem})


Term = tuple[str, ...]  # words in a row; one that ends in a star is the beginning of a word


@dataclass(frozen=True, slots=True)
class Line:
    """Fits where a term of every group stands near one of the first, and none of `unless` in the same sentence."""

    groups: tuple[tuple[Term, ...], ...]
    unless: tuple[Term, ...] = ()


def read_rule(text: str) -> list[Line]:
    """Raises BadRule with the number of the first line that makes no sense. An empty text has no lines."""
    found = []
    for number, raw in enumerate(text.splitlines(), start=1):
        if number > MOST_LINES:
            raise BadRule(number, _("A rule may have %d lines.") % MOST_LINES)
        said = raw.partition("#")[0].strip()
        if said:
            found.append(_read_line(number, said))
    return found


def _read_line(number: int, said: str) -> Line:
    first, *rest = OPERATOR.split(said)
    groups, unless = [_terms(number, first)], ()
    for operator, words in zip(rest[::2], rest[1::2], strict=True):
        if unless:
            raise BadRule(number, _("NOT comes last, and once."))
        if operator == NOT:
            unless = _terms(number, words)
        else:
            groups.append(_terms(number, words))
    return Line(tuple(groups), unless)


def _terms(number: int, said: str) -> tuple[Term, ...]:
    if not said.strip():
        raise BadRule(number, _("Words are missing before or after NEAR or NOT."))
    return tuple(_term(number, part.strip().strip('"“”')) for part in said.split(","))


def _term(number: int, said: str) -> Term:
    words = []
    for piece in lowered(said).split():
        tokens = TOKEN.findall(piece.rstrip("*")) if piece.rstrip("*") else []
        if not any(WORD.search(token) for token in tokens) and not _is_face(tokens):
            raise BadRule(number, _("“%s” is not a word.") % piece[:40])
        if piece.endswith("*"):
            if len(tokens[-1]) < SHORTEST_STEM:
                raise BadRule(number, _("Write at least %d letters before a star.") % SHORTEST_STEM)
            tokens[-1] += "*"
        words += tokens
    if not words:
        raise BadRule(number, _("There is a comma without a word beside it."))
    if len(words) > MOST_WORDS:
        raise BadRule(number, _("A phrase may have %d words.") % MOST_WORDS)
    return tuple(words)


def _is_face(tokens: list[str]) -> bool:
    return len(tokens) == 1 and ord(tokens[0][0]) > 0x2190
