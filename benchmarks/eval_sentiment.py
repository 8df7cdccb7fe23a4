"""Measure sentiment on labelled comments, plain VADER beside ours.

    .venv/bin/python -m benchmarks.eval_sentiment [--data FOLDER] [--quick] [--json FILE]

The headline is leave-one-source-out: for each set the model is learned anew without that set, which is what a new
customer's comments may expect. Before it the shipped weights are measured, which have met every set marked "learned";
those rows flatter. --quick leaves the headline out.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from rich.console import Console

from benchmarks.sentiment_data import ENGLISH, OTHER_LANGUAGES, Comment, LabelledSet, folder, load_english, read_texts
from benchmarks.sentiment_fit import Prepared, context_by_halves, learn_without, prepare
from benchmarks.sentiment_honesty import ASPECTS, Heard, print_mixed, print_reliability, print_words_taken
from benchmarks.sentiment_report import Judged, judge, print_language_table, print_speeds, print_tables, speeds
from feedback.sentiment import language
from feedback.sentiment.domain import DomainEngine
from feedback.sentiment.engine import Context, Reading
from feedback.sentiment.vader import THRESHOLD, VaderEngine

console = Console(stderr=True)
SCALE = {"scale_min": 1.0, "scale_max": 5.0}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", help="folder with the labelled sets")
    parser.add_argument("--quick", action="store_true", help="measure only the shipped weights")
    parser.add_argument("--json", type=Path, help="write the figures to this file as well")
    options = parser.parse_args()
    path = folder(options.data)
    comments = load_english(path)
    judged, _heard = measure(comments)
    print_tables(judged, "The shipped weights")
    patients = [comment for comment in comments if comment.source == "nhs_fft"]
    print_words_taken(DomainEngine(), patients)
    if not options.quick:
        judged = _print_headline(path, comments)
    print_speeds(speeds([comment.text for comment in comments]))
    print_language_table({code: _taken_for_english(path, names, code) for code, names in OTHER_LANGUAGES.items()})
    if options.json:
        options.json.write_text(json.dumps([row._asdict() for row in judged], indent=1) + "\n")


def _print_headline(path: Path, comments: list[Comment]) -> list[Judged]:
    data = prepare(comments)
    judged, heard = measure(comments, data)
    print_tables(judged, "HEADLINE: each set read by a model that has never seen it")
    print_reliability(heard)
    engine = DomainEngine()
    engine.weights = learn_without(data, ASPECTS)
    print_mixed(engine, path)
    return judged


def measure(comments: list[Comment], data: Prepared | None = None) -> tuple[list[Judged], Heard]:
    """With `data` every set is read by a model learned without it."""
    found, heard = [], []
    for labelled in (labelled for labelled in ENGLISH if labelled.is_judged):
        console.log(labelled.name)
        mine = [comment for comment in comments if comment.source == labelled.name]
        rows, readings = _judge_set(labelled, mine, data)
        found += rows
        heard += zip(mine, readings, strict=True)
    return found, heard


def _judge_set(
    labelled: LabelledSet, comments: list[Comment], data: Prepared | None
) -> tuple[list[Judged], list[Reading]]:
    engine = DomainEngine()
    if data is not None:
        engine.weights = learn_without(data, labelled.name)
    known = labelled.may_ship and data is None
    blank = [Context(locale="en")] * len(comments)
    alone = _read(engine, comments, blank)
    rows = [
        judge(labelled.name, "VADER", comments, *_vader(comments)),
        judge(labelled.name, "voc", comments, *_figures(alone), known=known),
    ]
    if any(comment.question for comment in comments):
        readings = _read_in_context(engine, comments, labelled.name, data)
        rows.append(judge(labelled.name, "voc, question and score", comments, *_figures(readings), known=known))
    return rows, alone


def _read_in_context(
    engine: DomainEngine, comments: list[Comment], source: str, data: Prepared | None
) -> list[Reading]:
    contexts = [Context(comment.question, comment.score, **SCALE, locale="en") for comment in comments]
    if data is None:
        return _read(engine, comments, contexts)
    weights, readings = engine.weights, {}
    for places, layer in context_by_halves(data, weights, source):
        engine.weights = weights._replace(context=layer)
        half = _read(engine, [comments[place] for place in places], [contexts[place] for place in places])
        readings.update(zip(places, half, strict=True))
    return [readings[place] for place in range(len(comments))]


def _read(engine: DomainEngine, comments: list[Comment], contexts: list[Context]) -> list[Reading]:
    return engine.read_many(list(zip([comment.text for comment in comments], contexts, strict=True)))


def _vader(comments: list[Comment]) -> tuple[np.ndarray, list[str]]:
    """Stock VADER on every text, with its authors' thresholds."""
    analyzer = VaderEngine.stock()
    compounds = np.array([analyzer.polarity_scores(comment.text)["compound"] for comment in comments])
    labels = np.where(compounds <= -THRESHOLD, "negative", np.where(compounds >= THRESHOLD, "positive", "neutral"))
    return -compounds, labels.tolist()


def _figures(readings: list[Reading]) -> tuple[np.ndarray, list[str]]:
    """What is not scored counts as an even chance and as neutral, so that silence never looks better than reading."""
    chances = np.array([0.5 if reading.p_negative is None else reading.p_negative for reading in readings])
    return chances, [reading.label if reading.label in {"negative", "positive"} else "neutral" for reading in readings]


def _taken_for_english(path: Path, names: tuple[str, ...], own: str) -> dict[str, float]:
    """Share of comments of another language that would be read as English, by what the survey said its language was."""
    texts = [text for name in names for text in read_texts(path, name)]
    return {
        locale or "unknown": sum(language.detect(text, locale).code in language.READABLE for text in texts) / len(texts)
        for locale in (own, "en", "")
    }


if __name__ == "__main__":
    main()
