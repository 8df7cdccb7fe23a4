"""A scanned text as the symbols that the learned blocks count, alone and in rows of two or three.

Words and word pairs know the trade, letters forgive spelling and know related words, and shapes ("could be +",
"not -", "should have _") keep the turns of phrase and forget what they were about, so they travel between trades.
"""

from .data import read_words
from .tokens import ENDS
from .valence import Hit, Scan
from .wordbook import WORDS_KEPT

STRONG = 2.4  # a valence from which a word counts as strong praise or blame
TEPID = "~"
LETTERS = (3, 4, 5)
SHORTEST_SPELLED, LONGEST_SPELLED = 3, 40  # beyond it is no word but noise
SMALL_WORDS = read_words("small_words.txt")
UNCOUNTED = frozenset("^$_.")  # mean nothing alone


class Flattened(dict[str, str]):
    """Words with numbers and the ends of sentences flattened; marks inside a sentence become nothing."""

    def __missing__(self, word: str) -> str:
        if len(self) >= WORDS_KEPT:
            self.clear()
        self[word] = flat = _flatten(word)
        return flat


def _flatten(word: str) -> str:
    first = word[0]
    if first.isdigit():
        return "0"
    if first in ENDS:
        return "."
    if first == "@":
        return "@"
    return "" if first in " ,;:–—" and len(word.strip()) == 1 else word


FLATTENED = Flattened()


def words_of(seen: Scan) -> list[str]:
    return [flat for word in seen.words if (flat := FLATTENED[word])]


def is_spelled(word: str) -> bool:
    """Whether a word is long enough to be read by its letters, and short enough to be one."""
    return SHORTEST_SPELLED <= len(word) <= LONGEST_SPELLED and word[0].isalpha()


def letter_grams(word: str) -> list[str]:
    framed = f" {word} "
    return [framed[start : start + n] for n in LETTERS for start in range(len(framed) - n + 1)]


class Symbols(dict[str, str]):
    """What stands for an unrated word in a shape: itself where it is small, a blank where it is not."""

    def __missing__(self, word: str) -> str:
        if len(self) >= WORDS_KEPT:
            self.clear()
        self[word] = symbol = _symbol(word)
        return symbol


def _symbol(word: str) -> str:
    first = word[0]
    if word in SMALL_WORDS:
        return word
    if first.isalpha():
        return "_"
    if first.isdigit():
        return "0"
    if first in ENDS:
        return "." if first == "\n" else first
    return "@" if first == "@" else ","


SYMBOLS = Symbols()


def shape_of(seen: Scan) -> list[str]:
    shape = ["^"]
    here = 0
    for hit in seen.hits:
        _add_symbols(shape, seen.words[here : hit.first])
        shape.append(_sign(hit))
        here = hit.last
    _add_symbols(shape, seen.words[here:])
    shape.append("$")
    return shape


def _sign(hit: Hit) -> str:
    if hit.is_tepid:
        return TEPID
    sign = "+" if hit.valence > 0 else "-"
    return sign + sign if abs(hit.valence) >= STRONG else sign


def _add_symbols(shape: list[str], words: list[str]) -> None:
    last = shape[-1]
    for symbol in map(SYMBOLS.__getitem__, words):
        if symbol != "_" or last != "_":
            shape.append(symbol)
        last = symbol


def rows_of_symbols(symbols: list[str], longest: int) -> list[str]:
    """All rows of one up to `longest` symbols, written with a space between; how the weights file names them."""
    found = [symbol for symbol in symbols if symbol not in UNCOUNTED]
    rows = symbols
    for reach in range(1, longest):
        rows = [f"{row} {symbol}" for row, symbol in zip(rows, symbols[reach:], strict=False)]
        found += rows
    return found
