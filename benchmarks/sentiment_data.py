"""The labelled comments that sentiment is trained and judged on. They are not part of this repository.

`SENTIMENT_DATA` names their folder; docs/sentiment.md says which sets there are and under which licence.
"""

import csv
import gzip
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

DEFAULT = Path(__file__).resolve().parents[2] / "shared" / "data"
LABELS = ("negative", "neutral", "positive")
WRITTEN = "written"  # our own examples: learned from, never judged on
WRITTEN_FILE = Path(__file__).with_name("written_comments.tsv")
SIGNS = dict(zip("-0+", LABELS, strict=True))


NO_LESSON = "none"
TEPID = 0.5  # of 4: a mean rating up to here teaches "neutral", though the set calls only 0.2 so


class Comment(NamedTuple):
    """One comment, judged by its label. That is what is learned from it too, unless it has a `lesson` of its own."""

    source: str
    text: str
    label: str
    question: str = ""
    score: float | None = None
    person: str = ""
    lesson: str = ""


class LabelledSet(NamedTuple):
    name: str
    may_ship: bool  # whether weights learned from it may travel with the product
    trade: str
    is_judged: bool = True
    read: Callable[[dict[str, str]], dict] = lambda row: {"label": row["label"]}


def _patient(row: dict[str, str]) -> dict:
    score = float(row["fft_score"]) if row["fft_score"] else None
    return {"label": row["label"], "question": row["question"], "score": score, "person": row["respondent"]}


def _criticised(row: dict[str, str]) -> dict:
    """What this set calls neutral is one trust's praise that nobody rated: nothing can be learned from it."""
    return {"label": row["label"], "lesson": NO_LESSON if row["label"] == "neutral" else ""}


def _rated(row: dict[str, str]) -> dict:
    return {"label": row["label"], "lesson": "neutral" if abs(float(row["rating"])) <= TEPID else ""}


def polarities_of(row: dict[str, str]) -> set[str]:
    return {aspect.rsplit(":", 1)[1] for aspect in row["aspects"].split("|")} & {"positive", "negative"}


def _aspects(row: dict[str, str]) -> dict:
    """A sentence with neither praise nor blame is neutral as a whole: a stand-in, so never judged. One with both is
    "mixed", and teaches none of the three."""
    polarities = polarities_of(row)
    if len(polarities) == 2:
        return {"label": "neutral", "lesson": NO_LESSON}
    return {"label": polarities.pop() if polarities else "neutral"}


ENGLISH = (
    LabelledSet("airline_tweets", may_ship=False, trade="travel"),
    LabelledSet("nhs_fft", may_ship=True, trade="health", read=_patient),
    LabelledSet("nhs_phase1", may_ship=True, trade="health", read=_criticised),
    LabelledSet("uci_amazon", may_ship=True, trade="goods"),
    LabelledSet("uci_imdb", may_ship=True, trade="films"),
    LabelledSet("vader_tweets", may_ship=True, trade="tweets", read=_rated),
    LabelledSet("vader_amazon", may_ship=True, trade="goods", read=_rated),
    LabelledSet("vader_movies", may_ship=True, trade="films", read=_rated),
    LabelledSet("vader_nyt", may_ship=True, trade="news", read=_rated),
    LabelledSet("mams_restaurant_absa", may_ship=True, trade="food", is_judged=False, read=_aspects),
    LabelledSet(WRITTEN, may_ship=True, trade=WRITTEN, is_judged=False),
)
TRADES = {labelled.name: labelled.trade for labelled in ENGLISH}
OTHER_LANGUAGES = {
    "de": ("germeval_bahn_de",),
    "pt": ("nps_pt", "olist_journey_pt"),
    "id": ("smsa_id", "hotel_absa_id"),
    "th": ("wisesight_th",),
}


def folder(given: str | None = None) -> Path:
    """Exits with a sentence when the data is not there: it cannot be shipped, and nothing can be measured without."""
    found = Path(given or os.environ.get("SENTIMENT_DATA") or DEFAULT)
    if not found.is_dir():
        sys.exit(
            f"No labelled comments in {found}. Name their folder with --data or SENTIMENT_DATA; "
            "docs/sentiment.md says which sets belong there and where they come from."
        )
    return found


def read_comments(path: Path, labelled: LabelledSet) -> Iterator[Comment]:
    if labelled.name == WRITTEN:
        yield from read_written()
        return
    for row in read_table(path / f"{labelled.name}.csv.gz"):
        if row["text"].strip():
            yield Comment(source=labelled.name, text=row["text"], **labelled.read(row))


def read_written() -> Iterator[Comment]:
    for line in WRITTEN_FILE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            sign, text = line.split("\t", 1)
            yield Comment(WRITTEN, text, SIGNS[sign])


def read_texts(path: Path, name: str) -> list[str]:
    return [row["text"] for row in read_table(path / f"{name}.csv.gz") if row["text"].strip()]


def read_table(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def load_english(path: Path) -> list[Comment]:
    return [comment for labelled in ENGLISH for comment in read_comments(path, labelled)]
