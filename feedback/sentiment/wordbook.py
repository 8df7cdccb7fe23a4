"""What each word means to us: VADER's rating, replaced by our own lexicons where they know better."""

from functools import cache
from itertools import chain
from typing import NamedTuple

from vaderSentiment.vaderSentiment import BOOSTER_DICT, NEGATE, SentimentIntensityAnalyzer

from .data import read_rows
from .tokens import ENDS, TOKEN

NEGATORS = frozenset(NEGATE) - {"despite"} | {"no", "nobody", "noone", "hardly", "barely", "scarcely", "zero"}
CONTRASTS = frozenset({"but", "however", "although", "though", "except", "unfortunately", "sadly", "yet", "whereas"})
BOOSTERS = {word: degree for word, degree in BOOSTER_DICT.items() if word not in NEGATORS and " " not in word}
WISHING = frozenset({"would", "could", "should", "might", "it'd", "that'd"})

SHORTEST_STEM = 4
WORDS_KEPT = 50_000  # spellings remembered before the memory starts afresh


class Phrase(NamedTuple):
    """The words after the first two, and the valence of the whole."""

    rest: list[str]
    valence: float
    is_tepid: bool = False


class Word(NamedTuple):
    """What a word does to the text around it."""

    valence: float = 0.0
    degree: float = 0.0
    ends_sentence: bool = False
    contrasts: bool = False
    negates: bool = False
    wishes: bool = False
    is_noted: bool = False
    is_tepid: bool = False
    phrases: dict[str, list[Phrase]] | None = None  # those it starts, by their second word


PLAIN = Word()
# Words at which a rule begins, though they praise and blame nothing.
NOTED = frozenset(
    "allow although answer be can communicate could despite ensure explain improve more need needs offer provide "
    "though while whilst".split()
)


class Wordbook(dict[str, Word | None]):
    """Each spelling with what it does, or None for the many that do nothing. Filled as words are met."""

    def __init__(self) -> None:
        super().__init__()
        self.valences: dict[str, float] = dict(_vader_words())
        self.stems: dict[str, float] = {}
        self.tepid: set[str] = set()
        self.phrases: dict[str, dict[str, list[Phrase]]] = {}
        for valence, listed in chain(read_rows("review_lexicon.tsv"), read_rows("service_lexicon.tsv")):
            for term in listed.split(","):
                self._add(term.strip(), float(valence))
        for valence, listed in read_rows("tepid_lexicon.tsv"):
            for term in listed.split(","):
                self._add(term.strip(), float(valence), is_tepid=True)
        for valence, listed in read_rows("emoji.tsv"):
            self.valences.update((emoji, float(valence)) for emoji in listed.split())
        self.longest_stem = max(map(len, self.stems), default=0)
        for by_second in self.phrases.values():
            for phrases in by_second.values():
                phrases.sort(key=lambda phrase: (-len(phrase.rest), not phrase.is_tepid))

    def __missing__(self, word: str) -> Word | None:
        if len(self) >= WORDS_KEPT:
            self.clear()
        self[word] = found = self._describe(word)
        return found

    def _add(self, term: str, valence: float, *, is_tepid: bool = False) -> None:
        if term.endswith("*") and term[:-1].isalpha():
            self.stems[term[:-1]] = valence
            return
        first, *others = TOKEN.findall(term)
        if others:
            second, *rest = others
            self.phrases.setdefault(first, {}).setdefault(second, []).append(Phrase(rest, valence, is_tepid))
        else:
            self.valences[first] = valence
            if is_tepid:
                self.tepid.add(first)

    def _describe(self, word: str) -> Word | None:
        found = Word(
            valence=self._valence(word),
            degree=BOOSTERS.get(word, 0.0),
            ends_sentence=word[0] in ENDS,
            contrasts=word in CONTRASTS,
            negates=word in NEGATORS or word.endswith("n't"),
            wishes=word in WISHING,
            phrases=self.phrases.get(word),
            is_noted=word in NOTED,
            is_tepid=word in self.tepid,
        )
        return None if found == PLAIN else found

    def _valence(self, word: str) -> float:
        found = self.valences.get(word)
        if found is not None:
            return found
        for length in range(min(len(word), self.longest_stem), SHORTEST_STEM - 1, -1):
            if word[:length] in self.stems:
                return self.stems[word[:length]]
        return 0.0


def _vader_words():
    analyzer = SentimentIntensityAnalyzer()
    yield from analyzer.lexicon.items()
    for emoji, description in analyzer.emojis.items():
        valence = sum(analyzer.lexicon.get(word, 0.0) for word in description.split())
        if valence:
            yield emoji, valence


@cache
def wordbook() -> Wordbook:
    return Wordbook()
