"""Figures for read comments: how they are reckoned and how they are printed."""

import time
from typing import NamedTuple

import numpy as np
from rich.console import Console
from rich.table import Table
from scipy.stats import spearmanr
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score

from benchmarks.sentiment_data import LABELS, Comment
from feedback.sentiment.domain import DomainEngine
from feedback.sentiment.engine import Context
from feedback.sentiment.vader import VaderEngine

GOOD_SCORE = 4  # of 5
TOP_SHARE = 0.2
ROUNDS = 3
TEXTS = 6000


class Judged(NamedTuple):
    """One set read by one reader. `found` is the share of negative comments behind good scores in the top fifth."""

    source: str
    reader: str
    n: int
    accuracy: float
    macro_f1: float
    spearman: float
    auc: float
    found: float | None
    is_known: bool


def judge(
    source: str, reader: str, comments: list[Comment], chances: np.ndarray, labels: list[str], *, known: bool = False
) -> Judged:
    """`chances` may be on any scale where more means more negative."""
    truth = [comment.label for comment in comments]
    negative = np.array([label == "negative" for label in truth])
    return Judged(
        source=source,
        reader=reader,
        n=len(comments),
        accuracy=round(float(accuracy_score(truth, labels)), 3),
        macro_f1=round(float(f1_score(truth, labels, average="macro", labels=sorted(set(truth)), zero_division=0)), 3),
        spearman=round(float(spearmanr([LABELS.index(label) for label in truth], -chances).statistic), 3),
        auc=round(float(roc_auc_score(negative, chances)), 3),
        found=_found(comments, negative, chances),
        is_known=known,
    )


def _found(comments: list[Comment], negative: np.ndarray, chances: np.ndarray) -> float | None:
    good = np.array([comment.score is not None and comment.score >= GOOD_SCORE for comment in comments])
    if not good.any():
        return None
    order = np.argsort(-chances[good], kind="stable")[: round(TOP_SHARE * good.sum())]
    return round(float(negative[good][order].sum() / negative[good].sum()), 3)


def speeds(texts: list[str]) -> dict[str, float]:
    """Texts per second of processor time on one core: the best of a few rounds, the readers taking turns."""
    chosen = [texts[place] for place in np.random.default_rng(1).permutation(len(texts))[:TEXTS]]
    asked = [(text, Context(locale="en")) for text in chosen]
    engine, stock = DomainEngine(), VaderEngine.stock()
    readers = {
        "VADER": lambda: [stock.polarity_scores(text) for text in chosen],
        "voc": lambda: engine.read_many(asked),
    }
    best = dict.fromkeys(readers, float("inf"))
    for _ in range(ROUNDS):
        for name, run in readers.items():
            start = time.process_time()
            run()
            best[name] = min(best[name], time.process_time() - start)
    return {name: len(chosen) / seconds for name, seconds in best.items()}


def print_tables(judged: list[Judged], title: str) -> None:
    console = Console(width=120)
    table = Table(title=f"{title}, against what people said of the same comments")
    for heading in ("set", "reader", "n", "accuracy", "macro-F1", "Spearman", "AUC negative", "found in top 20 %"):
        table.add_column(heading, justify="left" if heading in {"set", "reader"} else "right")
    for row in judged:
        reader = row.reader + (" (learned)" if row.is_known else "")
        found = "" if row.found is None else f"{row.found:.2f}"
        table.add_row(row.source, reader, str(row.n), *(f"{x:.3f}" for x in row[3:7]), found)
    for reader in dict.fromkeys(row.reader for row in judged):
        rows = [row for row in judged if row.reader == reader]
        means = (f"{np.mean([row[column] for row in rows]):.3f}" for column in range(3, 7))
        table.add_row("mean", reader, str(sum(row.n for row in rows)), *means, "", style="bold")
    console.print(table)


def print_speeds(per_second: dict[str, float]) -> None:
    ratio = per_second["voc"] / per_second["VADER"]
    Console().print(
        f"Texts per second on one core: VADER {per_second['VADER']:,.0f}, voc {per_second['voc']:,.0f} ({ratio:.2f} ×)"
    )


def print_language_table(heard: dict[str, dict[str, float]]) -> None:
    table = Table(title="Comments of other languages that would be read as English (wanted: none)")
    table.add_column("language")
    for heading in ("survey in that language", "survey in English", "survey's language unknown"):
        table.add_column(heading, justify="right")
    for code, shares in heard.items():
        table.add_row(code, *(f"{share:.1%}" for share in shares.values()))
    Console().print(table)
