"""A scanned text as a row of numbers for the linear model. The order of NAMES is the order of the weights."""

import re
from math import log1p, sqrt

from .valence import Scan

DIGIT = re.compile(r"\d")
DURATIONS = frozenset("minute minutes min mins hour hours hr hrs day days week weeks month months year years".split())
WISHES = frozenset("should need needs needed could would wish must ought prefer suggest improve improvement".split())
COMPARATIVES = frozenset(
    "more less fewer quicker faster sooner earlier longer shorter bigger smaller larger easier clearer cheaper "
    "closer wider warmer cooler softer quieter cleaner healthier hotter nicer better".split()
)
IMPERATIVES = frozenset(
    "more less fewer have offer provide give make keep improve reduce increase add answer call ring listen "
    "communicate explain let allow get stop start send put bring fix change update train hire employ ensure faster "
    "quicker better bigger maybe perhaps larger longer shorter sooner earlier please speak talk contact consider "
    "open show tell treat try use work pay look see inform shorten speed hurry learn read return refund".split()
)
ASKING = frozenset("why how when where what who which is are do does did can could will would has have".split())
# A whole answer that answers nothing: "N/A", "Don't know", "See above", "No comment".
BLANKS = frozenset(
    "n a n/a na nil not applicable no comment comments don't know dont do idk i unsure sure can't say cannot opinion "
    "see above as below before same test testing yet used it haven't . ,".split()
)
BLANK_OPENERS = frozenset("n n/a na nil not no don't dont idk i unsure can't cannot see as same test testing".split())
LONGEST_BLANK = 4
NOTHING = frozenset("nothing none no na nil nope nowt".split())


def squash(total: float, alpha: float = 15.0) -> float:
    """A sum of valences between -1.0 and 1.0, as VADER does it."""
    return total / sqrt(total * total + alpha)


def features(text: str, seen: Scan) -> list[float]:
    hits, words = seen.hits, seen.words
    good = bad = after = lowest = highest = 0.0
    n_good = n_bad = n_tepid = 0
    by_sentence: dict[int, float] = {}
    for hit in hits:
        valence = hit.valence
        if valence > 0:
            good += valence
            n_good += 1
            if valence > highest:
                highest = valence
        else:
            bad -= valence
            n_bad += 1
            if valence < lowest:
                lowest = valence
        n_tepid += hit.is_tepid
        if hit.after_contrast:
            after += valence
            valence *= 1.5
        by_sentence[hit.sentence] = by_sentence.get(hit.sentence, 0.0) + valence
    scores = [squash(total) for total in by_sentence.values()]
    n_words = sum(map(str.isalpha, words))
    has_number = DIGIT.search(text) is not None
    has_duration = not DURATIONS.isdisjoint(words)
    n_wish = sum(map(WISHES.__contains__, words))
    n_more = sum(map(COMPARATIVES.__contains__, words))
    found = 1.0 if hits else 0.0
    n_scores = len(scores) or 1
    length = log1p(n_words)
    first = words[0] if words else ""
    net = good - bad
    return [
        squash(net),
        squash(net, 4.0),
        squash(good, 8.0),
        squash(bad, 8.0),
        sum(scores) / n_scores,
        min(scores, default=0.0),
        max(scores, default=0.0),
        scores[-1] if scores else 0.0,
        scores[0] if scores else 0.0,
        sum(score < -0.05 for score in scores) / n_scores,
        net / sqrt(n_words + 2),
        (n_good - n_bad) / (n_good + n_bad + 1),
        lowest / 4,
        highest / 4,
        squash(after),
        squash(good) * squash(bad),
        n_good / (n_words + 3) * 3,
        n_bad / (n_words + 3) * 3,
        hits[0].valence / 4 if hits else 0.0,
        hits[-1].valence / 4 if hits else 0.0,
        seen.negations / (n_words + 3),
        min(seen.negations, 4) / 4,
        min(seen.loose_negations, 3) / 3,
        found,
        length / 4,
        (1.0 - found) * length / 4,
        1.0 if "?" in text else 0.0,
        min(text.count("!"), 3) / 3,
        float(has_number),
        seen.shouted / (n_words + 3),
        1.0 if has_duration else 0.0,
        1.0 if has_duration and has_number else 0.0,
        min(n_wish, 3) / 3,
        min(n_more, 2) / 2,
        1.0 if first in IMPERATIVES else 0.0,
        1.0 if first in ASKING else 0.0,
        1.0 if first in NOTHING and n_words <= 3 else 0.0,
        1.0 if "..." in text or "…" in text else 0.0,
        min(n_tepid, 2) / 2,
        1.0 if n_tepid and n_tepid == len(hits) else 0.0,
        min(squash(good), squash(bad)),
        1.0 if "http" in seen.low else 0.0,
        1.0 if "?" in text and not hits else 0.0,
        1.0 if 0 < len(words) <= LONGEST_BLANK and words[0] in BLANK_OPENERS and BLANKS.issuperset(words) else 0.0,
    ]
