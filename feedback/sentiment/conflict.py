"""Score and comment that disagree: one of the two was misread, or the score was meant the other way round."""

from .engine import NEGATIVE, POSITIVE

COMMENT_IS_WORSE, GOOD_SCORE, SURELY_BAD = "comment_is_worse", 0.75, 0.6
COMMENT_IS_BETTER, BAD_SCORE, SURELY_GOOD = "comment_is_better", 0.4, 0.75
CONFLICTS = (COMMENT_IS_WORSE, COMMENT_IS_BETTER)


def conflict_of(goodness: float | None, p_negative: float, p_positive: float) -> str:
    """Which way they disagree, or "". `goodness` is the score from 0.0 to 1.0, the chances are of the words alone."""
    if goodness is None:
        return ""
    if goodness >= GOOD_SCORE and p_negative >= SURELY_BAD:
        return COMMENT_IS_WORSE
    if goodness <= BAD_SCORE and p_positive >= SURELY_GOOD:
        return COMMENT_IS_BETTER
    return ""


def conflict_with(goodness: float | None, label: str) -> str:
    """The same where a person has said what the comment means."""
    return conflict_of(goodness, float(label == NEGATIVE), float(label == POSITIVE))
