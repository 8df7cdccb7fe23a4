from dataclasses import dataclass

from feedback.analytics.filters import Filters
from feedback.analytics.privacy import Counted
from feedback.metrics.figure import Band, Metric
from feedback.metrics.first_contact import FCR_SAID
from feedback.metrics.sentiment import NOT_SCORED, SENTIMENT, WAITING


@dataclass(frozen=True, slots=True)
class Bar:
    """One answer value, or one band of values, with the responses behind it."""

    label: str
    count: int
    share: float
    mood: str
    rows: str


def bands(metric: Metric, counted: Counted, filters: Filters) -> list[Bar]:
    """Return one bar per band, empty where nothing may be shown."""
    if counted.is_too_small(metric):
        return []
    n = counted.histogram.between(*metric.scale)
    return [
        Bar(band.label, count, count / n, band.mood, _rows(metric, filters, band=band))
        for band, count in metric.counts(counted.histogram)
        if n
    ]


def distribution(metric: Metric, counted: Counted, filters: Filters) -> list[Bar]:
    """Return one bar per point of the scale; for comments one per label, and a yes and a no are named."""
    if metric in (SENTIMENT, FCR_SAID):
        return bands(metric, counted, filters)
    low, high = metric.scale
    n = counted.histogram.between(low, high)
    if counted.is_too_small(metric) or not n:
        return []
    return [
        Bar(
            str(value),
            counted.histogram.bins[value],
            counted.histogram.bins[value] / n,
            metric.band_of(value).mood,
            filters.narrowed(metric=metric.key, value=value).query(),
        )
        for value in range(low, high + 1)
    ]


def _rows(metric: Metric, filters: Filters, *, band: Band) -> str:
    return filters.narrowed(metric=metric.key, band=band.key).query()


@dataclass(frozen=True, slots=True)
class Unread:
    """Comments that have no label, and why: nobody can read the language, or the worker has not come round yet."""

    not_scored: int
    waiting: int
    not_scored_rows: str
    waiting_rows: str


def unread(counted: Counted, filters: Filters) -> Unread:
    bins = counted.histogram.bins
    return Unread(
        bins[NOT_SCORED],
        bins[WAITING],
        filters.narrowed(metric=SENTIMENT.key, band="not_scored").query(),
        filters.narrowed(metric=SENTIMENT.key, band="waiting").query(),
    )
