"""Rows into files: one writer per format, all of them streaming, none knowing what the rows are about."""

import csv
import re
from collections.abc import Collection, Iterable, Iterator
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

WITHOUT_SIGN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # characters that XML 1.0 cannot hold
SHEET_ROWS = 1_000_000  # a sheet ends at 1,048,576
BLOCK = 5_000

Rows = Iterable[list[object]]


class PackageMissing(Exception):
    """A format needs a package that is not installed."""


def has_parquet() -> bool:
    return find_spec("pyarrow") is not None


def write_csv(path: Path, rows: Rows, _numbers: Collection[str]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)


def write_xlsx(path: Path, rows: Rows, _numbers: Collection[str]) -> None:
    """Past a million rows a further sheet begins, with the same head."""
    from openpyxl import Workbook  # 20 MB and half a second, for the one worker that writes a sheet

    book, rows = Workbook(write_only=True), iter(rows)
    head = next(rows)
    sheet = None
    for place, row in enumerate(rows):
        if place % SHEET_ROWS == 0:
            sheet = _new_sheet(book, head)
        sheet.append([_cell(value) for value in row])
    if sheet is None:
        _new_sheet(book, head)
    book.save(path)


def _new_sheet(book, head: list[object]):
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    sheet.append(head)
    return sheet


def _cell(value: object) -> object:
    return WITHOUT_SIGN.sub("", value) if isinstance(value, str) else value


def write_parquet(path: Path, rows: Rows, numbers: Collection[str]) -> None:
    """Columns named in `numbers` are numbers, all others are words; what is empty is null."""
    if not has_parquet():
        raise PackageMissing("pyarrow")
    import pyarrow  # an optional extra of 165 MB: loaded only where a file is asked for
    from pyarrow.parquet import ParquetWriter

    rows = iter(rows)
    head = [str(name) for name in next(rows)]
    kinds = [pyarrow.float64() if name in numbers else pyarrow.string() for name in head]
    schema = pyarrow.schema(list(zip(head, kinds, strict=True)))
    with ParquetWriter(path, schema) as writer:
        for block in _blocks(rows):
            columns = zip(*block, strict=True)
            typed = [
                pyarrow.array([_typed(value, name in numbers) for value in column], type=kind)
                for name, kind, column in zip(head, kinds, columns, strict=True)
            ]
            writer.write_table(pyarrow.Table.from_arrays(typed, schema=schema))


def _blocks(rows: Iterator[list[object]]) -> Iterator[list[list[object]]]:
    while block := list(islice(rows, BLOCK)):
        yield block


def _typed(value: object, is_number: bool) -> float | str | None:
    if value is None or value == "":
        return None
    return float(value) if is_number else str(value)


WRITERS = {"csv": write_csv, "xlsx": write_xlsx, "parquet": write_parquet}
