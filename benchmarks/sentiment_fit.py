"""Fitting the weights of feedback.sentiment: needs scikit-learn, which the product at run time does not."""

import zlib
from collections.abc import Iterable
from functools import cache
from itertools import chain
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix, diags
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

from benchmarks.sentiment_data import ENGLISH, LABELS, NO_LESSON, TRADES, WRITTEN, Comment
from feedback.sentiment.blocks import Block, LetterBlock
from feedback.sentiment.context import context_features
from feedback.sentiment.domain import look, text_rows
from feedback.sentiment.engine import Context
from feedback.sentiment.features import features
from feedback.sentiment.grams import is_spelled, letter_grams, rows_of_symbols, shape_of, words_of
from feedback.sentiment.markup import unmarked
from feedback.sentiment.valence import Scan
from feedback.sentiment.weights import FARTHEST, Layer, Net, Weights, chances_of

NEGATIVE, NEUTRAL, POSITIVE = range(3)
LESSONS = (*LABELS, NO_LESSON)
BAGS = ("words", "letters", "shapes")
WORD_COLUMNS = (-6, -5)  # of the net's inputs: the scores of the first bag
SCALE = (1.0, 5.0)  # of the only set with scores


class Settings(NamedTuple):
    rarest: int  # a piece in fewer comments is left out
    strength: float  # the inverse of the regularisation


SETTINGS = {"words": Settings(5, 4.0), "letters": Settings(8, 2.0), "shapes": Settings(12, 0.7)}
WORD_ROWS, SHAPE_ROWS = 2, 3
NETS = 4  # small nets from different starts, averaged: they agree on what travels
MIXTURES = 8
NET_RESTRAINT = 1.0
USUAL_SHARES = np.array([0.4, 0.2, 0.4])  # of negative, neutral and positive
RAREST_SHARE = 0.0125  # so that no weight is more than four times the usual one for a neutral comment
SIZE_RESTRAINT = 0.7
CONTEXT_STRENGTH = 0.3
WRITTEN_WEIGHT = 2.0  # each of our own examples stands for many that we have not got


class Bag(NamedTuple):
    """All comments by all pieces: how often each occurs. A letter piece counts once for every word it stands in."""

    pieces: list[str]
    counts: csr_matrix


class Prepared(NamedTuple):
    """A set of comments, scanned once: rows and columns of everything that is fitted."""

    comments: list[Comment]
    scans: list[Scan]
    sources: np.ndarray
    classes: np.ndarray
    rows: np.ndarray
    bags: dict[str, Bag]


def prepare(comments: list[Comment]) -> Prepared:
    comments = [comment._replace(text=unmarked(comment.text)) for comment in comments]
    scans = [look(comment.text)[0] for comment in comments]
    words = [words_of(seen) for seen in scans]
    letters = cache(letter_grams)
    return Prepared(
        comments=comments,
        scans=scans,
        sources=np.array([comment.source for comment in comments]),
        classes=np.array([LESSONS.index(comment.lesson or comment.label) for comment in comments]),
        rows=np.array([features(comment.text, seen) for comment, seen in zip(comments, scans, strict=True)]),
        bags={
            "words": count_pieces(rows_of_symbols(listed, WORD_ROWS) for listed in words),
            "letters": count_pieces(
                chain.from_iterable(letters(word) for word in listed if is_spelled(word)) for listed in words
            ),
            "shapes": count_pieces(rows_of_symbols(shape_of(seen), SHAPE_ROWS) for seen in scans),
        },
    )


def count_pieces(listed: Iterable[Iterable[str]]) -> Bag:
    places: dict[str, int] = {}
    columns, starts = [], [0]
    for pieces in listed:
        columns += [places.setdefault(piece, len(places)) for piece in pieces]
        starts.append(len(columns))
    ones = np.ones(len(columns), dtype=np.float32)
    counts = csr_matrix((ones, np.array(columns), np.array(starts)), shape=(len(starts) - 1, len(places)))
    counts.sum_duplicates()
    return Bag(list(places), counts)


