"""Symbols in, a score for "negative" and one for "positive" out: logistic regressions on TF-IDF.

A row of `added` holds what a piece adds to the square of the text's length, to "negative" and to "positive". The score
is the sum of what the pieces add, over the length.
"""

from typing import NamedTuple

import numpy as np

from .grams import is_spelled, letter_grams
from .wordbook import WORDS_KEPT

SMALL_TABLE = 300_000  # up to here a row of symbols finds its weights by place, beyond by search
COLUMNS = 3


class Texts(NamedTuple):
    """Symbols of many texts in a row: the number of each symbol, and the text it belongs to. Number 0 parts texts."""

    numbers: np.ndarray
    owners: np.ndarray
    count: int


def line_up(texts: list[list[int]]) -> Texts:
    numbers = [number for text in texts for number in (*text, 0)]
    owners = np.repeat(np.arange(len(texts)), [len(text) + 1 for text in texts])
    return Texts(np.array(numbers, dtype=np.int64), owners, len(texts))


class Scores(NamedTuple):
    """A column each, one row per text."""

    negative: np.ndarray
    positive: np.ndarray
    length: np.ndarray


class Table:
    """What the pieces of one block add, found by the piece's name."""

    def __init__(self, pieces: list[str], idf: np.ndarray, weights: np.ndarray, bias: np.ndarray) -> None:
        self.pieces = pieces
        self.added = np.zeros((len(pieces) + 1, COLUMNS))  # the last row adds nothing
        self.added[:-1] = np.column_stack([idf * idf, weights * idf[:, None]])
        self.bias = bias

    def finish(self, added: np.ndarray) -> Scores:
        length = np.sqrt(added[:, 0])
        length[length == 0] = 1.0
        negative, positive = (added[:, 1:] / length[:, None] + self.bias).T
        return Scores(negative, positive, length)


class Block(Table):
    """Rows of up to three symbols. A row has a number, as digits make one, and the numbers lead to the weights."""

    def __init__(self, *stored) -> None:
        super().__init__(*stored)
        rows = [piece.split(" ") for piece in self.pieces]
        symbols = sorted({symbol for row in rows for symbol in row})
        self.numbers = {symbol: place for place, symbol in enumerate(symbols, start=1)}
        self.unknown = len(symbols) + 1
        self.base = len(symbols) + 2
        self.longest = max(map(len, rows))
        keys = np.array([self._key(row) for row in rows], dtype=np.int64)
        self.order = np.argsort(keys)
        self.keys = keys[self.order]
        self.small = {
            length: self._small_table(self.base**length)
            for length in range(1, self.longest + 1)
            if self.base**length <= SMALL_TABLE
        }

    def _key(self, row: list[str]) -> int:
        key = 0
        for symbol in row:
            key = key * self.base + self.numbers[symbol]
        return key

    def _small_table(self, size: int) -> np.ndarray:
        table = np.full(size, len(self.pieces))
        inside = self.keys < size
        table[self.keys[inside]] = self.order[inside]
        return table

    def number(self, symbols: list[str]) -> list[int]:
        get, unknown = self.numbers.get, self.unknown
        return [get(symbol, unknown) for symbol in symbols]

    def score(self, texts: Texts) -> Scores:
        return self.finish(self.add_up(texts))

    def add_up(self, texts: Texts) -> np.ndarray:
        total = np.zeros((texts.count, COLUMNS))
        keys = numbers = texts.numbers
        for length in range(1, self.longest + 1):
            if length > 1:
                keys = keys[:-1] * self.base + numbers[length - 1 :]
            starts = numbers[: len(keys)] > 0
            total += _sum_by(
                texts.owners[: len(keys)][starts], self.added[self._find(keys[starts], length)], texts.count
            )
        return total

    def _find(self, keys: np.ndarray, length: int) -> np.ndarray:
        """The row of each key; the last row, which adds nothing, where a key is not known."""
        if length in self.small:
            return self.small[length][keys]
        places = np.searchsorted(self.keys, keys)
        places[places == len(self.keys)] = 0
        return np.where(self.keys[places] == keys, self.order[places], len(self.pieces))

    def worth(self, symbols: list[str], pull: tuple[float, float]) -> list[float]:
        """What each symbol adds alone, where the two scores are worth `pull`; to be divided by the text's length."""
        added = self.added[self.small[1][self.number(symbols)]]
        return (added[:, 1] * pull[0] + added[:, 2] * pull[1]).tolist()


class LetterBlock(Table):
    """Words by their letters. A word always adds the same, so each spelling is looked up once and remembered."""

    def __init__(self, *stored) -> None:
        super().__init__(*stored)
        self.rows = {piece: row for row, piece in enumerate(self.pieces)}
        self.remembered: dict[str, int] = {}
        self.sums = np.zeros((0, COLUMNS))

    def score(self, texts: list[list[str]]) -> Scores:
        remembered = self.remembered
        new = {word for text in texts for word in text if word not in remembered}
        if len(remembered) + len(new) > WORDS_KEPT:
            remembered.clear()
            self.sums = self.sums[:0]
            new = {word for text in texts for word in text}
        if new:
            self._remember(list(new))
        places = [remembered[word] for text in texts for word in text]
        owners = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
        return self.finish(_sum_by(owners, self.sums[places], len(texts)))

    def _remember(self, words: list[str]) -> None:
        first = len(self.remembered)
        known = [[row for row in map(self.rows.get, _letters_of(word)) if row is not None] for word in words]
        owners = np.repeat(np.arange(len(words)), [len(rows) for rows in known])
        self.sums = np.vstack(
            [self.sums, _sum_by(owners, self.added[[row for rows in known for row in rows]], len(words))]
        )
        self.remembered.update(zip(words, range(first, first + len(words)), strict=True))


def _letters_of(word: str) -> list[str]:
    return letter_grams(word) if is_spelled(word) else []


def _sum_by(owners: np.ndarray, added: np.ndarray, count: int) -> np.ndarray:
    return np.column_stack(
        [np.bincount(owners, weights=added[:, column], minlength=count) for column in range(COLUMNS)]
    )
