import csv
import gzip
import json
from pathlib import Path

import numpy as np
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console

from feedback.metrics.drivers import DriverAnalysis, TooFewRows, analyse_drivers


def names_of(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def number_of(cell: str | None, missing: set[str]) -> float:
    text = (cell or "").strip()
    if not text or text in missing:
        return np.nan
    try:
        value = float(text)
    except ValueError:
        return np.nan
    return np.nan if str(value) in missing or f"{value:g}" in missing or not np.isfinite(value) else value


def as_json(analysis: DriverAnalysis) -> dict:
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
                "correlation": round(driver.correlation, 6),
            }
            for driver in analysis.drivers
        ],
        "warnings": [*analysis.warnings, "These are associations; they do not prove a cause."],
    }


class Command(BaseCommand):
    help = "How much of an outcome goes along with each driver, from a CSV file; JSON on standard output."

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path, help="A CSV file, plain or .gz.")
        parser.add_argument("--outcome", required=True, help="The column to explain.")
        parser.add_argument("--drivers", required=True, help="Columns, separated by commas.")
        parser.add_argument("--missing", default="", help="Values that mean “no answer” in the drivers, such as 0,6.")
        parser.add_argument("--outcome-missing", default="", help="Values that mean “no answer” in the outcome.")
        parser.add_argument("--samples", type=int, default=1_000, help="Bootstrap samples.")
        parser.add_argument("--seed", type=int, default=20_000)

    def handle(self, *args, **options) -> None:
        drivers, console = names_of(options["drivers"]), Console(stderr=True)
        with console.status("Reading the file"):
            rows, outcome = self.read(options, drivers)
        with console.status(f"Sharing out R² of {len(rows)} rows among {len(drivers)} drivers"):
            try:
                analysis = analyse_drivers(drivers, rows, outcome, samples=options["samples"], seed=options["seed"])
            except TooFewRows as problem:
                raise CommandError(str(problem)) from problem
        self.stdout.write(json.dumps(as_json(analysis), ensure_ascii=False))

    def read(self, options: dict, drivers: list[str]) -> tuple[np.ndarray, np.ndarray]:
        path, missing = options["file"], set(names_of(options["missing"]))
        outcome_missing = set(names_of(options["outcome_missing"]))
        if not path.is_file():
            raise CommandError(f"{path}: there is no such file.")
        with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            unknown = [name for name in [options["outcome"], *drivers] if name not in (reader.fieldnames or [])]
            if unknown:
                raise CommandError(f"The file has no column {', '.join(unknown)}.")
            table = [
                [
                    *(number_of(row[name], missing) for name in drivers),
                    number_of(row[options["outcome"]], outcome_missing),
                ]
                for row in reader
            ]
        if not table:
            raise CommandError("The file has no rows.")
        cells = np.array(table)
        return cells[:, :-1], cells[:, -1]
