"""Walk through a file in batches: each row once, each refusal with its reason, and a mark of how far we came."""

import csv
from collections.abc import Callable
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.db import transaction

from surveys.imports.mapping import Row, RowError
from surveys.imports.table import REPORT_COLUMNS, Input, Line
from surveys.models import ImportRun
from vocplatform.lib.cells import guarded

BATCH_ROWS = 500

TakeRow = Callable[[Row], bool]  # True: taken; False: known before; raises RowError
TakeRows = Callable[[list[Row]], list[bool | RowError]]  # the same for each of many, refusals in their places


class BusyImport(Exception):
    """Somebody else is importing this very file at this moment."""


class Report:
    """The rows that were refused, with the reason, as a CSV file that can be mended and imported again.

    Its bytes are the file's own, even those that are no text; what a spreadsheet would run is guarded.
    """

    def __init__(self, path: Path, columns: list[str], *, append: bool) -> None:
        self.path, self.columns = path, columns
        self.file = None
        self.append = append and path.exists()

    def add(self, line: Line, reason: str) -> None:
        if self.file is None:
            mode = "a" if self.append else "w"
            self.file = open(self.path, mode, encoding="utf-8", errors="surrogateescape", newline="")  # noqa: SIM115  closed below
            self.writer = csv.writer(self.file)
            if not self.append:
                self.writer.writerow([*REPORT_COLUMNS, *(guarded(column) for column in self.columns)])
        self.writer.writerow([line.number, reason, *(guarded(cell) for cell in line.cells)])

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


def singly(take_row: TakeRow) -> TakeRows:
    """One row after the other; one that is refused leaves nothing behind."""

    def take(row: Row) -> bool | RowError:
        try:
            with transaction.atomic():
                return take_row(row)
        except RowError as problem:
            return problem

    return lambda rows: [take(row) for row in rows]


def take_file(
    run: ImportRun, source: Input, take_rows: TakeRows, *, report: Report, now: datetime, advance=None
) -> ImportRun:
    """Take every row that is left. A batch and its mark are one transaction, so a kill loses and doubles nothing.

    Raises BusyImport when another process moved the mark.
    """
    columns = source.columns()
    lines = islice(source.lines(), run.rows_done, None)
    while batch := list(islice(lines, BATCH_ROWS)):
        _take_batch(run, batch, columns, take_rows, report)
        if advance:
            advance(len(batch))
    run.finished_at = run.finished_at or now
    run.save(update_fields=["finished_at", "updated_at"])
    report.close()
    return run


@transaction.atomic
def _take_batch(run: ImportRun, batch: list[Line], columns: list[str], take_rows: TakeRows, report: Report) -> None:
    if ImportRun.objects.select_for_update().get(pk=run.pk).rows_done != run.rows_done:
        raise BusyImport
    readable = [dict(zip(columns, line.cells, strict=True)) for line in batch if not line.problem]
    outcomes = iter(take_rows(readable))
    for line in batch:
        outcome = RowError(line.problem) if line.problem else next(outcomes)
        if isinstance(outcome, RowError):
            report.add(line, str(outcome))
            run.rejected += 1
        elif outcome:
            run.taken += 1
        else:
            run.known += 1
    report.flush()  # before the commit: a kill may report a row twice, but never lose its reason
    run.rows_done = batch[-1].number
    run.save(update_fields=["taken", "known", "rejected", "rows_done", "updated_at"])
