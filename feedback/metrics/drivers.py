"""How much of an outcome goes along with each driver: an association, never a proof of cause.

Two methods that share R² out fairly among correlated drivers, each with a percentile bootstrap interval:
* relative weights: J. W. Johnson, "A heuristic method for estimating the relative weight of predictor variables in
  multiple regression", Multivariate Behavioral Research 35 (2000);
* LMG or Shapley value: R. H. Lindeman, P. F. Merenda, R. Z. Gold, "Introduction to Bivariate and Multivariate
  Analysis" (1980).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import factorial

import numpy as np

EXACT_UP_TO = 18  # drivers; above, Shapley values are averaged over random orders
EXACT_SAMPLES_UP_TO = 11  # drivers; above, bootstrap samples are averaged over fewer random orders
ORDERS, ORDERS_PER_SAMPLE = 2_000, 100
SMALLEST_EIGENVALUE = 1e-10
TOLD_BY_OTHERS = 0.9  # R² of a driver on the other drivers, from which on their shares are hard to tell apart
ROWS_PER_DRIVER = 10
CHUNK_BYTES = 64_000_000


class TooFewRows(Exception):
    """Fewer complete rows than the drivers need."""


@dataclass(frozen=True)
class Driver:
    """Shares of R² in percent (0 to 100, adding up to 100) with their intervals; rank 1 is the strongest by Shapley.

    `rank_stability` is the share (0 to 1) of bootstrap samples in which the driver keeps its rank.
    """

    name: str
    shapley_percent: float
    johnson_percent: float
    shapley_interval: tuple[float, float]
    johnson_interval: tuple[float, float]
    correlation: float
    rank: int
    rank_interval: tuple[int, int]
    rank_stability: float = 0.0


@dataclass(frozen=True)
class DriverAnalysis:
    n: int
    left_out: int
    r_squared: float
    drivers: tuple[Driver, ...]
    warnings: tuple[str, ...] = ()


def analyse_drivers(
    names: Sequence[str],
    rows: np.ndarray,
    outcome: np.ndarray,
    *,
    samples: int = 1_000,
    confidence: float = 0.95,
    seed: int = 20_000,
    progress: Callable[[int], object] = lambda samples: None,
) -> DriverAnalysis:
    """Share R² out among the columns of `rows`; NaN is missing, and a row with a missing value is left out.

    `progress` is told how many bootstrap samples were drawn since it was told last. Raises TooFewRows below twice as
    many complete rows as drivers plus two.
    """
    complete = ~(np.isnan(rows).any(axis=1) | np.isnan(outcome))
    table = np.column_stack([rows[complete], outcome[complete]]).astype(float)
    n, count = len(table), len(names)
    if n < 2 * count + 2:
        raise TooFewRows(f"{n} complete rows are too few for {count} drivers; {2 * count + 2} are needed.")
    centred = table - table.mean(axis=0)
    moving = centred.std(axis=0) > 1e-12
    if not moving[-1]:
        raise TooFewRows("Every outcome is the same, so nothing goes along with it.")
    used = [name for name, moves in zip(names, moving[:-1], strict=True) if moves]
    if not used:
        raise TooFewRows("Every driver is constant, so nothing can go along with the outcome.")
    constant = [f"{name} is the same in every row." for name in names if name not in used]
    data = centred[:, moving]
    correlations = _correlations(data, np.ones((1, n)))[0]
    split = _Splitter(len(used), seed)
    point = split.point(correlations[None])
    spread = _bootstrap(data, split, samples=samples, seed=seed, progress=progress)
    spread = split.centred(spread, point, correlations[None])
    return DriverAnalysis(
        n=n,
        left_out=int((~complete).sum()),
        r_squared=float(point.r_squared[0]),
        drivers=tuple(_drivers(list(names), used, correlations, point, spread, confidence)),
        warnings=(*constant, *_overlaps(used, correlations[:-1, :-1]), *_few(n, len(used))),
    )


def _overlaps(names: Sequence[str], inner: np.ndarray) -> list[str]:
    """Drivers that the other drivers tell almost entirely, by R² = 1 - 1 / (the diagonal of the inverse)."""
    if len(names) < 2:
        return []
    steady = np.linalg.inv(inner + np.eye(len(names)) * 1e-9)
    told = 1 - 1 / np.diag(steady)
    return [
        f"The other drivers tell {100 * share:.0f} % of {name}: read them together, not against each other."
        for name, share in zip(names, told, strict=True)
        if share > TOLD_BY_OTHERS
    ]


def _few(n: int, count: int) -> list[str]:
    if n >= ROWS_PER_DRIVER * count:
        return []
    return [f"{n} rows are few for {count} drivers: another sample may give quite other shares."]


@dataclass(frozen=True)
class _Shares:
    r_squared: np.ndarray
    shapley: np.ndarray
    johnson: np.ndarray


def _correlations(data: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """One correlation matrix per row of weights (how often each data row was drawn)."""
    totals = weights.sum(axis=1)
    means = weights @ data / totals[:, None]
    products = np.einsum("bn,ni,nj->bij", weights, data, data, optimize=True) / totals[:, None, None]
    covariance = products - means[:, :, None] * means[:, None, :]
    deviation = np.sqrt(np.clip(np.einsum("bii->bi", covariance), 1e-18, None))
    return covariance / (deviation[:, :, None] * deviation[:, None, :])


def _bootstrap(
    data: np.ndarray, split: "_Splitter", *, samples: int, seed: int, progress: Callable[[int], object]
) -> _Shares:
    random = np.random.default_rng(seed)
    n, width = data.shape
    step = max(1, min(samples, CHUNK_BYTES // (8 * n * width), CHUNK_BYTES // split.bytes_per_sample))
    parts = []
    for start in range(0, samples, step):
        draws = random.multinomial(n, np.full(n, 1 / n), size=min(step, samples - start)).astype(float)
        parts.append(split.sample(_correlations(data, draws)))
        progress(len(draws))
    return _Shares(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in ("r_squared", "shapley", "johnson"))
    )


class _Splitter:
    """Turns correlation matrices (drivers first, outcome last) into shares: exactly, or over random orders."""

    def __init__(self, count: int, seed: int) -> None:
        self.count = count
        self.weights = _shapley_weights(count) if count <= EXACT_UP_TO else None
        self.samples_exactly = count <= EXACT_SAMPLES_UP_TO
        random = np.random.default_rng(seed)
        drawn = [] if self.samples_exactly else [random.permutation(count) for _ in range(ORDERS // 2)]
        self.orders = [order for each in drawn for order in (each, each[::-1])]  # antithetic pairs steady the mean

    @property
    def bytes_per_sample(self) -> int:
        return 8 * 3 * 2**self.count if self.samples_exactly else 8 * self.count**2

    def point(self, correlations: np.ndarray) -> _Shares:
        return self._shares(correlations, exactly=self.weights is not None, orders=self.orders)

    def sample(self, correlations: np.ndarray) -> _Shares:
        return self._shares(correlations, exactly=self.samples_exactly, orders=self.orders[:ORDERS_PER_SAMPLE])

    def centred(self, spread: _Shares, point: _Shares, correlations: np.ndarray) -> _Shares:
        """Take away what the fewer orders of the samples alone have moved."""
        moved = self.sample(correlations).shapley - point.shapley
        return _Shares(spread.r_squared, spread.shapley - moved, spread.johnson)

    def _shares(self, correlations: np.ndarray, *, exactly: bool, orders: Sequence[np.ndarray]) -> _Shares:
        inner, outer = correlations[:, :-1, :-1], correlations[:, :-1, -1]
        johnson = _relative_weights(inner, outer)
        r_squared = np.clip(johnson.sum(axis=1), 0.0, 1.0)
        shapley = _all_fits(inner, outer) @ self.weights if exactly else _mean_gains(inner, outer, orders)
        return _Shares(r_squared, shapley, johnson)


def _shapley_weights(count: int) -> np.ndarray:
    """By how much the fit of each subset (its number in binary) enters the share of each driver."""
    subsets = np.arange(2**count)
    sizes = np.array([int(subset).bit_count() for subset in subsets])
    gains = np.array([factorial(size) * factorial(count - size - 1) / factorial(count) for size in range(count)] + [0])
    has = (subsets[:, None] >> np.arange(count)) & 1 == 1
    return np.where(has, gains[sizes - 1][:, None], -gains[sizes][:, None])


def _all_fits(inner: np.ndarray, outer: np.ndarray) -> np.ndarray:
    """R² of the regression on every subset of the drivers: one driver after the other is left out, or swept out.

    A driver that follows from those before it adds nothing. Source: J. H. Goodnight, "A Tutorial on the SWEEP
    Operator", The American Statistician 33 (1979).
    """
    outcome = np.concatenate([outer[:, None, :], np.ones((len(outer), 1, 1))], axis=2)
    rest = np.concatenate([np.concatenate([inner, outer[..., None]], axis=2), outcome], axis=1)[:, None]
    for _driver in range(outer.shape[1]):
        pivot, column, without = rest[..., :1, :1], rest[..., 1:, :1], rest[..., 1:, 1:]
        adds = pivot > SMALLEST_EIGENVALUE
        swept = without - np.where(adds, column, 0.0) * np.swapaxes(column, -1, -2) / np.where(adds, pivot, 1.0)
        rest = np.concatenate([without, swept], axis=1)
    return 1 - rest[..., 0, 0]


def _mean_gains(inner: np.ndarray, outer: np.ndarray, orders: Sequence[np.ndarray]) -> np.ndarray:
    """Average gains over random orders; one Cholesky factor of a reordered matrix holds every nested fit."""
    shares = np.zeros_like(outer)
    steady = inner + np.eye(outer.shape[1]) * 1e-9
    for order in orders:
        factor = np.linalg.cholesky(steady[:, order][:, :, order])
        shares[:, order] += np.linalg.solve(factor, outer[:, order][..., None])[..., 0] ** 2
    return shares / len(orders)


def _relative_weights(inner: np.ndarray, outer: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh(inner)
    roots = np.sqrt(np.clip(values, 0.0, None))
    inverse = np.where(roots > np.sqrt(SMALLEST_EIGENVALUE), 1 / np.where(roots > 0, roots, 1), 0.0)
    bridge = np.einsum("bik,bk,bjk->bij", vectors, roots, vectors)
    back = np.einsum("bik,bk,bjk->bij", vectors, inverse, vectors)
    slopes = np.einsum("bij,bj->bi", back, outer)
    return np.einsum("bij,bj->bi", bridge**2, slopes**2)


def _percent(shares: np.ndarray) -> np.ndarray:
    clipped = np.clip(shares, 0.0, None)
    total = clipped.sum(axis=1, keepdims=True)
    return 100 * np.divide(clipped, total, out=np.full_like(clipped, 0.0), where=total > 0)


def _drivers(names, used, correlations, point: _Shares, spread: _Shares, confidence: float):
    edges = [50 * (1 - confidence), 50 * (1 + confidence)]
    shapley, johnson = _percent(point.shapley)[0], _percent(point.johnson)[0]
    drawn = _percent(spread.shapley)
    shapley_low, shapley_high = np.percentile(drawn, edges, axis=0)
    johnson_low, johnson_high = np.percentile(_percent(spread.johnson), edges, axis=0)
    ranks = (-shapley).argsort(kind="stable").argsort() + 1
    drawn_ranks = (-drawn).argsort(axis=1, kind="stable").argsort(axis=1) + 1
    rank_low, rank_high = np.percentile(drawn_ranks, edges, axis=0, method="nearest")
    stability = (drawn_ranks == ranks).mean(axis=0)
    for name in names:
        if name not in used:
            yield Driver(name, 0.0, 0.0, (0.0, 0.0), (0.0, 0.0), 0.0, len(names), (len(names), len(names)))
            continue
        at = used.index(name)
        yield Driver(
            name=name,
            shapley_percent=float(shapley[at]),
            johnson_percent=float(johnson[at]),
            shapley_interval=(float(shapley_low[at]), float(shapley_high[at])),
            johnson_interval=(float(johnson_low[at]), float(johnson_high[at])),
            correlation=float(correlations[at, -1]),
            rank=int(ranks[at]),
            rank_interval=(int(rank_low[at]), int(rank_high[at])),
            rank_stability=float(stability[at]),
        )
