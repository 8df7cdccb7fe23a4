"""Comments in a CSV file, and what the engine made of them in another. No database, one batch in memory at a time."""

import csv
import gzip
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path

from django.conf.locale import LANG_INFO

from . import language
from .engine import Context, Engine, Reading

BATCH, BATCH_CHARACTERS = 1_000, 2_000_000
SAMPLE = 500  # comments that say which language a file is in
LONGEST_FIELD = 10_000_000
SCALES = (5.0, 7.0, 10.0, 100.0)
FROM_ZERO = 10.0  # a scale that ends here or beyond starts at 0, a shorter one at 1 unless somebody gave it 0
DELIMITERS = ",;\t|"
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
UTF_8 = "utf-8-sig"
GUESSED = "cp1252"  # what spreadsheets write that do not write UTF-8
BLOCK = 1 << 20

AS_JSON = json.JSONEncoder(ensure_ascii=False).encode

KNOWN = ("text", "score", "scale_min", "scale_max", "question", "language")
RESULTS = ("label", "p_negative", "compound", "language", "scored", "reason", "intent", "flags", "spans", "engine")

# "en", "eng", "English" and "Deutsch" all name a language; "n/a" and "xx" do not.
CODES = {code: code.split("-")[0] for code in LANG_INFO}
CODES |= {
    info[kind].lower(): code.split("-")[0]
    for code, info in LANG_INFO.items()
    for kind in ("name", "name_local")
    if kind in info
}
CODES |= {"eng": "en", "deu": "de", "ger": "de", "fra": "fr", "fre": "fr", "spa": "es", "por": "pt", "ita": "it"}
CODES |= {"nld": "nl", "dut": "nl", "zh": "zh", "no": "no", "tl": "tl", "fil": "tl"}


class BadTable(ValueError):
    """This is no table of comments; the text says why."""


@dataclass(frozen=True)
class Table:
    """A table before it is read closely: its columns, how many rows it has, and what its rows have in common."""

    path: Path
    encoding: str
    delimiter: str
    columns: list[str]
    names: dict[str, str]  # for each column that we know, what this file calls it
    count: int
    lowest_score: float
    highest_score: float
    locale: str  # the language most of its comments are in, which speaks for the short ones

    def rows(self) -> Iterator[dict[str, str]]:
        with _open(self.path, self.encoding) as file:
            yield from _read_rows(file, self.delimiter)

    def batches(self) -> Iterator[list[dict[str, str]]]:
        batch, size = [], 0
        for row in self.rows():
            batch.append(row)
            size += len(self.cell(row, "text"))
            if len(batch) == BATCH or size > BATCH_CHARACTERS:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch

    def cell(self, row: dict[str, str], name: str) -> str:
        return row.get(self.names.get(name, ""), "")

    def number(self, row: dict[str, str], name: str) -> float | None:
        """The number in a cell; None where there is none, as in “don't know”. A 0 is a number."""
        written = self.cell(row, name)
        if not written:
            return None
        try:
            number = float(written.replace(",", "."))
        except ValueError:
            return None
        return number if isfinite(number) else None


def open_table(path: Path, locale: str | None = None) -> Table:
    """Raises BadTable for a file without a `text` column, or with a quotation mark that never ends."""
    csv.field_size_limit(LONGEST_FIELD)
    encoding = _encoding_of(path)
    with _open(path, encoding) as file:
        delimiter, columns = _head(path, file.readline())
        file.seek(0)
        names = {column.strip().lower(): column for column in reversed(columns)}
        table = Table(
            path, encoding, delimiter, columns, {name: names[name] for name in KNOWN if name in names}, 0, 0.0, 0.0, ""
        )
        return _survey(table, _read_rows(file, delimiter), locale)


@contextmanager
def _open(path: Path, encoding: str) -> Iterator[io.TextIOBase]:
    errors = "replace"  # a byte that is nothing in this encoding costs a letter, not the file
    with _bytes_of(path) as raw, io.TextIOWrapper(raw, encoding=encoding, errors=errors, newline="") as file:
        try:
            yield file
        except csv.Error as problem:
            raise BadTable(f"{path} cannot be read as a table: {problem}.") from problem


def _bytes_of(path: Path) -> io.BufferedIOBase:
    return gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")


