"""Logistic regression with a ridge, by iteratively reweighted least squares. Plain arrays, no database.

Source: A. E. Hoerl, R. W. Kennard, Technometrics 12, 1970 (ridge); S. le Cessie, J. C. van Houwelingen, "Ridge
estimators in logistic regression", Applied Statistics 41, 1992.
"""

from dataclasses import dataclass

import numpy as np

MOST_STEPS = 60
CLOSE_ENOUGH = 1e-10
LONGEST_MOVE = 4.0  # log odds: a longer step on nearly parted groups would overshoot


@dataclass(frozen=True)
class Logistic:
    """Slopes per standard deviation; a missing value stands at the mean of those who were known."""

    means: np.ndarray
    deviations: np.ndarray
    intercept: float
    slopes: np.ndarray

    def chances(self, rows: np.ndarray) -> np.ndarray:
        return _sigmoid(self.intercept + _standard(rows, self.means, self.deviations) @ self.slopes)

    def pulls(self, row: np.ndarray) -> np.ndarray:
        """By how many log odds each value moves the chance away from that of an average customer."""
        return _standard(row, self.means, self.deviations) * self.slopes


def fit_logistic(rows: np.ndarray, happened: np.ndarray, *, ridge: float = 1.0) -> Logistic:
    """Minimise the negative log likelihood plus `ridge` / 2 times the squared slopes; the intercept is free."""
    known = ~np.isnan(rows)
    counts = known.sum(axis=0)
    means = np.divide(np.where(known, rows, 0.0).sum(axis=0), counts, out=np.zeros(rows.shape[1]), where=counts > 0)
    filled = np.where(known, rows, means)
    deviations = filled.std(axis=0)
    deviations = np.where(deviations > 1e-12, deviations, 1.0)
    table = np.column_stack([np.ones(len(rows)), (filled - means) / deviations])
    penalty = np.diag([0.0, *([ridge] * rows.shape[1])])
    beta = np.zeros(table.shape[1])
    share = happened.mean()
    beta[0] = np.log(share / (1 - share)) if 0 < share < 1 else 0.0
    for _step in range(MOST_STEPS):
        chances = _sigmoid(table @ beta)
        weights = np.clip(chances * (1 - chances), 1e-10, None)
        slope = table.T @ (happened - chances) - penalty @ beta
        move = np.linalg.solve((table * weights[:, None]).T @ table + penalty, slope)
        beta = beta + np.clip(move, -LONGEST_MOVE, LONGEST_MOVE)
        if np.abs(move).max() < CLOSE_ENOUGH:
            break
    return Logistic(means, deviations, float(beta[0]), beta[1:])


def out_of_fold(
    rows: np.ndarray, happened: np.ndarray, *, folds: int = 5, seed: int = 0, ridge: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    """Return each row's chance from a model that did not see it, and the base rate of that model's own rows."""
    chances, base = np.zeros(len(rows)), np.zeros(len(rows))
    for held in _folds(happened, folds, seed):
        rest = np.ones(len(rows), dtype=bool)
        rest[held] = False
        model = fit_logistic(rows[rest], happened[rest], ridge=ridge)
        chances[held], base[held] = model.chances(rows[held]), happened[rest].mean()
    return chances, base


def _folds(happened: np.ndarray, folds: int, seed: int) -> list[np.ndarray]:
    """Shuffled, with as many of either sort in each."""
    random = np.random.default_rng(seed)
    number = np.zeros(len(happened), dtype=int)
    for sort in (0, 1):
        places = random.permutation(np.flatnonzero(happened == sort))
        number[places] = np.arange(len(places)) % folds
    return [np.flatnonzero(number == fold) for fold in range(folds)]


def _standard(rows: np.ndarray, means: np.ndarray, deviations: np.ndarray) -> np.ndarray:
    return (np.where(np.isnan(rows), means, rows) - means) / deviations


def _sigmoid(value: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(value / 2))
