"""What was learned, read from a file: see benchmarks/train_sentiment.py for how and from what."""

from functools import cache
from typing import NamedTuple

import numpy as np

from .blocks import Block, LetterBlock
from .data import FOLDER

WEIGHTS = "weights.npz"
FARTHEST = 6.0  # standard deviations; what lies further out was never seen while learning


class Layer(NamedTuple):
    """A multinomial logistic regression: one row of weights per class in the order negative, neutral, positive."""

    weights: np.ndarray
    bias: np.ndarray

    def __call__(self, rows: np.ndarray) -> np.ndarray:
        """One row per text. Not `@`: the threads of a BLAS spend more time on a few hundred rows than they save."""
        return np.einsum("ij,kj->ik", rows, self.weights) + self.bias


class Net(NamedTuple):
    """The same on a few dozen learned mixtures of the inputs instead of the inputs themselves."""

    mean: np.ndarray
    scale: np.ndarray
    mixing: Layer
    output: Layer

    def __call__(self, rows: np.ndarray) -> np.ndarray:
        standard = np.clip((rows - self.mean) * self.scale, -FARTHEST, FARTHEST)
        return self.output(np.maximum(self.mixing(standard), 0.0))


class Weights(NamedTuple):
    version: str
    words: Block
    letters: LetterBlock
    shapes: Block
    text: Net
    context: Layer
    word_pull: tuple[float, float]  # what a step in the two scores of the words is worth on average, in log odds


def chances_of(log_odds: np.ndarray) -> np.ndarray:
    """Each row as chances that sum to 1."""
    raised = np.exp(log_odds - log_odds.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


@cache
def load_weights() -> Weights:
    with np.load(FOLDER / WEIGHTS) as stored:
        return Weights(
            version=str(stored["version"]),
            words=Block(*_block(stored, "words")),
            letters=LetterBlock(*_block(stored, "letters")),
            shapes=Block(*_block(stored, "shapes")),
            text=Net(stored["mean"], stored["scale"], _layer(stored, "mixing"), _layer(stored, "output")),
            context=_layer(stored, "context"),
            word_pull=tuple(stored["word_pull"].tolist()),
        )


def _layer(stored, name: str) -> Layer:
    return Layer(stored[f"{name}_weights"], stored[f"{name}_bias"])


def _block(stored, name: str) -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray]:
    """Weights are whole numbers of a step, which keeps the file small."""
    pieces = stored[f"{name}_pieces"].tobytes().decode().split("\n")
    weights = stored[f"{name}_weights"].astype(np.float64) * float(stored[f"{name}_step"])
    return pieces, stored[f"{name}_idf"].astype(np.float64), weights, stored[f"{name}_bias"]
