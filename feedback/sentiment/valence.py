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
CONCEDED = 0.6  # "although we waited, ...": what counts comes behind the comma
CONCEDING = frozenset({"although", "though", "despite", "while", "whilst"})
LONGEST_CONCESSION = 20
CEILING = frozenset(
    "better easier faster happier improve improved improvement improvements kinder nicer quicker".split()
)
CAN = frozenset({"can", "can't", "cannot", "cant", "could", "couldn't", "couldnt"})
CEILING_REACH = 9
NOTHING_BETTER = 2.0  # "could not have done it any better" is praise
# They begin a wish: "More caring staff", "Answer the phone quickly".
ORDERING = frozenset("allow answer be better communicate ensure explain improve more need needs offer provide".split())
OWN_NEGATION = frozenset({"no", "not", "never", "without"})  # a phrase that begins with one has it in its rating
THANKING = frozenset({"cheers", "thank", "thanks", "thx"})
# After "Nothing" as a whole answer, the next word begins a new thought: "Nothing they looked after me".
ANSWERS = frozenset({"nil", "no", "none", "nope", "nothing"})
SUBJECTS = frozenset(
    "all as because been considering everybody everyone everything he i i'm it it's just my our she staff the they "
    "they're very we we're you you're".split()
)
# "I don't think this is a good idea": the negation stands before the thought and turns what is thought.
THINKING = frozenset("believe call claim consider expect feel find imagine say think".split())
THOUGHT_REACH = 3  # further words
FAR = -99


class Hit(NamedTuple):
    """Tokens `first` up to `last` (not included), their valence here, the sentence and whether it follows a "but"."""

    first: int
    last: int
    valence: float
    sentence: int
    after_contrast: bool
    rule: str
    is_tepid: bool = False


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
        self.start = 0  # the first token of the sentence
        self.conceded_until = FAR
        self.negated_at = self.degree_at = self.wished_at = self.could_at = FAR
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
                self.start = here + 1
                self.after_contrast = False
                self.negated_at = self.could_at = self.conceded_until = FAR
                continue
            if known.phrases and (phrase := self._phrase(known.phrases, here)):
                skip = here + 2 + len(phrase.rest)
                if phrase.valence:
                    self._hit(here, skip, phrase.valence, "phrase", is_tepid=phrase.is_tepid)
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
        word = self.words[here]
        if word in CONCEDING and self._begins(here) and self._concede(here):
            return
        if known.contrasts:
            self.after_contrast = True
            self.negated_at = FAR
        if word in CAN:
            self.could_at = here
        if known.negates:
            self.negations += 1
            self.is_met = False
            if not self._is_whole_answer(here):
                is_thought = here + 1 < len(self.words) and self.words[here + 1] in THINKING
                self.negated_at = here + THOUGHT_REACH if is_thought else here
            return
        if word in ORDERING and self._begins(here) and self.words[here + 1 : here + 2] != ["than"]:
            self.wished_at = here
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
        self._hit(here, here + 1, valence, rule, is_tepid=known.is_tepid)

    def _begins(self, here: int) -> bool:
        """Whether this is the first word of its sentence, apart from whom it is addressed to."""
        words, start = self.words, self.start
        return here == start or (words[start][0] == "@" and all(word[0] == "@" for word in words[start:here]))

    def _concede(self, here: int) -> bool:
        """Whether the sentence begins with what it concedes; that reaches to the first comma."""
        clause = self.words[here : here + LONGEST_CONCESSION]
        if "," not in clause:
            return False
        self.conceded_until = here + clause.index(",")
        return True

    def _is_whole_answer(self, here: int) -> bool:
        if here or self.words[0] not in ANSWERS:
            return False
        following = self.words[1:4]
        return "," in following or (bool(following) and following[0] in SUBJECTS)

    def _is_unmoved(self, first: int) -> bool:
        """Faces and thanks are meant as they stand, except "no thanks", and so is a "no hassle" after another "no"."""
        word = self.words[first]
        if not word[0].isalnum() or word in OWN_NEGATION:
            return True
        return word in THANKING and self.words[first - 1] != "no"

    def _hit(self, first: int, last: int, valence: float, rule: str, *, is_tepid: bool) -> None:
        if first < self.conceded_until:
            valence *= CONCEDED
        elif self.conceded_until != FAR:
            self.after_contrast = True
        if (self.negated_at != FAR or self.wished_at != FAR) and not self._is_unmoved(first):
            valence, rule = self._turned(first, valence, rule)
        self.hits.append(
            Hit(first, last, valence, self.sentence, self.after_contrast, rule, is_tepid and rule != "negation")
        )

    def _turned(self, first: int, valence: float, rule: str) -> tuple[float, str]:
        """What a negation or a wish before it makes of praise or blame."""
        negated_at = self.negated_at
        can_be_bettered = min(negated_at, self.could_at) < first - CEILING_REACH or self.words[first] not in CEILING
        if not can_be_bettered or negated_at >= first - REACH:
            self.met += not self.is_met
            self.is_met = True
        if not can_be_bettered:
            return NOTHING_BETTER, "nothing better"
        if negated_at >= first - REACH:
            return valence * (NEGATED_PRAISE if valence > 0 else NEGATED_BLAME), "negation"
        if valence > 0 and self.wished_at >= first - REACH:
            return valence * WISHED_PRAISE, "wish"
        return valence, rule
