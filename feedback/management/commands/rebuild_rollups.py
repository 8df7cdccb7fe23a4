from datetime import date, timedelta

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from rich.progress import track

from feedback.analytics.counting import active_days
from feedback.services.rollups import rebuild_day


class Command(BaseCommand):
    help = "Count every figure's roll-ups again from the answers, as after an import or a change of the time zone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--first", type=date.fromisoformat, help="first day, such as 2025-01-31")
        parser.add_argument("--last", type=date.fromisoformat, help="last day")

    def handle(self, *args, first: date | None, last: date | None, **options) -> None:
        days = active_days()
        if days is None:
            self.stdout.write("There are no answers and no invitations to count.")
            return
        first, last = first or days[0], last or days[1]
        span = [first + timedelta(days=step) for step in range((last - first).days + 1)]
        steps = track(span, description="Counting days", disable=not self.stdout.isatty())
        rows = sum(rebuild_day(on, now=timezone.now()) for on in steps)
        self.stdout.write(f"{len(span)} days counted, {rows} roll-ups written.")
