"""The words that decided, with what each added: ratings from the lexicon, and words the model has learned."""

from .blocks import Block
from .engine import Span
from .markup import Places
from .tokens import places_of
from .valence import Scan

MOST_RATED = 200  # nobody reads more, and a comment may be very long
MOST_LEARNED = 5
WORTH_SHOWING = 0.25
VALENCE_SCALE = 4.0  # from the model's scale to that of the lexicon
WORST, BEST = -4.0, 4.0


def rated_spans(seen: Scan) -> list[Span]:
    if not seen.hits:
        return []
    hits = seen.hits
    if len(hits) > MOST_RATED:
        hits = sorted(sorted(hits, key=lambda hit: -abs(hit.valence))[:MOST_RATED])
    places = places_of(seen.words[: hits[-1].last], seen.low)
    return [Span(places[hit.first][0], places[hit.last - 1][1], round(hit.valence, 2), hit.rule) for hit in hits]


def learned_spans(seen: Scan, block: Block, pull: tuple[float, float], length: float) -> list[Span]:
    """Words no lexicon rates that still moved the score. `pull` is the worth of the block's two scores.

    Where none is worth showing the one that comes closest is shown.
    """
    places = places_of(seen.words, seen.low)
    found = []
    for place, worth in zip(places, block.worth(seen.words, pull), strict=True):
        added = round(max(WORST, min(BEST, worth * VALENCE_SCALE / length)), 2)
        if added:
            found.append(Span(*place, added, "learned"))
    found.sort(key=lambda span: -abs(span.weight))
    return sorted([span for span in found if abs(span.weight) >= WORTH_SHOWING][:MOST_LEARNED]) or found[:1]


def whole_text(text: str, compound: float) -> list[Span]:
    """Where no word of it is known, the letters, the length and the marks of the whole text decided."""
    return [Span(0, len(text), round(compound, 2), "whole text")]


def moved(spans: list[Span], places: Places) -> list[Span]:
    """The same words in a text whose characters stood at `places`."""
    return [span._replace(start=places[span.start][0], end=places[span.end - 1][1]) for span in spans]
