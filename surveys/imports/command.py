"""What the three import commands share: options, progress and the closing lines."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from surveys.imports.mapping import MappingError, check_columns, check_names, read_mapping, table_of
from surveys.imports.run import BusyImport, Report, resume, take_file
from surveys.imports.table import UnreadableFile, open_input


class ImportCommand(BaseCommand):
    kind = ""
    tables: frozenset[str] = frozenset()  # what the mapping may hold besides [file]

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path, help="A CSV file, plain or .gz.")
        parser.add_argument("--mapping", type=Path, required=True, help="A TOML file that names the columns.")
        parser.add_argument("--report", type=Path, help="Where refused rows go; FILE.rejected.csv if not given.")

    def prepare(self, mapping: dict, options: dict):
        """Return the columns that the mapping names, and what makes the function that takes rows."""
        raise CommandError(f"{self.kind}: nothing to prepare")

    def handle(self, *args, **options) -> None:
        try:
            run, report_path = self.take(options)
        except (MappingError, UnreadableFile) as problem:
            raise CommandError(str(problem)) from problem
        except BusyImport:
            raise CommandError("This file is being imported at this moment by somebody else.") from None
        except OSError as problem:
            raise CommandError(f"{problem.filename}: {problem.strerror}.") from problem
        counts = f"{run.taken} taken, {run.known} known before, {run.rejected} refused"
        self.stdout.write(f"{run.file_name}: {run.rows_done} rows: {counts}.")
        if run.rejected:
            self.stdout.write(f"Refused rows and reasons: {report_path}")

    def take(self, options: dict):
        mapping = read_mapping(options["mapping"])
        check_names(mapping, {"file", *self.tables}, where=str(options["mapping"]))
        source = open_input(options["file"], table_of(mapping, "file"))
        report_path = options["report"] or options["file"].with_suffix(".rejected.csv")
        if report_path.resolve() in (options["file"].resolve(), options["mapping"].resolve()):
            raise CommandError(f"{report_path}: the report must not overwrite what is imported.")
        columns, make_taker = self.prepare(mapping, options)
        check_columns(columns, source.columns())
        rows = source.count()
        take_rows = make_taker()
        run = resume(self.kind, source, options["mapping"].read_text(encoding="utf-8"))
        if run.finished_at:
            self.stderr.write(
                f"This file was taken on {run.finished_at:%Y-%m-%d} with this mapping: now nothing was. As it was then:"
            )
        elif run.rows_done:
            self.stderr.write(f"Going on after row {run.rows_done}.")
        report = Report(report_path, source.columns(), append=run.rows_done > 0)
        with self.progress() as progress:
            bar = progress.add_task(options["file"].name, total=rows, completed=run.rows_done)
            take_file(
                run, source, take_rows, report=report, now=timezone.now(), advance=lambda n: progress.advance(bar, n)
            )
        return run, report_path

    def progress(self) -> Progress:
        parts = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        return Progress(*parts, console=Console(stderr=True))
