"""Which themes a text touches, and with which words: all rules at once, in one pass over the text."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from feedback.sentiment.tokens import ENDS, TOKEN, lowered, places_of
from feedback.themes.syntax import SHORTEST_STEM, Line, Term

REACH = 6  # words between the two sides of a NEAR
REMEMBERED = 50_000  # spellings remembered before the memory starts afresh


class Hit(NamedTuple):
    """Characters `start` to `end` of the text belong to a theme, because of one of its rules."""

    theme: int
    rule: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Rule:
    """The lines of one theme in one language; a rule without a language reads comments in any."""

    theme: int
    rule: int
    language: str
    lines: tuple[Line, ...]


class Scanned(NamedTuple):
    """A text cut into words, with the place of each and where its sentences end."""

    words: list[str]
    places: list[tuple[int, int]]
    ends: list[int]


class _Spot(NamedTuple):
    """Words `first` up to `last` (not included) in one sentence."""

    first: int
    last: int
    sentence: int


def scan(text: str) -> Scanned:
    low = lowered(text)
    words = TOKEN.findall(low)
    return Scanned(words, places_of(words, low), [place for place, word in enumerate(words) if word[0] in ENDS])


class Taxonomy:
    """Every rule, laid out by the first word of its terms."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = list(rules)
        self.languages = frozenset(rule.language for rule in self.rules)
        self._exact: dict[str, list[Term]] = defaultdict(list)
        self._stems: dict[str, list[Term]] = defaultdict(list)
        self._lines: dict[Term, list[tuple[Rule, Line]]] = defaultdict(list)
        for rule in self.rules:
            for line in rule.lines:
                for term in line.groups[0]:
                    self._lines[term].append((rule, line))
        for term in {term for rule in self.rules for line in rule.lines for term in _terms_of(line)}:
            first = term[0]
            (self._stems[first[:-1]] if first.endswith("*") else self._exact[first]).append(term)
        self._known: dict[str, tuple[Term, ...]] = {}

    def reads(self, language: str) -> bool:
        """Whether any rule applies to comments of this language."""
        return "" in self.languages or (language != "" and language in self.languages)

    def find(self, text: str, language: str = "", scanned: Scanned | None = None) -> list[Hit]:
        """In the order of the text; a stretch belongs to a theme once."""
        seen = scanned or scan(text)
        spots = self._spots(seen)
        found = {
            Hit(rule.theme, rule.rule, *_place(seen, spot))
            for term, here in spots.items()
            for rule, line in self._lines.get(term, ())
            if rule.language in ("", language)
            for anchor in here
            for spot in _fitting(line, anchor, spots)
        }
        return list(_widest(sorted(found, key=lambda hit: (hit.theme, hit.start, -hit.end, hit.rule))))

    def _spots(self, seen: Scanned) -> dict[Term, list[_Spot]]:
        spots: dict[Term, list[_Spot]] = defaultdict(list)
        words = seen.words
        for here, word in enumerate(words):
            for term in self._starting_with(word):
                if len(term) == 1 or _follows(term, words, here):
                    spots[term].append(_Spot(here, here + len(term), bisect_right(seen.ends, here)))
        return spots

    def _starting_with(self, word: str) -> tuple[Term, ...]:
        found = self._known.get(word)
        if found is None:
            stems = (word[:length] for length in range(SHORTEST_STEM, len(word) + 1))
            found = (*self._exact.get(word, ()), *(term for stem in stems for term in self._stems.get(stem, ())))
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[word] = found
        return found


def _terms_of(line: Line) -> Iterator[Term]:
    yield from line.unless
    for group in line.groups:
        yield from group


def _follows(term: Term, words: list[str], here: int) -> bool:
    rest = words[here + 1 : here + len(term)]
    return len(rest) == len(term) - 1 and all(map(_is, term[1:], rest))


def _is(wanted: str, word: str) -> bool:
    return word.startswith(wanted[:-1]) if wanted.endswith("*") else word == wanted


def _fitting(line: Line, anchor: _Spot, spots: dict[Term, list[_Spot]]) -> Iterator[_Spot]:
    """The anchor and what makes the line fit; nothing where it does not."""
    if any(spot.sentence == anchor.sentence for term in line.unless for spot in spots.get(term, ())):
        return
    beside = []
    for group in line.groups[1:]:
        near = [spot for term in group for spot in spots.get(term, ()) if _is_near(spot, anchor)]
        if not near:
            return
        beside.append(min(near, key=lambda spot: abs(spot.first - anchor.first)))
    yield anchor
    yield from beside


def _is_near(spot: _Spot, anchor: _Spot) -> bool:
    apart = max(spot.first - anchor.last, anchor.first - spot.last)
    return spot.sentence == anchor.sentence and 0 <= apart <= REACH


def _place(seen: Scanned, spot: _Spot) -> tuple[int, int]:
    return seen.places[spot.first][0], seen.places[spot.last - 1][1]


def _widest(hits: Iterable[Hit]) -> Iterator[Hit]:
    """Of hits of one theme that overlap, the one that starts first and reaches furthest."""
    theme, end = None, -1
    for hit in hits:
        if hit.theme == theme and hit.start < end:
            continue
        theme, end = hit.theme, hit.end
        yield hit