class FittedBlock(NamedTuple):
    columns: np.ndarray
    pieces: list[str]
    idf: np.ndarray
    weights: np.ndarray
    bias: np.ndarray

    def matrix(self, bag: Bag, chosen: np.ndarray) -> csr_matrix:
        """TF-IDF rows, each divided by its length: just as linear.py adds them up."""
        counts = bag.counts[chosen][:, self.columns]
        lengths = np.sqrt(counts @ np.square(self.idf))
        return diags(1 / np.where(lengths > 0, lengths, 1.0)) @ counts @ diags(self.idf)

    def scores(self, bag: Bag, chosen: np.ndarray) -> np.ndarray:
        return self.matrix(bag, chosen) @ self.weights + self.bias


def fit_block(name: str, data: Prepared, chosen: np.ndarray) -> FittedBlock:
    rarest, strength = SETTINGS[name]
    bag = data.bags[name]
    seen_in = np.asarray((bag.counts[chosen] > 0).sum(axis=0)).ravel()
    columns = np.flatnonzero(seen_in >= rarest)
    idf = np.log((1 + len(chosen)) / (1 + seen_in[columns])) + 1
    empty = FittedBlock(columns, [bag.pieces[column] for column in columns], idf, np.empty(0), np.empty(0))
    matrix = empty.matrix(bag, chosen)
    weights = np.where(data.sources[chosen] == WRITTEN, WRITTEN_WEIGHT, 1.0)
    fits = [
        LogisticRegression(C=strength, solver="liblinear", tol=0.01).fit(
            matrix, data.classes[chosen] == wanted, sample_weight=weights
        )
        for wanted in (NEGATIVE, POSITIVE)
    ]
    weights = np.stack([fit.coef_[0] for fit in fits], axis=1)
    return empty._replace(weights=weights, bias=np.array([fit.intercept_[0] for fit in fits]))


def fit_blocks(data: Prepared, chosen: np.ndarray) -> dict[str, FittedBlock]:
    return {name: fit_block(name, data, chosen) for name in BAGS}


def block_scores(blocks: dict[str, FittedBlock], data: Prepared, chosen: np.ndarray) -> np.ndarray:
    """Six columns for the chosen comments: "negative" and "positive" of each block."""
    return np.hstack([blocks[name].scores(data.bags[name], chosen) for name in BAGS])


def scores_from_other_trades(data: Prepared, chosen: np.ndarray) -> np.ndarray:
    """Each comment as blocks see it that know nothing of its trade: the net must learn how far to trust them."""
    scores = np.zeros((len(data.comments), 2 * len(BAGS)))
    trades = np.array([TRADES[source] for source in data.sources[chosen]])
    for trade in np.unique(trades):
        mine = trades == trade
        scores[chosen[mine]] = block_scores(fit_blocks(data, chosen[~mine]), data, chosen[mine])
    return scores


def fit_net(data: Prepared, scores: np.ndarray, chosen: np.ndarray) -> Net:
    """`scores` come from blocks that do not know the comment's trade."""
    weights = _weights_of(data.sources[chosen], data.classes[chosen])
    rows = np.hstack([data.rows, scores])[chosen]
    scaler = StandardScaler().fit(rows)
    spread = np.where(scaler.scale_ > 0, scaler.scale_, 1.0)
    standard = np.clip((rows - scaler.mean_) / spread, -FARTHEST, FARTHEST)
    nets = [
        MLPClassifier(
            (MIXTURES,), alpha=NET_RESTRAINT, learning_rate_init=0.003, max_iter=25, batch_size=256, random_state=start
        ).fit(standard, data.classes[chosen], sample_weight=weights)
        for start in range(NETS)
    ]
    mixing = Layer(np.vstack([net.coefs_[0].T for net in nets]), np.concatenate([net.intercepts_[0] for net in nets]))
    output = Layer(
        np.hstack([net.coefs_[1].T for net in nets]) / NETS, np.mean([net.intercepts_[1] for net in nets], axis=0)
    )
    return Net(scaler.mean_, 1 / spread, mixing, output)


