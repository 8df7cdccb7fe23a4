"""Comments in a CSV file, and what the engine made of them in another. No database, one batch in memory at a time."""

import csv
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from . import language
from .engine import Context, Engine, Reading

BATCH = 500
SAMPLE = 500  # comments that say which language a file is in
LONGEST_FIELD = 10_000_000
SCALES = (5.0, 7.0, 10.0, 100.0)
FROM_ZERO = 10.0  # a scale that ends here or beyond starts at 0, a shorter one at 1

AS_JSON = json.JSONEncoder(ensure_ascii=False).encode

RESULTS = ("label", "p_negative", "compound", "language", "scored", "reason", "intent", "flags", "spans", "engine")


class BadTable(ValueError):
    """This is no table of comments; the text says why."""


@dataclass(frozen=True)
class Table:
    """A table before it is read closely: its columns, how many rows it has, and what its rows have in common."""

    path: Path
    dialect: type[csv.Dialect] | csv.Dialect
    columns: list[str]
    count: int
    highest_score: float
    locale: str  # the language most of its comments are in, which speaks for the short ones

    def rows(self) -> Iterator[dict[str, str]]:
        with self.path.open(encoding="utf-8-sig", newline="") as file:
            yield from csv.DictReader(file, dialect=self.dialect, restval="")

    def batches(self) -> Iterator[list[dict[str, str]]]:
        rows = self.rows()
        while batch := list(islice(rows, BATCH)):
            yield batch


def open_table(path: Path, locale: str | None = None) -> Table:
    """Raises BadTable for a file without a `text` column or in another encoding than UTF-8."""
    csv.field_size_limit(LONGEST_FIELD)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            head = file.readline()
            dialect = csv.excel_tab if "\t" in head and "," not in head else csv.excel
            if ";" in head and "," not in head:
                dialect = type("semicolon", (csv.excel,), {"delimiter": ";"})
            file.seek(0)
            reader = csv.DictReader(file, dialect=dialect, restval="")
            columns = list(reader.fieldnames or ())
            if "text" not in columns:
                raise BadTable(f"{path} has no column “text”; it has {', '.join(columns) or 'none at all'}.")
            count, highest, sample = _survey(reader)
    except UnicodeDecodeError as problem:
        raise BadTable(f"{path} is not in UTF-8: {problem.reason} at byte {problem.start}.") from problem
    return Table(path, dialect, columns, count, highest, locale if locale is not None else _main_language(sample))


def _survey(reader: Iterator[dict[str, str]]) -> tuple[int, float, list[str]]:
    count, highest, sample = 0, 0.0, []
    for count, row in enumerate(reader, start=1):  # noqa: B007  the count outlives the loop
        highest = max(highest, _number(row.get("score")) or 0.0)
        if len(sample) < SAMPLE:
            sample.append(row["text"])
    return count, highest, sample


def _main_language(texts: list[str]) -> str:
    heard = Counter(code for text in texts if (code := language.detect(text).code) not in {"", language.UNDETERMINED})
    return heard.most_common(1)[0][0] if heard else "en"


def context_of(row: dict[str, str], table: Table) -> Context:
    top = _number(row.get("scale_max")) or next((top for top in SCALES if top >= table.highest_score), 100.0)
    bottom = _number(row.get("scale_min"))
    return Context(
        question=row.get("question") or "",
        score=_number(row.get("score")),
        scale_min=bottom if bottom is not None else 0.0 if top >= FROM_ZERO else 1.0,
        scale_max=top,
        locale=row.get("language") or table.locale,
    )


def _number(value: str | None) -> float | None:
    """The number in a cell; None where there is none, as in “don't know”. A 0 is a number."""
    try:
        return float((value or "").replace(",", "."))
    except ValueError:
        return None


def score_table(table: Table, out: Path, engine: Engine) -> Iterator[int]:
    """Write every row of the table with what was read in it; yields how many rows each batch had."""
    columns = [name for name in table.columns if name not in RESULTS] + list(RESULTS)
    unfinished = out.with_name(out.name + ".part")
    with unfinished.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        for rows in table.batches():
            readings = engine.read_many([(row["text"], context_of(row, table)) for row in rows])
            writer.writerows(row | _cells(row["text"], found) for row, found in zip(rows, readings, strict=True))
            yield len(rows)
    unfinished.replace(out)


def _cells(text: str, found: Reading) -> dict[str, str | float | None]:
    spans = [{**span._asdict(), "text": text[span.start : span.end]} for span in found.spans]
    return {
        "label": found.label,
        "p_negative": found.p_negative,
        "compound": found.compound,
        "language": found.language,
        "scored": "yes" if found.is_scored else "no",
        "reason": found.reason,
        "intent": found.intent,
        "flags": "|".join(found.flags),
        "spans": AS_JSON(spans),
        "engine": f"{found.engine} {found.engine_version}",
    }