def _encoding_of(path: Path) -> str:
    """UTF-8 if that is what most of its letters beyond ASCII are, or what its first bytes say it is."""
    good = bad = 0
    with _bytes_of(path) as raw:
        if raw.read(2) in UTF_16:
            return "utf-16"
        raw.seek(0)
        with io.TextIOWrapper(raw, encoding=UTF_8, errors="replace", newline="") as file:
            while block := file.read(BLOCK):
                if not block.isascii():
                    strange = block.count("\ufffd")
                    bad += strange
                    good += sum(char > "\x7f" for char in block) - strange
    return GUESSED if bad > good else UTF_8


def _head(path: Path, line: str) -> tuple[str, list[str]]:
    """The delimiter that gives the most columns with a “text” among them, and the columns."""
    found = {delimiter: next(csv.reader([line], delimiter=delimiter), []) for delimiter in DELIMITERS}
    fitting = [mark for mark, columns in found.items() if "text" in {column.strip().lower() for column in columns}]
    if not fitting:
        columns = max(found.values(), key=len)
        raise BadTable(f"{path} has no column “text”; it has {', '.join(columns) or 'none at all'}.")
    delimiter = max(fitting, key=lambda mark: len(found[mark]))
    return delimiter, found[delimiter]


def _read_rows(file: Iterable[str], delimiter: str) -> Iterator[dict[str, str]]:
    """What stands beyond the last column belongs to it where there is only one: a text with commas and no quotes."""
    for row in (reader := csv.DictReader(file, delimiter=delimiter, restval="")):
        beyond = row.pop(None, None)
        if beyond and len(reader.fieldnames) == 1:
            (name,) = row
            row[name] = delimiter.join([row[name], *beyond])
        yield row


def _survey(table: Table, rows: Iterator[dict[str, str]], locale: str | None) -> Table:
    count, lowest, highest, sample = 0, FROM_ZERO, 0.0, []
    for count, row in enumerate(rows, start=1):  # noqa: B007  the count outlives the loop
        score = table.number(row, "score")
        if score is not None and score >= 0:
            lowest, highest = min(lowest, score), max(highest, score)
        if len(sample) < SAMPLE:
            sample.append(table.cell(row, "text"))
    return replace(
        table,
        count=count,
        lowest_score=lowest,
        highest_score=highest,
        locale=locale if locale is not None else _main_language(sample),
    )


def _main_language(texts: list[str]) -> str:
    heard = Counter(code for text in texts if (code := language.detect(text).code) not in {"", language.UNDETERMINED})
    return heard.most_common(1)[0][0] if heard else "en"


def context_of(row: dict[str, str], table: Table) -> Context:
    """What is known beside the text. A score outside its scale is none."""
    top = table.number(row, "scale_max") or next((top for top in SCALES if top >= table.highest_score), 100.0)
    bottom = table.number(row, "scale_min")
    if bottom is None:
        bottom = 0.0 if top >= FROM_ZERO or table.lowest_score < 1 else 1.0
    score = table.number(row, "score")
    return Context(
        question=table.cell(row, "question"),
        score=score if score is not None and bottom <= score <= top else None,
        scale_min=bottom,
        scale_max=top,
        locale=_code_of(table.cell(row, "language")) or table.locale,
    )


def _code_of(written: str) -> str:
    """The language that a cell names as a code or in words; empty where it names none."""
    if not written:
        return ""
    plain = written.strip().lower().replace("_", "-")
    return CODES.get(plain) or CODES.get(plain.split("-")[0].split(",")[0].strip(), "")


def score_table(table: Table, out: Path, engine: Engine) -> Iterator[int]:
    """Write every row of the table with what was read in it; yields how many rows each batch had."""
    columns = list(dict.fromkeys(name for name in table.columns if name.strip().lower() not in RESULTS)) + list(RESULTS)
    unfinished = out.with_name(out.name + ".part")
    with unfinished.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        for rows in table.batches():
            texts = [table.cell(row, "text") for row in rows]
            contexts = [context_of(row, table) for row in rows]
            readings = engine.read_many(list(zip(texts, contexts, strict=True)))
            read = zip(rows, texts, readings, strict=True)
            writer.writerows(row | _cells(text, found) for row, text, found in read)
            yield len(rows)
    unfinished.replace(out)


def _cells(text: str, found: Reading) -> dict[str, str | float | None]:
    spans = [
        {"start": start, "end": end, "weight": weight, "rule": rule, "text": text[start:end]}
        for start, end, weight, rule in found.spans
    ]
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
