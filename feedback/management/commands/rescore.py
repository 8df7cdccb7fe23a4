from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.progress import Progress

from feedback.models import Response
from feedback.sentiment.registry import get_engine
from feedback.services.scoring import BATCH, rescore


class Command(BaseCommand):
    help = (
        "Read all comments again with today's engine. Earlier readings stay. Stopped half way, the next run goes on "
        "where this one ended."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--survey", help="only the responses to the survey with this short name")
        parser.add_argument("--all", action="store_true", help="also what today's engine has read already")

    def handle(self, *args, survey: str | None, **options) -> None:
        engine = get_engine(settings.SENTIMENT_ENGINE)
        responses = Response.objects.filter(scored_at__isnull=False)
        if survey:
            responses = responses.filter(survey__slug=survey)
        if not options["all"]:
            responses = responses.read_by_another(engine.name, engine.version)
        with Progress(console=Console(stderr=True)) as progress:
            task = progress.add_task("Reading again", total=responses.count())
            last = 0
            while ids := list(responses.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
                progress.advance(task, rescore(ids, now=timezone.now()))
                last = ids[-1]
        self.stdout.write(f"Read with {engine.name} {engine.version}.")
