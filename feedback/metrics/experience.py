"""One scale for unlike questions, so that a journey can be drawn as one curve."""

from collections.abc import Mapping

from feedback.metrics.figure import Figure, Unit
from feedback.metrics.histogram import Histogram
from vocplatform.lib.stats import Moments, mean_interval

SCALES = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7), "rating": (1, 5)}


def position(kind: str, value: int) -> float:
    """Where an answer stands on its own scale: -100 is the worst, 0 the middle, 100 the best."""
    low, high = SCALES[kind]
    return 200 * (value - low) / (high - low) - 100


def experience_level(histograms: Mapping[str, Histogram]) -> Figure:
    """Return the mean position (-100 to 100) over kinds of questions, with Student's interval.

    A picture of highs and lows along a journey; it is no NPS and has no benchmark outside this house.
    """
    places: dict[float, float] = {}
    for kind, histogram in histograms.items():
        low, high = SCALES[kind]
        for value in range(low, high + 1):
            at = position(kind, value)
            places[at] = places.get(at, 0) + histogram.bins[value]
    moments = Moments.of(places)
    if moments is None:
        return Figure.no_answers(Unit.POINTS)
    interval = mean_interval(moments)
    return Figure.known(moments.mean, int(moments.n), interval and interval.within(-100, 100), Unit.POINTS)
