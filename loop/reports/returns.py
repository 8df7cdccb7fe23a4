"""What better retention is worth against what the programme costs, from bands rather than from one hopeful number."""

from dataclasses import dataclass

import numpy as np
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loop.models import ReturnAssumptions
from vocplatform.lib.stats import Interval

DRAWS = 20_000
SEED = 4_020
SHARE_INSIDE = 0.9
PUBLISHED_POINTS = 5  # of retention, to which the published band of profit belongs


@dataclass(frozen=True, slots=True)
class Return:
    """Yearly money: gain less cost. `middle` half of the draws lie below; `interval` holds 90 of 100 of them.

    `break_even` is the lift in points that pays the middle cost with the middle of everything else; None for no worth.
    `replacing` is what it would cost to win as many customers as are kept, at the assumed ratio; None without one.
    `published` is the yearly profit gained if the published band held here. Neither is part of the return.
    """

    middle: float
    interval: Interval
    worst: float
    best: float
    chance_of_loss: float
    break_even: float | None
    replacing: Interval | None
    published: Interval


@dataclass(frozen=True, slots=True)
class Origin:
    """A number that is handed around, and who says so. None of them was measured here."""

    claim: str | Promise
    source: str


ORIGINS = (
    Origin(_("Winning a customer costs 6 to 7 times what keeping one does."), "OpenText, What is customer experience"),
    Origin(_("Winning a customer costs 5 times what keeping one does."), "Customer Experience Cheat Sheet"),
    Origin(_("5 points more retention bring 25 to 95 % more profit."), "OpenText, What is customer experience"),
)


def return_of(given: ReturnAssumptions) -> Return:
    """Every value inside a band is taken as equally likely, and bands as independent of each other.

    The lift counts for one year's customers and one year's value. Source: JCGM 101:2008, propagation by Monte Carlo.
    """
    chance = np.random.default_rng(SEED)

    def drawn(name: str) -> np.ndarray:
        return chance.uniform(getattr(given, f"{name}_low"), getattr(given, f"{name}_high"), DRAWS)

    worth = drawn("customers") * drawn("value") * drawn("margin") / 100
    lift, spent = drawn("lift"), drawn("cost")
    net = worth * lift / 100 - spent
    published = worth * lift / PUBLISHED_POINTS * drawn("profit") / 100
    # Keeping one costs `spent` / customers, and customers × lift / 100 are kept: the number of customers cancels out.
    replacing = None if given.ratio_low is None else _inner(spent * lift / 100 * drawn("ratio"))
    usual = float(np.median(worth))
    cost = (given.cost_low + given.cost_high) / 2
    return Return(
        middle=float(np.median(net)),
        interval=_inner(net),
        worst=_net(given, "low", "high"),
        best=_net(given, "high", "low"),
        chance_of_loss=float((net < 0).mean()),
        break_even=100 * cost / usual if usual else None,
        replacing=replacing,
        published=_inner(published),
    )


def _inner(draws: np.ndarray) -> Interval:
    low, high = np.quantile(draws, ((1 - SHARE_INSIDE) / 2, (1 + SHARE_INSIDE) / 2))
    return Interval(float(low), float(high))


def _net(given: ReturnAssumptions, end: str, cost_end: str) -> float:
    gain = 1.0
    for name in ("customers", "value", "margin", "lift"):
        gain *= getattr(given, f"{name}_{end}")
    return gain / 10_000 - getattr(given, f"cost_{cost_end}")
