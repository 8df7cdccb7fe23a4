"""Is a changed text still the same question? Only case, signs and slips of the pen are; everything else may not be."""

import re
from itertools import takewhile

WORDS = re.compile(r"\w+")
SHORTEST = 4  # "not" and "now" are two words, not one with a slip


def is_same_wording(one: str, other: str) -> bool:
    ones, others = WORDS.findall(one.casefold()), WORDS.findall(other.casefold())
    return len(ones) == len(others) and all(map(_is_same_word, ones, others))


def _is_same_word(one: str, other: str) -> bool:
    return one == other or _is_slip(one, other)


def _is_slip(one: str, other: str) -> bool:
    """One letter more, less, wrong or swapped, never the first: that one can turn a word round (typical, atypical)."""
    if min(len(one), len(other)) < SHORTEST or one[0] != other[0] or not (one.isalpha() and other.isalpha()):
        return False
    start = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    rest, other_rest = one[start:], other[start:]
    return rest[1:] in {other_rest, other_rest[1:]} or rest == other_rest[1:] or _is_swap(rest, other_rest)


def _is_swap(one: str, other: str) -> bool:
    return len(one) == len(other) > 1 and one[:2] == other[1::-1] and one[2:] == other[2:]
