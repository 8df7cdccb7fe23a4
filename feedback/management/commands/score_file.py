import time
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from feedback.sentiment.registry import ENGINES, get_engine
from feedback.sentiment.tables import UTF_8, BadTable, open_table, score_table


class Command(BaseCommand):
    help = (
        "Read the comments of a CSV file and write what was read to another. Columns: text and, where known, score, "
        "scale_max, scale_min, question, language."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", type=Path, metavar="IN.csv")
        parser.add_argument("out", type=Path, metavar="OUT.csv")
        parser.add_argument("--engine", choices=sorted(ENGINES), default=settings.SENTIMENT_ENGINE)
        parser.add_argument("--locale", help="the language to expect; without it the one most of the file is in")

    def handle(self, *args, source: Path, out: Path, engine: str, locale: str | None, **options) -> None:
        try:
            table = open_table(source, locale)
        except (BadTable, OSError) as problem:
            raise CommandError(str(problem)) from problem
        console = Console(stderr=True)
        if table.encoding != UTF_8:
            console.print(f"{source} is not in UTF-8; read as {table.encoding}.")
        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
        reader = get_engine(engine)
        start = time.perf_counter()
        try:
            with Progress(*columns, console=console) as progress:
                task = progress.add_task("Reading comments", total=table.count)
                for done in score_table(table, out, reader):
                    progress.advance(task, done)
        except OSError as problem:
            raise CommandError(str(problem)) from problem
        seconds = time.perf_counter() - start
        console.print(f"{table.count} comments, {table.count / max(seconds, 1e-9):,.0f} a second, written to {out}")
