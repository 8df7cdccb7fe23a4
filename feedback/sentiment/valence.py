"""The words of a text that carry praise or blame, each with its valence where it stands.

Negation and degree words reach over a clause: they end at a full stop or a "but".
"""

import re
from typing import NamedTuple

from .tokens import TOKEN, lowered
from .wordbook import Phrase, Word, wordbook

REACH = 3  # words between a negation or a "would be" and what it turns
DEGREE_REACH = 2
NEGATED_PRAISE = -0.74  # "not good" is bad: VADER's own factor
NEGATED_BLAME = -0.5  # "not bad" is good, but not as good as "bad" is bad
WISHED_PRAISE = -0.4  # "a refund would be great" is no praise
SHOUTED = 0.5
SHOUT = re.compile(r"[A-Z]{3}")
BEING = frozenset({"be", "have", "make"})
FAR = -9


class Hit(NamedTuple):
    """Tokens `first` up to `last` (not included), their valence here, the sentence and whether it follows a "but"."""

    first: int
    last: int
    valence: float
    sentence: int
    after_contrast: bool
    rule: str


class Scan(NamedTuple):
    low: str
    words: list[str]
    hits: list[Hit]
    negations: int
    loose_negations: int  # those that turn nothing we rate: "couldn't find", "never came"
    shouted: int


def scan(text: str) -> Scan:
    low = lowered(text)
    words = TOKEN.findall(low)
    shouts = _shouts(text, len(words))
    reader = _Reader(words, shouts)
    reader.read()
    return Scan(low, words, reader.hits, reader.negations, reader.negations - reader.met, sum(shouts))


def _shouts(text: str, count: int) -> list[bool] | tuple:
    """For each token whether it is in capitals; empty when none is, or when all are and it means nothing."""
    if not SHOUT.search(text):
        return ()
    shouts = [len(raw) > 2 and raw.isupper() for raw in TOKEN.findall(text)]
    return shouts if len(shouts) == count and not all(shouts) else ()


class _Reader:
    """One pass over the tokens, with what is still in force: a negation, a degree word, a wish, a "but"."""

    def __init__(self, words: list[str], shouts: list[bool] | tuple) -> None:
        self.words = words
        self.shouts = shouts
        self.hits: list[Hit] = []
        self.negations = self.met = 0
        self.sentence = 0
        self.after_contrast = False
        self.negated_at = self.degree_at = self.wished_at = FAR
        self.degree = 0.0
        self.is_met = True

    def read(self) -> None:
        book = wordbook()
        skip = 0
        for here, word in enumerate(self.words):
            known = book[word]
            if known is None or here < skip:
                continue
            if known.ends_sentence:
                self.sentence += 1
                self.after_contrast = False
                self.negated_at = FAR
                continue
            if known.phrases and (phrase := self._phrase(known.phrases, here)):
                skip = here + 2 + len(phrase.rest)
                if phrase.valence:
                    self._hit(here, skip, phrase.valence, "phrase")
                continue
            self._word(known, here)

    def _phrase(self, starting: dict[str, list[Phrase]], here: int) -> Phrase | None:
        """The longest listed phrase that starts here."""
        words = self.words
        if here + 1 == len(words):
            return None
        for phrase in starting.get(words[here + 1], ()):
            if words[here + 2 : here + 2 + len(phrase.rest)] == phrase.rest:
                return phrase
        return None

    def _word(self, known: Word, here: int) -> None:
        if known.contrasts:
            self.after_contrast = True
            self.negated_at = FAR
        if known.negates:
            self.negated_at = here
            self.negations += 1
            self.is_met = False
            return
        if known.wishes and self.words[here + 1 : here + 2] and self.words[here + 1] in BEING:
            self.wished_at = here + 1
        if known.degree:
            self.degree = known.degree
            self.degree_at = here
            return
        valence, rule = known.valence, "word"
        if not valence:
            return
        if self.degree_at >= here - DEGREE_REACH:
            valence += self.degree if valence > 0 else -self.degree
            rule = "degree"
        if self.shouts and self.shouts[here]:
            valence += SHOUTED if valence > 0 else -SHOUTED
        self._hit(here, here + 1, valence, rule)

    def _hit(self, first: int, last: int, valence: float, rule: str) -> None:
        if self.negated_at >= first - REACH:
            valence *= NEGATED_PRAISE if valence > 0 else NEGATED_BLAME
            rule = "negation"
            self.met += not self.is_met
            self.is_met = True
        elif valence > 0 and self.wished_at >= first - REACH:
            valence *= WISHED_PRAISE
            rule = "wish"
        self.hits.append(Hit(first, last, valence, self.sentence, self.after_contrast, rule))
