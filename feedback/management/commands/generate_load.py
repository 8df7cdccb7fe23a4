from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.progress import Progress

from feedback.load import SLUG, LoadProgramme
from feedback.models import Response


class Command(BaseCommand):
    help = "Fill a test installation with believable answers, to see how it behaves when there are very many."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("responses", type=int, help="how many, such as 1000000")
        parser.add_argument("--days", type=int, default=365, help="spread over so many days before now")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--beside-real-answers", action="store_true", help="also where real answers are kept")

    def handle(self, *args, responses: int, days: int, seed: int, beside_real_answers: bool, **options) -> None:
        if responses < 1 or days < 1:
            raise CommandError("Ask for at least one response and one day.")
        if not beside_real_answers and Response.objects.exclude(survey__slug__startswith=f"{SLUG}-").exists():
            raise CommandError(
                "There are real answers here, and made-up ones would be counted with them. "
                "Use an empty installation, or say --beside-real-answers."
            )
        programme = LoadProgramme(now=timezone.now(), seed=seed)
        with Progress(disable=not self.stdout.isatty()) as progress:
            writing = progress.add_task("Writing answers", total=responses)
            for written in programme.fill(responses, days=days):
                progress.update(writing, completed=written)
            counting = progress.add_task("Counting days", total=days + 1)
            for _on in programme.count(days):
                progress.advance(counting)
        self.stdout.write(f"{responses} responses over {days} days written and counted.")
