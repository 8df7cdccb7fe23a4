"""Recency, frequency and value as scores from 1 to 5: in which fifth of all customers somebody stands.

Source: A. M. Hughes, Strategic Database Marketing, 1994. Equal values get equal scores, so the fifths may differ in
size: who came once must not be told apart by chance from who came once.
"""

import numpy as np


def fifths(values: np.ndarray) -> np.ndarray:
    """Return 1 (lowest) to 5 (highest) by the share of values below, ties counted half. Missing values get 0."""
    scores = np.zeros(len(values), dtype=int)
    known = ~np.isnan(values)
    given = values[known]
    if not len(given):
        return scores
    ordered = np.sort(given)
    below = np.searchsorted(ordered, given, side="left")
    equal = np.searchsorted(ordered, given, side="right") - below
    scores[known] = np.minimum(5, 1 + np.floor(5 * (below + equal / 2) / len(given))).astype(int)
    return scores


def rfm_scores(silent_days: np.ndarray, events: np.ndarray, value: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return recency, frequency and value scores; the fewer days of silence, the higher the recency."""
    return fifths(-silent_days), fifths(events), fifths(value)
