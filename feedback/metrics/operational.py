"""What customers did, rather than what they said: every formula over facts of events, without a database.

docs/metrics.md gives formulas and sources. Where something may still happen, it is counted for as long as it was seen.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from feedback.metrics.figure import Caution, Figure, Unit
from feedback.metrics.rates import rate
from feedback.metrics.resampling import bootstrap_interval, poisson_interval, quantile, quantile_interval
from feedback.metrics.survival import Watched, remaining
from vocplatform.lib.stats import Interval, normal_quantile, wilson_interval

SECONDS_PER_HOUR = 3600
DAYS_PER_MONTH = 30
FINISHED_WITHIN_DAYS = 7
BOUGHT_WITHIN_DAYS = 1
SAVED_FOR_DAYS = 90


def first_contact_resolution(at_first_contact: Sequence[bool]) -> Figure:
    """Return the percentage of resolved contacts that the first contact solved, with Wilson's interval."""
    return rate(sum(at_first_contact), len(at_first_contact))


def mean_response_time(seconds: Sequence[float]) -> Figure:
    """Return the mean wait in hours; waits are skewed, so the interval is a bootstrap."""
    if not seconds:
        return Figure.cannot_tell(Unit.HOURS)
    hours = [each / SECONDS_PER_HOUR for each in seconds]
    interval = bootstrap_interval([[each] for each in hours], _first_mean)
    return Figure.known(math.fsum(hours) / len(hours), len(hours), interval, Unit.HOURS)


def response_time_quantile(seconds: Sequence[float], share: float) -> Figure:
    """Return the hours within which `share` of all had a first response."""
    return _quantile([each / SECONDS_PER_HOUR for each in seconds], share, Unit.HOURS)


def service_level(waits: Sequence[float], lost: int, *, within_seconds: float) -> Figure:
    """Return the percentage of contacts answered in time, with Wilson's interval.

    Who gave up while waiting was not answered in time. Source: B. Cleveland, Call Center Management on Fast Forward,
    2012, who names this and the other ways of counting those who gave up.
    """
    return rate(sum(wait <= within_seconds for wait in waits), len(waits) + lost)


def mean_handle_time(seconds: Sequence[float]) -> Figure:
    """Return mean seconds from answering to closing a contact; skewed, so the interval is a bootstrap."""
    if not seconds:
        return Figure.cannot_tell(Unit.SECONDS)
    interval = bootstrap_interval([[each] for each in seconds], _first_mean)
    return Figure.known(math.fsum(seconds) / len(seconds), len(seconds), interval, Unit.SECONDS)


def handle_time_quantile(seconds: Sequence[float], share: float) -> Figure:
    return _quantile(seconds, share, Unit.SECONDS)


def median_bounce_time(seconds: Sequence[float]) -> Figure:
    return _quantile(seconds, 0.5, Unit.SECONDS)


def _quantile(values: Iterable[float], share: float, unit: Unit) -> Figure:
    ordered = sorted(values)
    if not ordered:
        return Figure.cannot_tell(unit)
    return Figure.known(quantile(ordered, share), len(ordered), quantile_interval(ordered, share), unit)


def given_up_share(given_up: int, finished: int) -> Figure:
    """Return the percentage of ended processes that customers gave up."""
    return rate(given_up, given_up + finished)


def done_within(spells: Sequence[Watched], days: float) -> Figure:
    """Return the percentage for whom it happened within so many days (`left`: it happened), by Kaplan and Meier.

    "Cannot tell" where nobody has been watched for that long.
    """
    left = _left_after(spells, days)
    if left is None:
        return Figure.cannot_tell(Unit.PERCENT)
    share, interval, _variance = left
    return Figure.known(
        100 * (1 - share), len(spells), interval and Interval(1 - interval.high, 1 - interval.low).scaled(100),
        Unit.PERCENT,
    )  # fmt: skip


def not_done_within(spells: Sequence[Watched], days: float) -> Figure:
    done = done_within(spells, days)
    if not done.is_known:
        return done
    ends = done.interval and Interval(100 - done.interval.high, 100 - done.interval.low)
    return replace(done, value=100 - done.value, interval=ends)


def _left_after(spells: Sequence[Watched], days: float) -> tuple[float, Interval | None, float] | None:
    """The share still without it, its interval (at the very ends Wilson's) and its variance."""
    (found,) = remaining(spells, [days]) if spells else [None]
    if found is None:
        return None
    interval = found.interval
    if interval is None and found.watched:
        interval = wilson_interval(round(found.share * found.watched), found.watched)
    return found.share, interval, _greenwood(spells, days)


