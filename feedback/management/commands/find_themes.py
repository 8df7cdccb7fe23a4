from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.progress import Progress

from feedback.services import taxonomy
from feedback.services.themes import BATCH, find_backlog, how_many_wait, is_anybody_waiting


class Command(BaseCommand):
    help = (
        "Search the comments that wait for it for themes, as after an import or a change of the themes. Stopped half "
        "way, the next run goes on where this one ended."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="search every comment again")

    def handle(self, *args, **options) -> None:
        if options["all"]:
            taxonomy.note_change(now=timezone.now())
        done = 0
        with Progress(console=Console(stderr=True)) as progress:
            task = progress.add_task("Searching", total=how_many_wait())
            while found := find_backlog(now=timezone.now(), limit=BATCH):
                done += found
                progress.advance(task, found)
        is_anybody_waiting()
        self.stdout.write(f"{done} responses searched for themes; changed figures follow with the next sweep.")
