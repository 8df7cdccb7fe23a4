"""The numbers that put a comment beside its question and its score, for the second step of the model."""

from collections.abc import Sequence
from math import log

from .engine import Context
from .question import FAULTS, MERITS, asked_for
from .valence import Scan

LEAST = 1e-4

# A whole answer that says "there is nothing": what that means only the question knows.
NOTHING = frozenset(
    "nothing none no nope na n/a nil nada not never isn't any really at all so far that i can think of to add "
    "report say comes mind don't know unsure sure anything everything fine was as is it nor nowt much".split()
)
OPENERS = frozenset("nothing none no nope na nil nada not n isn't don't".split())
LONGEST = 8


def is_nothing(seen: Scan) -> bool:
    words = [word for word in seen.words if word[0].isalpha()]
    if not words or len(words) > LONGEST or words[0] not in OPENERS:
        return False
    return all(word in NOTHING for word in words)


def context_features(chances: Sequence[float], seen: Scan, context: Context) -> list[float]:
    """`chances` are those of the text alone, in the order negative, neutral, positive."""
    negative, neutral, positive = (log(chance + LEAST) for chance in chances)
    goodness = context.goodness
    known = goodness is not None
    level = goodness - 0.6 if known else 0.0  # 0.6 of a scale is where praise and blame are about as likely
    asked = asked_for(context.question) if context.question else ""
    nothing = is_nothing(seen)
    faults, merits = asked == FAULTS, asked == MERITS
    return [
        negative,
        neutral,
        positive,
        float(known),
        level,
        level * level,
        float(known and goodness < 0.4),
        float(known and goodness > 0.9),
        float(faults),
        float(merits),
        float(nothing and faults),
        float(nothing and merits),
        float(nothing and not faults and not merits),
        faults * negative,
        faults * positive,
        level * negative,
        level * positive,
        level * faults,
        level * merits,
    ]
