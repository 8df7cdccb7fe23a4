"""Whether the engine may be believed: do its chances come true, is "mixed" mixed, and do the shown words decide?"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.sentiment_data import Comment, polarities_of, read_table
from feedback.sentiment.domain import DomainEngine
from feedback.sentiment.engine import MIXED, Context, Reading
from vocplatform.lib.stats import wilson_interval

ENGLISH = Context(locale="en")
BINS = 10
ASPECTS = "mams_restaurant_absa"
WORDS_TAKEN = 1500  # comments from which the strongest word is taken

Heard = Sequence[tuple[Comment, Reading]]


def print_reliability(heard: Heard) -> None:
    """Of comments with a chance of 70 to 80 % to be negative, about 75 % should be."""
    table = Table(title="Chance of negative, as said and as it came true (every set left out once)")
    for heading in ("said", "n", "mean said", "negative", "95 %"):
        table.add_column(heading, justify="right")
    said = np.array([reading.p_negative for _, reading in heard if reading.is_scored])
    true = np.array([comment.label == "negative" for comment, reading in heard if reading.is_scored])
    bins = np.minimum((said * BINS).astype(int), BINS - 1)
    for place in range(BINS):
        mine = bins == place
        n, hits = int(mine.sum()), int(true[mine].sum())
        if n:
            reach = wilson_interval(hits, n)
            low, high = place / BINS, (place + 1) / BINS
            span = f"{reach.low:.2f} to {reach.high:.2f}"
            table.add_row(f"{low:.1f}–{high:.1f}", str(n), f"{said[mine].mean():.2f}", f"{hits / n:.2f}", span)
    Console().print(table)
    for name, wanted in (("unsure", True), ("the others", False)):
        mine = [(c, r) for c, r in heard if r.is_scored and ("unsure" in r.flags) == wanted]
        hits = sum(c.label == (r.label if r.label != MIXED else "neutral") for c, r in mine)
        Console().print(f"Comments marked {name}: {hits / len(mine):.1%} of {len(mine)} are labelled right")


def print_mixed(engine: DomainEngine, path: Path) -> None:
    """On sentences with several aspects: those with praise and blame are mixed. `engine` must not know the set."""
    rows = [row for row in read_table(path / f"{ASPECTS}.csv.gz") if row["text"].strip()]
    readings = engine.read_many([(row["text"], ENGLISH) for row in rows])
    truth = np.array([len(polarities_of(row)) == 2 for row in rows])
    said = np.array([reading.label == MIXED for reading in readings])
    right = (truth & said).sum()
    Console().print(
        f"“Mixed” on {len(rows)} sentences, {truth.mean():.0%} of them with praise and blame: "
        f"precision {right / said.sum():.2f}, recall {right / truth.sum():.2f}"
    )


def print_words_taken(engine: DomainEngine, comments: Sequence[Comment]) -> None:
    """Without the word that is shown as the strongest, does the comment read less the way the word is said to pull?"""
    texts = [comment.text for comment in comments[:WORDS_TAKEN]]
    readings = engine.read_many([(text, ENGLISH) for text in texts])
    read = zip(texts, readings, strict=True)
    pairs = [(text, found, max(found.spans, key=lambda span: abs(span.weight))) for text, found in read if found.spans]
    without = engine.read_many([(text[: span.start] + text[span.end :], ENGLISH) for text, _, span in pairs])
    moved = [
        (reading.compound - (after.compound or 0.0)) * span.weight > 0
        for (_, reading, span), after in zip(pairs, without, strict=True)
    ]
    shown = len(pairs) / len(readings)
    Console().print(
        f"Words that decided are shown for {shown:.0%} of {len(readings)} comments; without the strongest one "
        f"{np.mean(moved):.0%} of them read less the way it pulls"
    )
