"""Walk through a file in batches: each row once, each refusal with its reason, and a mark of how far we came."""

import csv
import gzip
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.db import transaction

from surveys.imports.mapping import MappingError, Row, RowError
from surveys.models import ImportRun

BATCH_ROWS = 500
LONGEST_CELL = 1_000_000
LARGEST_BYTES = 2_000_000_000

TakeRow = Callable[[Row], bool]  # True: taken; False: known before; raises RowError


@dataclass(frozen=True)
class Input:
    path: Path
    delimiter: str = ","
    encoding: str = "utf-8-sig"

    def open(self):
        if self.path.suffix == ".gz":
            return gzip.open(self.path, "rt", encoding=self.encoding, newline="", errors="replace")
        return open(self.path, encoding=self.encoding, newline="", errors="replace")

    def rows(self) -> Iterator[Row]:
        csv.field_size_limit(LONGEST_CELL)
        with self.open() as file:
            yield from csv.DictReader(file, delimiter=self.delimiter, restkey="", restval="")

    def columns(self) -> list[str]:
        with self.open() as file:
            return next(csv.reader(file, delimiter=self.delimiter), [])

    def count(self) -> int:
        with self.open() as file:
            return max(0, sum(1 for _ in csv.reader(file, delimiter=self.delimiter)) - 1)

    def digest(self, *more: str) -> str:
        sha = hashlib.sha256("\0".join(more).encode())
        with open(self.path, "rb") as file:
            while chunk := file.read(1 << 20):
                sha.update(chunk)
        return sha.hexdigest()


def open_input(path: Path, options: dict) -> Input:
    if not path.is_file():
        raise MappingError(f"{path}: there is no such file.")
    if path.stat().st_size > LARGEST_BYTES:
        raise MappingError(f"{path}: larger than 2 GB; split it.")
    return Input(path, delimiter=options.get("delimiter", ","), encoding=options.get("encoding", "utf-8-sig"))


class Report:
    """The rows that were refused, with the reason, as a CSV file that can be mended and imported again."""

    def __init__(self, path: Path, columns: list[str], *, append: bool) -> None:
        self.path, self.columns = path, columns
        self.file = None
        self.append = append and path.exists()

    def add(self, number: int, reason: str, row: Row) -> None:
        if self.file is None:
            self.file = open(self.path, "a" if self.append else "w", encoding="utf-8", newline="")  # noqa: SIM115  closed below
            self.writer = csv.writer(self.file)
            if not self.append:
                self.writer.writerow(["row", "reason", *self.columns])
        self.writer.writerow([number, reason, *(row.get(column, "") for column in self.columns)])

    def flush(self) -> None:
        if self.file:
            self.file.flush()

    def close(self) -> None:
        if self.file:
            self.file.close()


def resume(kind: str, source: Input, mapping_text: str) -> ImportRun:
    digest = source.digest(kind, mapping_text)
    run, _ = ImportRun.objects.get_or_create(
        digest=digest, defaults={"kind": kind, "file_name": source.path.name[:200]}
    )
    return run


def take_file(
    run: ImportRun, source: Input, take_row: TakeRow, *, report: Report, now: datetime, advance=None
) -> ImportRun:
    """Take every row that is left. A batch and its mark are one transaction, so a kill loses and doubles nothing."""
    rows = islice(enumerate(source.rows(), start=1), run.rows_done, None)
    while batch := list(islice(rows, BATCH_ROWS)):
        _take_batch(run, batch, take_row, report)
        if advance:
            advance(len(batch))
    run.finished_at = run.finished_at or now
    run.save(update_fields=["finished_at", "updated_at"])
    report.close()
    return run


@transaction.atomic
def _take_batch(run: ImportRun, batch: list[tuple[int, Row]], take_row: TakeRow, report: Report) -> None:
    for number, row in batch:
        try:
            with transaction.atomic():
                if take_row(row):
                    run.taken += 1
                else:
                    run.known += 1
        except RowError as problem:
            report.add(number, str(problem), row)
            run.rejected += 1
    report.flush()  # before the commit: a kill may report a row twice, but never lose its reason
    run.rows_done = batch[-1][0]
    run.save(update_fields=["taken", "known", "rejected", "rows_done", "updated_at"])
