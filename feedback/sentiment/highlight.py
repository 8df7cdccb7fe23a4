"""A comment cut into pieces, so that a page can show which words decided its reading. No database, no markup."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

WEAK = 0.5  # share of the strongest word of the same text; engines weigh on different scales


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a text; `weight` is what it added to the reading, None where it added nothing; `theme` what it names."""

    text: str
    weight: float | None = None
    is_weak: bool = False
    theme: str = ""

    @property
    def is_bad(self) -> bool:
        return self.weight is not None and self.weight < 0

    @property
    def signed(self) -> str:
        return "" if self.weight is None else f"{self.weight:+.1f}".replace("-", "−")


def cut(text: str, spans: Iterable[Mapping[str, object]]) -> list[Piece]:
    """The whole text in order. Of spans that overlap the first counts; one outside the text is skipped."""
    pieces, at, found = [], 0, sorted((span["start"], span["end"], span["weight"]) for span in spans)
    strongest = max((abs(weight) for _, _, weight in found), default=0.0)
    for start, end, weight in found:
        if start < at or end > len(text) or start >= end:
            continue
        if start > at:
            pieces.append(Piece(text[at:start]))
        pieces.append(Piece(text[start:end], weight, is_weak=abs(weight) < WEAK * strongest))
        at = end
    if at < len(text):
        pieces.append(Piece(text[at:]))
    return pieces