def _greenwood(spells: Sequence[Watched], days: float) -> float:
    """The variance of the share that is left. Source: M. Greenwood, The Natural Duration of Cancer, 1926."""
    ordered = sorted(spells, key=lambda each: (each.days, not each.left))
    share, total = 1.0, 0.0
    for place, each in enumerate(ordered):
        if not each.left or each.days > days:
            continue
        at_risk = len(ordered) - place
        share *= 1 - 1 / at_risk
        total += 1 / (at_risk * (at_risk - 1)) if at_risk > 1 else 0.0
    return share * share * total


@dataclass(frozen=True, slots=True)
class Custom:
    """One customer in the period: days of being one, whether she cancelled, what she spent, whether she referred."""

    days: float
    cancelled: bool = False
    spent: float = 0.0
    purchases: int = 0
    referrals: int = 0


def monthly_churn(customers: Sequence[Custom]) -> Figure:
    """Return the percentage of customers lost in 30 days: 1 - exp(-cancellations per customer and 30 days).

    Customers count from their first day to their last in the period, so that those who came late are not held to a
    whole month. Interval: Garwood's exact limits of the rate.
    """
    months, cancelled = _exposure(customers)
    interval = poisson_interval(cancelled, months)
    if interval is None:
        return Figure.cannot_tell(Unit.PERCENT)
    return Figure.known(
        _lost(cancelled / months), len(customers), Interval(_lost(interval.low), _lost(interval.high)), Unit.PERCENT
    )


def _exposure(customers: Sequence[Custom]) -> tuple[float, int]:
    return math.fsum(each.days for each in customers) / DAYS_PER_MONTH, sum(each.cancelled for each in customers)


def _lost(rate_per_month: float) -> float:
    return -100 * math.expm1(-rate_per_month)


def lifetime_value(customers: Sequence[Custom], *, margin_percent: float) -> Figure:
    """Return margin x revenue per customer-month / cancellations per customer-month.

    "Cannot tell" while nobody has cancelled: then the lifetime has no end. Interval: bootstrap over customers, which
    draws spending and leaving together. Source: S. Gupta, D. R. Lehmann, Journal of Interactive Marketing 17, 2003.
    """
    _months, cancelled = _exposure(customers)
    if not cancelled:
        return Figure.cannot_tell(Unit.MONEY)
    rows = [[each.spent * margin_percent / 100, float(each.cancelled)] for each in customers]
    value = math.fsum(row[0] for row in rows) / cancelled
    return Figure.known(value, len(customers), bootstrap_interval(rows, _ratio), Unit.MONEY)


def _ratio(means: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return means[:, 0] / means[:, 1]


def _first_mean(means: np.ndarray) -> np.ndarray:
    return means[:, 0]


def revenue_per_customer(customers: Sequence[Custom]) -> Figure:
    """Return the mean of what those who bought spent; amounts are skewed, so the interval is a bootstrap."""
    spent = [each.spent for each in customers if each.purchases]
    if not spent:
        return Figure.cannot_tell(Unit.MONEY)
    interval = bootstrap_interval([[each] for each in spent], _first_mean)
    return Figure.known(math.fsum(spent) / len(spent), len(spent), interval, Unit.MONEY)


def referral_rate(customers: Sequence[Custom]) -> Figure:
    """Return the percentage of customers with a purchase or a referral in the period who referred somebody."""
    active = [each for each in customers if each.purchases or each.referrals]
    return rate(sum(1 for each in active if each.referrals), len(active))


def customer_saves(offered: Sequence[Watched], compared: Sequence[Watched]) -> Figure:
    """Return points: share kept for 90 days after an offer, less the same among those at risk who got none.

    Both by Kaplan and Meier, with Greenwood's variances added. "Cannot tell" without anybody to compare with.
    """
    with_offer, without = _left_after(offered, SAVED_FOR_DAYS), _left_after(compared, SAVED_FOR_DAYS)
    if with_offer is None or without is None:
        return Figure.cannot_tell(Unit.POINTS)
    difference = 100 * (with_offer[0] - without[0])
    half = 100 * normal_quantile() * math.sqrt(with_offer[2] + without[2])
    interval = Interval(difference - half, difference + half).within(-100, 100) if half else None
    return Figure.known(difference, len(offered) + len(compared), interval, Unit.POINTS)


def kept_share(spells: Sequence[Watched]) -> Figure:
    return not_done_within(spells, SAVED_FOR_DAYS)


def enough(figure: Figure, minimum_n: int) -> Figure:
    """A figure of fewer than the minimum says that it cannot tell, and keeps its n."""
    if not figure.is_known or figure.n >= minimum_n:
        return figure
    return replace(Figure.cannot_tell(figure.unit), n=figure.n, cautions=(Caution.FEW_ANSWERS,))
