"""A comment cut into clauses, so that praise for the staff is not praise for the queue."""

from collections.abc import Iterator
from itertools import pairwise

from feedback.sentiment.tokens import ENDS
from feedback.sentiment.wordbook import CONTRASTS
from feedback.themes.match import Scanned

PAUSES = frozenset(",;:–—-")
JOINERS = frozenset({"and", "while", "because", "plus", "also"})
BACKWARD = frozenset("which that who whose where when as so".split())  # a clause that speaks of the one before
STARTERS = frozenset(
    "i we they he she it you the a an my our your their his her there this these those no nobody nothing had have has "
    "was were is are got very waited took could couldn't would wouldn't did didn't do don't not staff".split()
)
LEAST_WORDS = 2

Clause = tuple[int, int]  # characters, end not included


def clauses(seen: Scanned) -> list[Clause]:
    """Every word of the text lies in exactly one clause, in order; a text without words has none."""
    borders = [0, *_borders(seen.words), len(seen.words)]
    found = []
    for first, last in pairwise(borders):
        spoken = [place for place in range(first, last) if seen.words[place][0].isalnum()]
        if spoken:
            found.append((seen.places[spoken[0]][0], seen.places[last - 1][1]))
    return found


def _borders(words: list[str]) -> Iterator[int]:
    start = 0
    for here, word in enumerate(words):
        cut = None
        if word[0] in ENDS:
            cut = here + 1
        elif word in CONTRASTS:
            cut = here
        elif (word.strip()[:1] in PAUSES and _may_part(words, start, here)) or (
            word in JOINERS and words[here + 1 : here + 2] and words[here + 1] in STARTERS and _long(words, start, here)
        ):
            cut = here + 1
        if cut is not None and cut > start:
            yield cut
            start = cut


def _may_part(words: list[str], start: int, here: int) -> bool:
    """A pause parts clauses where both sides say something; a list or an aside stays with what it belongs to."""
    after = words[here + 1 : here + 2]
    if not after or after[0] in BACKWARD:
        return False
    return _long(words, start, here) and _long(words, here + 1, _next_pause(words, here + 1))


def _next_pause(words: list[str], start: int) -> int:
    for here in range(start, len(words)):
        if words[here][0] in ENDS or words[here].strip()[:1] in PAUSES:
            return here
    return len(words)


def _long(words: list[str], first: int, last: int) -> bool:
    return sum(word[0].isalpha() for word in words[first:last]) >= LEAST_WORDS
