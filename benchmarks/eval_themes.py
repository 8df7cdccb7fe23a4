"""Measure the themes we ship on comments that people have labelled with theirs.

    .venv/bin/python -m benchmarks.eval_themes [--data FOLDER] [--errors THEME]

For each theme: of the comments in which we find it, how many carry the people's label (precision), and of those that
carry the label, in how many we find it (recall). The people's labels are not ours: where one label is kept per comment,
a comment that speaks of two things counts as wrong for one of them, so precision is a lower bound there.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from benchmarks.sentiment_data import folder, read_table
from feedback.sentiment.engine import Context
from feedback.sentiment.registry import get_engine
from feedback.themes.clauses import clauses
from feedback.themes.match import Rule, Taxonomy, scan
from feedback.themes.packs import read_pack
from feedback.themes.syntax import read_rule
from vocplatform.lib.stats import wilson_interval

console = Console(width=110)
Row = tuple[str, set[str]]


class LabelledThemes(NamedTuple):
    """Which of a pack's themes stand for which of the people's labels."""

    name: str
    packs: tuple[str, ...]
    column: str
    same: dict[str, tuple[str, ...]]
    one_label: bool

    def rows(self, path: Path) -> Iterator[Row]:
        for row in read_table(path / f"{self.name}.csv.gz"):
            labels = {label.strip() for label in row[self.column].split("|")} - {"", "Can't Tell", "Not assigned"}
            if labels and row["text"].strip():
                yield row["text"], labels


SETS = (
    LabelledThemes(
        "nhs_fft",
        ("general", "healthcare"),
        "themes",
        {
            "waiting": ("Timeliness of care",),
            "staff-manner": ("Staff manner & personal attributes",),
            "listening": ("Staff listening, understanding & involving patients",),
            "kept-informed": ("Being kept informed, clarity & consistency of information", "Contacting services"),
            "clear-information": (
                "Information directly from staff during care",
                "Information provision & guidance",
                "Being kept informed, clarity & consistency of information",
            ),
            "on-hold": ("Contacting services",),
            "staffing": ("Number & deployment of staff",),
            "staff-knowledge": ("Competence & training",),
            "appointments": ("Appointment arrangements", "Appointment method", "Contacting services"),
            "patient-transport": ("Transport to/ from services",),
            "diagnosis": ("Diagnosis & triage", "Referals & continuity of care"),
            "medication": ("Supplying & understanding medication",),
            "hospital-food": ("Food & drink provision & facilities",),
            "activities": ("Activities & access to fresh air",),
            "cleanliness": ("Cleanliness, tidiness & infection control",),
        },
        one_label=False,
    ),
    LabelledThemes(
        "nhs_phase1",
        ("general", "healthcare"),
        "subtheme",
        {
            "staff-manner": ("Attitude Of Staff",),
            "hospital-food": ("Food",),
            "cleanliness": ("Cleanliness",),
            "activities": ("Activities",),
            "medication": ("Medication",),
            "staffing": ("Staffing levels",),
            "listening": ("Listening",),
            "waiting": (
                "Time spent waiting for first appt/referral/service",
                "Time spent waiting between appointments",
            ),
        },
        one_label=True,
    ),
    LabelledThemes(
        "airline_tweets",
        ("travel",),
        "theme",
        {
            "punctuality": ("Late Flight",),
            "cancellations": ("Cancelled Flight",),
            "luggage-lost": ("Lost Luggage",),
            "luggage-damaged": ("Damaged Luggage",),
            "crew": ("Flight Attendant Complaints",),
            "travel-service": ("Customer Service Issue",),
            "travel-booking": ("Flight Booking Problems",),
            "on-board": ("Bad Flight",),
            "check-in": ("longlines",),
        },
        one_label=True,
    ),
    LabelledThemes(
        "mams_restaurant_absa",
        ("general", "hospitality"),
        "aspects",
        {
            "staff": ("staff", "service"),
            "serving": ("staff", "service"),
            "food-drink": ("food",),
            "menu": ("menu",),
            "price": ("price",),
            "place": ("ambience", "place"),
        },
        one_label=False,
    ),
)


class Shipped(NamedTuple):
    keys: list[str]
    taxonomy: Taxonomy

    @classmethod
    def of(cls, names: tuple[str, ...]) -> "Shipped":
        themes = [theme for name in names for theme in read_pack(name).every_theme()]
        rules = (Rule(place, place, "", tuple(read_rule(theme.words))) for place, theme in enumerate(themes))
        return cls([theme.key for theme in themes], Taxonomy(rules))

    def found(self, text: str) -> set[str]:
        return {self.keys[hit.theme] for hit in self.taxonomy.find(text)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", help="folder with the labelled sets")
    parser.add_argument("--errors", help="list comments in which this theme was found or missed wrongly")
    options = parser.parse_args()
    path = folder(options.data)
    for labelled in SETS:
        measure(labelled, path, options.errors)
    measure_clauses(path)


def measure(labelled: LabelledThemes, path: Path, errors: str | None) -> None:
    shipped = Shipped.of(labelled.packs)
    rows = [(text, _bare(labels), shipped.found(text)) for text, labels in labelled.rows(path)]
    note = "one label per comment: precision is a lower bound" if labelled.one_label else "several labels per comment"
    table = Table("theme", "labelled", "found", "precision", "95 %", "recall", title=f"{labelled.name}, {note}")
    hits = found_in_all = labelled_in_all = 0
    for key, names in labelled.same.items():
        wanted = [bool(labels & set(names)) for _text, labels, _found in rows]
        got = [key in found for _text, _labels, found in rows]
        right = sum(a and b for a, b in zip(wanted, got, strict=True))
        hits, found_in_all, labelled_in_all = hits + right, found_in_all + sum(got), labelled_in_all + sum(wanted)
        table.add_row(key, str(sum(wanted)), str(sum(got)), *_shares(right, sum(got), sum(wanted)))
        if errors == key:
            _list(rows, wanted, got)
    table.add_section()
    table.add_row("together", str(labelled_in_all), str(found_in_all), *_shares(hits, found_in_all, labelled_in_all))
    console.print(table)
    touched = sum(bool(found) for *_rest, found in rows)
    console.print(f"{touched / len(rows):.1%} of {len(rows)} labelled comments touch a theme.\n")


def _bare(labels: set[str]) -> set[str]:
    return {label.partition(":")[0] for label in labels if not label.startswith("http")}


def _shares(right: int, found: int, wanted: int) -> tuple[str, str, str]:
    if not found or not wanted:
        return "–", "–", "–"
    ends = wilson_interval(right, found)
    return f"{right / found:.3f}", f"{ends.low:.2f}–{ends.high:.2f}", f"{right / wanted:.3f}"


def _list(rows: list, wanted: list[bool], got: list[bool]) -> None:
    for (text, labels, _found), is_wanted, is_found in zip(rows, wanted, got, strict=True):
        if is_wanted != is_found:
            console.print("missed" if is_wanted else "wrong ", sorted(labels), text[:200], markup=False)


def measure_clauses(path: Path) -> None:
    """Whether the clause that names a theme sounds as people say it does, beside reading the whole sentence.

    Only sentences that praise one thing and blame another: in the others both readings say the same.
    """
    shipped, engine, context = Shipped.of(("general",)), get_engine("voc"), Context(locale="en")
    jobs = []
    for row in read_table(path / "mams_restaurant_absa.csv.gz"):
        seen = scan(row["text"])
        hits = shipped.taxonomy.find(row["text"], "", seen)
        cut = clauses(seen)
        aspects = [aspect.rsplit(":", 1) for aspect in row["aspects"].split("|")]
        if not {"positive", "negative"} <= {polarity for _name, polarity in aspects}:
            continue
        for name, polarity in aspects:
            mine = [hit for hit in hits if shipped.keys[hit.theme] == name]
            if mine and polarity in ("positive", "negative"):
                own = [part for part in cut if any(part[0] <= hit.start < part[1] for hit in mine)]
                jobs.append((row["text"], " ".join(row["text"][start:end] for start, end in own), polarity))
    wholes = engine.read_many([(text, context) for text, _part, _polarity in jobs])
    parts = engine.read_many([(part, context) for _text, part, _polarity in jobs])
    table = Table("read", "right", "of those it calls good or bad", title=f"Feeling per theme, n = {len(jobs)}")
    for name, readings in (("the whole sentence", wholes), ("its own clauses", parts)):
        right = sum(reading.label == job[2] for reading, job in zip(readings, jobs, strict=True))
        said = sum(reading.label in ("positive", "negative") for reading in readings)
        table.add_row(name, f"{right / len(jobs):.3f}", f"{right / said:.3f}")
    console.print(table)


if __name__ == "__main__":
    main()
