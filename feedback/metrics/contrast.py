"""Is a driver a must-be or a delight? What low ratings cost the outcome against what top ratings add to it.

Penalty-reward contrast: the outcome is regressed on two marks per driver, "rated low" and "rated at the top", with the
ratings between as the base. An association, as every regression of answers on answers is.
Sources: D. R. Brandt, "A procedure for identifying value-enhancing service components using customer satisfaction
survey data", Add Value to Your Service, American Marketing Association, 1987; J. Mikulić, D. Prebežac, "A critical
review of techniques for classifying quality attributes in the Kano model", Managing Service Quality 21, 2011.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

LOW_BELOW, TOP_FROM = 40.0, 90.0  # places from 0 to 100 on the driver's own scale
LEAST_RATINGS = 10  # of either sort: fewer tell nothing about that side
RIDGE = 1e-9
CHUNK_BYTES = 64_000_000


class Nature(StrEnum):
    MUST_BE = "must_be"
    ONE_DIMENSIONAL = "one_dimensional"
    ATTRACTIVE = "attractive"
    NO_LINK = "no_link"
    UNCLEAR = "unclear"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class Contrast:
    """`penalty` is what the outcome loses where the driver is rated low, `reward` what it gains at the top.

    Both in points of the outcome's scale, positive where they are as the word says, with percentile intervals; None
    where too few rated so. `asymmetry` is penalty less reward.
    """

    name: str
    low: int
    top: int
    penalty: float | None
    penalty_interval: tuple[float, float] | None
    reward: float | None
    reward_interval: tuple[float, float] | None
    asymmetry_interval: tuple[float, float] | None
    nature: Nature


def penalty_reward(
    names: Sequence[str],
    places: np.ndarray,
    outcome: np.ndarray,
    *,
    samples: int = 1_000,
    confidence: float = 0.95,
    seed: int = 20_000,
) -> tuple[Contrast, ...]:
    """`places` has one column per driver, from 0 (worst) to 100 (best); rows with a missing value are left out."""
    complete = ~(np.isnan(places).any(axis=1) | np.isnan(outcome))
    places, outcome = places[complete], outcome[complete].astype(float)
    low, top = places < LOW_BELOW, places >= TOP_FROM
    marks = np.concatenate([low, top], axis=1).astype(float)
    # A side that nearly everybody or nearly nobody is on has nothing to be compared with.
    usable = (marks.sum(axis=0) >= LEAST_RATINGS) & ((1 - marks).sum(axis=0) >= LEAST_RATINGS)
    count = len(names)
    point, drawn = _slopes(marks[:, usable], outcome, samples, seed)
    loss, gain = np.full(count, np.nan), np.full(count, np.nan)
    losses, gains = np.full((samples, count), np.nan), np.full((samples, count), np.nan)
    for column, place in enumerate(np.flatnonzero(usable)):
        if place < count:
            loss[place], losses[:, place] = -point[column], -drawn[:, column]
        else:
            gain[place - count], gains[:, place - count] = point[column], drawn[:, column]
    edges = [50 * (1 - confidence), 50 * (1 + confidence)]
    return tuple(
        _contrast(
            name, int(low[:, at].sum()), int(top[:, at].sum()), loss[at], gain[at], losses[:, at], gains[:, at], edges
        )
        for at, name in enumerate(names)
    )


def _slopes(marks: np.ndarray, outcome: np.ndarray, samples: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Least squares slopes without the constant: of the rows themselves, and of each bootstrap sample."""
    n, width = marks.shape
    if not n or not width:
        return np.zeros(width), np.zeros((samples, width))
    table = np.column_stack([np.ones(n), marks])
    random = np.random.default_rng(seed)
    point = _solve(table, outcome, np.ones((1, n)))[0]
    step = max(1, min(samples, CHUNK_BYTES // (8 * n * (width + 1))))
    drawn = [
        _solve(table, outcome, random.multinomial(n, np.full(n, 1 / n), size=min(step, samples - start)).astype(float))
        for start in range(0, samples, step)
    ]
    return point[1:], np.concatenate(drawn)[:, 1:]


def _solve(table: np.ndarray, outcome: np.ndarray, weights: np.ndarray) -> np.ndarray:
    squares = np.einsum("bn,ni,nj->bij", weights, table, table, optimize=True)
    products = (weights * outcome) @ table
    steady = squares + RIDGE * np.eye(table.shape[1]) * weights.sum(axis=1)[:, None, None]
    return np.linalg.solve(steady, products[..., None])[..., 0]


def _contrast(name, low, top, loss, gain, losses, gains, edges) -> Contrast:
    def interval(drawn: np.ndarray) -> tuple[float, float] | None:
        return None if np.isnan(drawn).any() else tuple(float(edge) for edge in np.percentile(drawn, edges))

    penalty, reward, asymmetry = interval(losses), interval(gains), interval(losses - gains)
    return Contrast(
        name=name,
        low=low,
        top=top,
        penalty=None if penalty is None else float(loss),
        penalty_interval=penalty,
        reward=None if reward is None else float(gain),
        reward_interval=reward,
        asymmetry_interval=asymmetry,
        nature=_nature(penalty, reward, asymmetry),
    )


def _nature(penalty, reward, asymmetry) -> Nature:
    """A word only where the intervals carry it."""
    if asymmetry is None:
        return Nature.CANNOT_TELL
    hurts, delights = penalty[0] > 0, reward[0] > 0
    if hurts and asymmetry[0] > 0:
        return Nature.MUST_BE
    if delights and asymmetry[1] < 0:
        return Nature.ATTRACTIVE
    if hurts and delights:
        return Nature.ONE_DIMENSIONAL
    return Nature.UNCLEAR if hurts or delights else Nature.NO_LINK
