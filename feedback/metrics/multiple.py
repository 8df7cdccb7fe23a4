"""Many questions asked at once: some of them look clear by chance alone."""

from collections.abc import Sequence

FALSE_DISCOVERIES = 0.05  # of what is called clear, at most this share is expected to be chance


def adjusted(p_values: Sequence[float | None]) -> list[float | None]:
    """Return Benjamini-Hochberg's adjusted p for each test, in the given order; None stays None and is no test.

    Source: Y. Benjamini, Y. Hochberg, Journal of the Royal Statistical Society B 57, 1995.
    """
    tested = sorted((p, place) for place, p in enumerate(p_values) if p is not None)
    found: list[float | None] = [None] * len(p_values)
    least = 1.0
    for rank in range(len(tested), 0, -1):
        p, place = tested[rank - 1]
        least = min(least, p * len(tested) / rank)
        found[place] = least
    return found
