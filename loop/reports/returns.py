"""What better retention is worth against what the programme costs, from bands rather than from one hopeful number."""

from dataclasses import dataclass

import numpy as np

from loop.models import ReturnAssumptions
from vocplatform.lib.stats import Interval

DRAWS = 20_000
SEED = 4_020
SHARE_INSIDE = 0.9


@dataclass(frozen=True, slots=True)
class Return:
    """Yearly money: gain less cost. `middle` half of the draws lie below; `interval` holds 90 of 100 of them.

    `break_even` is the lift in points that pays the middle cost with the middle of everything else; None for no worth.
    """

    middle: float
    interval: Interval
    worst: float
    best: float
    chance_of_loss: float
    break_even: float | None


def return_of(given: ReturnAssumptions) -> Return:
    """Every value inside a band is taken as equally likely, and bands as independent of each other.

    The lift counts for one year's customers and one year's value. Source: JCGM 101:2008, propagation by Monte Carlo.
    """
    chance = np.random.default_rng(SEED)

    def drawn(name: str) -> np.ndarray:
        return chance.uniform(getattr(given, f"{name}_low"), getattr(given, f"{name}_high"), DRAWS)

    worth = drawn("customers") * drawn("value") * drawn("margin") / 100
    net = worth * drawn("lift") / 100 - drawn("cost")
    low, middle, high = np.quantile(net, ((1 - SHARE_INSIDE) / 2, 0.5, (1 + SHARE_INSIDE) / 2))
    usual = float(np.median(worth))
    cost = (given.cost_low + given.cost_high) / 2
    return Return(
        middle=float(middle),
        interval=Interval(float(low), float(high)),
        worst=_net(given, "low", "high"),
        best=_net(given, "high", "low"),
        chance_of_loss=float((net < 0).mean()),
        break_even=100 * cost / usual if usual else None,
    )


def _net(given: ReturnAssumptions, end: str, cost_end: str) -> float:
    gain = 1.0
    for name in ("customers", "value", "margin", "lift"):
        gain *= getattr(given, f"{name}_{end}")
    return gain / 10_000 - getattr(given, f"cost_{cost_end}")