def _weights_of(sources: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """A large set must not drown the others, and how often a set says "neutral" is half its own habit."""
    weights = np.empty(len(sources))
    for source in np.unique(sources):
        mine = sources == source
        shares = np.bincount(classes[mine], minlength=len(LABELS)) / mine.sum()
        wanted = np.sqrt(USUAL_SHARES / np.maximum(shares, RAREST_SHARE))[classes[mine]]
        weights[mine] = mine.sum() ** -SIZE_RESTRAINT * wanted / wanted.mean()
    return weights / weights.mean()


def mean_pull(net: Net, rows: np.ndarray, step: float = 0.05) -> np.ndarray:
    """What one more of the words' two scores is worth on average, in log odds of positive against negative."""
    pulls = []
    for column in WORD_COLUMNS:
        moved = rows.copy()
        moved[:, column] += step
        change = (net(moved) - net(rows)) / step
        pulls.append((change[:, POSITIVE] - change[:, NEGATIVE]).mean())
    return np.array(pulls)


def fit_layer(rows: np.ndarray, classes: np.ndarray, strength: float) -> Layer:
    """A multinomial logistic regression on standardised columns, with the standardising folded into its weights."""
    scaler = StandardScaler().fit(rows)
    spread = np.where(scaler.scale_ > 0, scaler.scale_, 1.0)
    fit = LogisticRegression(C=strength, max_iter=500).fit((rows - scaler.mean_) / spread, classes)
    folded = fit.coef_ / spread
    return Layer(folded, fit.intercept_ - folded @ scaler.mean_)


def fit_context_layer(data: Prepared, chances: np.ndarray, chosen: np.ndarray) -> Layer:
    """Learned with question and score, and with only one of the two, so that it knows what to do without the other."""
    rows, classes = [], []
    for place in chosen:
        for context in contexts_of(data.comments[place]):
            rows.append(context_features(tuple(chances[place]), data.scans[place], context))
            classes.append(data.classes[place])
    return fit_layer(np.array(rows), np.array(classes), CONTEXT_STRENGTH)


def contexts_of(comment: Comment) -> list[Context]:
    asked = Context(question=comment.question)
    if comment.score is None:
        return [asked]
    scored = {"score": comment.score, "scale_min": SCALE[0], "scale_max": SCALE[1]}
    return [Context(question=comment.question, **scored), asked, Context(**scored)]


class Learned(NamedTuple):
    """Everything the weights file holds, before it is rounded for the file."""

    blocks: dict[str, FittedBlock]
    net: Net
    context: Layer | None
    word_pull: np.ndarray

    def build(self) -> Weights:
        """As the engine wants it. Without a set that has questions, the second step leaves the chances as they are."""
        parts = {name: (LetterBlock if name == "letters" else Block)(*block[1:]) for name, block in self.blocks.items()}
        return Weights("0", **parts, text=self.net, context=self.context, word_pull=tuple(self.word_pull))


def learn(data: Prepared, chosen: np.ndarray) -> Learned:
    chosen = chosen[data.classes[chosen] < len(LABELS)]
    scores = scores_from_other_trades(data, chosen)
    net = fit_net(data, scores, chosen)
    rows = np.hstack([data.rows, scores])
    asked = _asked(data, chosen)
    context = fit_context_layer(data, chances_of(net(rows)), asked) if len(asked) else None
    return Learned(fit_blocks(data, chosen), net, context, mean_pull(net, rows[chosen]))


def learn_without(data: Prepared, source: str) -> Weights:
    """Weights learned from all other sets that may ship."""
    ships = np.isin(data.sources, [labelled.name for labelled in ENGLISH if labelled.may_ship])
    return learn(data, np.flatnonzero(ships & (data.sources != source))).build()


def context_by_halves(data: Prepared, weights: Weights, source: str) -> list[tuple[list[int], Layer]]:
    """Only one set has questions and scores, so the second step is learned inside it, from the other half's people.

    Returns for each half the places of its comments within the set, and the layer that may read them.
    """
    mine = np.flatnonzero(data.sources == source)
    comments = [data.comments[place] for place in mine]
    rows, _ = text_rows([comment.text for comment in comments], [data.scans[place] for place in mine], weights)
    chances = np.zeros((len(data.comments), len(LABELS)))
    chances[mine] = chances_of(weights.text(rows))
    half = np.array([zlib.crc32(comment.person.encode()) % 2 for comment in comments])
    return [
        (np.flatnonzero(half == this).tolist(), fit_context_layer(data, chances, mine[half != this])) for this in (0, 1)
    ]


def _asked(data: Prepared, chosen: np.ndarray) -> np.ndarray:
    return np.array([place for place in chosen if data.comments[place].question], dtype=int)
