"""The phrases of a comment that may be a topic: one to three words in a row, without feelings and small words."""

from collections.abc import Iterable, Iterator

from feedback.sentiment.data import read_words
from feedback.sentiment.wordbook import NEGATORS, wordbook
from feedback.themes.match import Scanned, scan

LONGEST = 3
SHORTEST_WORD = 3
FILLERS = frozenset(
    "get got getting go going goes went come came coming make made making take took taking give gave given giving "
    "said say says saying tell told ask asked know knew think thought want wanted need needed use used using see saw "
    "seen find found try tried keep kept put let seem seemed feel felt look looked looking thing things something "
    "anything everything nothing lot lots bit way day days time times today yesterday week weeks month months year "
    "years hour hours minute minutes people person anyone everyone someone one two three first last next another "
    "other others also even still just really very much many more most less quite ever never always often again "
    "back well maybe perhaps actually already around without within since please thanks thank however although "
    "though because every each own same new old would could should can can't don't didn't doesn't won't isn't wasn't "
    "couldn't wouldn't i'm i've it's that's there's they're we're you're hi hello yes able done sure happened happen "
    "especially lately recently currently overall basically definitely absolutely completely totally erased email "
    "number".split()
)


SMALL = FILLERS | NEGATORS | read_words("small_words.txt")


def phrases_of(text: str, covered: Iterable[tuple[int, int]] = ()) -> set[str]:
    """Distinct phrases. One whose own words all belong to a theme already is left out."""
    seen = scan(text)
    taken = list(covered)
    return {phrase for run in _runs(seen) for phrase in _in_run(seen, run, taken)}


def _runs(seen: Scanned) -> Iterator[list[int]]:
    """Places of words that stand in a row, without a mark between them."""
    run: list[int] = []
    for place, word in enumerate(seen.words):
        if word[0].isalpha():
            run.append(place)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _in_run(seen: Scanned, run: list[int], taken: list[tuple[int, int]]) -> Iterator[str]:
    book = wordbook()
    topical = {place: _is_topical(seen.words[place], book) for place in run}
    known = {place: _lies_in(seen.places[place], taken) for place in run if topical[place]}
    for first in range(len(run)):
        for length in range(1, LONGEST + 1):
            places = run[first : first + length]
            if len(places) < length:
                break
            own = [place for place in places if topical[place]]
            ends = topical[places[0]] and topical[places[-1]]
            if ends and not all(known[place] for place in own):
                yield " ".join(seen.words[place] for place in places)


def _is_topical(word: str, book) -> bool:
    """A word that says what it is about, rather than how it was."""
    if len(word) < SHORTEST_WORD or word in SMALL:
        return False
    told = book[word]
    return told is None or not (told.valence or told.degree)


def _lies_in(place: tuple[int, int], taken: list[tuple[int, int]]) -> bool:
    return any(start <= place[0] and place[1] <= end for start, end in taken)
