import csv
import gzip
import json
from collections import Counter
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

import numpy as np
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from feedback.metrics.drivers import DriverAnalysis, TooFewRows, analyse_drivers

MOST_NAMED = 12
ASSOCIATION = "These are associations; they do not prove a cause."


def names_of(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


@dataclass
class Column:
    """A column as numbers, and what in it was none."""

    name: str
    missing: frozenset[str]
    numbers: list[float] = field(default_factory=list)
    words: Counter[str] = field(default_factory=Counter)

    def take(self, cell: str | None) -> None:
        self.numbers.append(self._number(cell))

    def _number(self, cell: str | None) -> float:
        text = (cell or "").strip()
        if not text or text in self.missing:
            return np.nan
        try:
            value = float(text)
        except ValueError:
            value = np.nan
        if not np.isfinite(value):
            self.words[text] += 1
            return np.nan
        return np.nan if f"{value:g}" in self.missing else value

    @property
    def without(self) -> int:
        return int(np.isnan(self.numbers).sum())

    @property
    def warning(self) -> str:
        if not self.words:
            return ""
        example = self.words.most_common(1)[0][0][:40]
        return f"{self.name}: {self.words.total()} cells are no numbers and count as missing, such as “{example}”."


def as_json(analysis: DriverAnalysis, warnings: list[str]) -> dict:
    return {
        "n": analysis.n,
        "left_out": analysis.left_out,
        "r2": round(analysis.r_squared, 6),
        "drivers": [
            {
                "driver": driver.name,
                "shapley_pct": round(driver.shapley_percent, 4),
                "johnson_pct": round(driver.johnson_percent, 4),
                "shapley_ci": [round(edge, 4) for edge in driver.shapley_interval],
                "johnson_ci": [round(edge, 4) for edge in driver.johnson_interval],
                "rank": driver.rank,
                "rank_ci": list(driver.rank_interval),
                "rank_stability": round(driver.rank_stability, 4),
                "correlation": round(driver.correlation, 6),
            }
            for driver in analysis.drivers
        ],
        "warnings": [*warnings, *analysis.warnings, ASSOCIATION],
    }


class Command(BaseCommand):
    help = "How much of an outcome goes along with each driver, from a CSV file; JSON on standard output."
    requires_system_checks = []

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path, metavar="IN.csv", help="A CSV file, plain or .gz.")
        parser.add_argument("--outcome", required=True, help="The column to explain.")
        parser.add_argument("--drivers", required=True, help="Columns, separated by commas.")
        parser.add_argument("--missing", default="", help="Values that mean “no answer” in the drivers, such as 0,6.")
        parser.add_argument("--outcome-missing", default="", help="Values that mean “no answer” in the outcome.")
        parser.add_argument("--samples", type=int, default=1_000, help="Bootstrap samples.")
        parser.add_argument("--seed", type=int, default=20_000)

    def handle(self, *args, **options) -> None:
        console = Console(stderr=True)
        outcome, *drivers = columns = self.columns(options)
        with console.status("Reading the file"):
            read_file(options["file"], columns)
        rows = len(outcome.numbers)
        console.print(f"{rows} rows read from {options['file']}.")
        parts = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
        with Progress(*parts, console=console) as progress:
            task = progress.add_task(f"Sharing out R² among {len(drivers)} drivers", total=options["samples"])
            try:
                analysis = analyse_drivers(
                    [driver.name for driver in drivers],
                    np.column_stack([driver.numbers for driver in drivers]),
                    np.array(outcome.numbers),
                    samples=options["samples"],
                    seed=options["seed"],
                    progress=lambda samples: progress.advance(task, samples),
                )
            except TooFewRows as problem:
                raise CommandError(f"{problem} {where_rows_went(columns)}") from problem
        console.print(f"{analysis.n} complete rows used, {analysis.left_out} left out.")
        warnings = [column.warning for column in columns if column.warning]
        warnings += kept_outcomes(outcome, names_of(options["missing"]))
        self.stdout.write(json.dumps(as_json(analysis, warnings), ensure_ascii=False))

    def columns(self, options: dict) -> list[Column]:
        """The outcome and then the drivers. Refuses a question that makes no sense."""
        outcome, drivers = options["outcome"].strip(), names_of(options["drivers"])
        twice = [name for name, times in Counter(drivers).items() if times > 1]
        if not drivers:
            raise CommandError("Name at least one driver.")
        if twice:
            raise CommandError(f"These drivers are named twice: {', '.join(twice)}.")
        if outcome in drivers:
            raise CommandError(f"The outcome {outcome} cannot be its own driver.")
        if options["samples"] < 1:
            raise CommandError("At least one bootstrap sample is needed.")
        missing = frozenset(names_of(options["missing"]))
        own = frozenset(names_of(options["outcome_missing"]))
        return [Column(outcome, own), *(Column(name, missing) for name in drivers)]


def read_file(path: Path, columns: list[Column]) -> None:
    try:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            refuse_unknown([column.name for column in columns], list(reader.fieldnames or []))
            for row in reader:
                for column in columns:
                    column.take(row[column.name])
    except FileNotFoundError as problem:
        raise CommandError(f"{path}: there is no such file.") from problem
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise CommandError(f"{path} cannot be read as CSV in UTF-8: {problem}") from problem
    if not columns[0].numbers:
        raise CommandError("The file has no rows.")


def refuse_unknown(wanted: list[str], known: list[str]) -> None:
    unknown = [name for name in wanted if name not in known]
    if not unknown:
        return
    meant = [near for name in unknown for near in get_close_matches(name, known, n=1)]
    hint = f" Did you mean {', '.join(meant)}?" if meant else ""
    more = f" and {len(known) - MOST_NAMED} more" if len(known) > MOST_NAMED else ""
    there = f"{', '.join(known[:MOST_NAMED])}{more}" if known else "no columns at all"
    raise CommandError(f"The file has no column {', '.join(unknown)}.{hint} It has {there}.")


def where_rows_went(columns: list[Column]) -> str:
    """Which columns leave rows out, the worst first."""
    empty = sorted((column for column in columns if column.without), key=lambda column: -column.without)
    told = [f"{column.name} in {column.without}" for column in empty]
    return f"Missing, of {len(columns[0].numbers)} rows: {', '.join(told)}." if told else ""


def kept_outcomes(outcome: Column, missing: list[str]) -> list[str]:
    """What means “no answer” in a driver may be an answer in the outcome: a 0 is the worst recommendation."""
    found = {value: sum(f"{number:g}" == value for number in outcome.numbers) for value in missing}
    return [
        f"{outcome.name} is {value} in {times} rows, which count as answers; if not, say --outcome-missing {value}."
        for value, times in found.items()
        if times and value not in outcome.missing
    ]
