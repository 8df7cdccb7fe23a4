"""A comment in pieces, with the words of its themes marked beside those that decided how it sounds."""

from collections.abc import Iterable
from dataclasses import replace

from feedback.sentiment.highlight import Piece

Mark = tuple[int, int, str]  # first character, end, and the name of the theme


def with_themes(pieces: Iterable[Piece], marks: Iterable[Mark]) -> list[Piece]:
    """Cut pieces further where words of a theme begin and end. Of marks that overlap the first counts."""
    ordered, end = [], 0
    for mark in sorted(marks):
        if mark[0] >= end:
            ordered.append(mark)
            end = mark[1]
    found, start = [], 0
    for piece in pieces:
        found += _cut(piece, start, ordered)
        start += len(piece.text)
    return found


def _cut(piece: Piece, start: int, marks: list[Mark]) -> list[Piece]:
    end, at, parts = start + len(piece.text), start, []
    for first, last, name in marks:
        if last <= at or first >= end:
            continue
        if first > at:
            parts.append(replace(piece, text=piece.text[at - start : first - start]))
        inside = max(first, at), min(last, end)
        parts.append(replace(piece, text=piece.text[inside[0] - start : inside[1] - start], theme=name))
        at = inside[1]
    if at < end:
        parts.append(replace(piece, text=piece.text[at - start :]))
    return parts
