from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.text import slugify

from surveys.models import ApiKey, Source
from surveys.services.api_keys import UnknownScope, create_api_key


class Command(BaseCommand):
    help = "Make a key for a system that sends events, and print it once."

    def add_arguments(self, parser) -> None:
        parser.add_argument("source", help="The sending system, such as shop; made when it is new.")
        parser.add_argument("--name", default="", help="What the key is for.")
        parser.add_argument(
            "--scope",
            action="append",
            dest="scopes",
            metavar="SCOPE",
            help=f"Give it once per right (default events:write). Known: {', '.join(ApiKey.Scope.values)}.",
        )
        parser.add_argument("--days", type=int, help="Valid for so many days (default: until revoked).")

    def handle(self, *args, source: str, name: str, scopes: list[str] | None, days: int | None, **options) -> None:
        slug = slugify(source)
        if not slug:
            raise CommandError("The source needs a name of letters or digits.")
        if days is not None and days < 1:
            raise CommandError("--days must be at least 1.")
        system, _created = Source.objects.get_or_create(slug=slug, defaults={"name": source})
        expires_at = timezone.now() + timedelta(days=days) if days else None
        try:
            _row, text = create_api_key(
                system, name=name or slug, scopes=scopes or [ApiKey.Scope.EVENTS_WRITE], expires_at=expires_at
            )
        except UnknownScope as problem:
            raise CommandError(f"There is no scope {problem}. Known: {', '.join(ApiKey.Scope.values)}.") from None
        self.stdout.write(text)
        self.stderr.write("Keep it now: only its digest is stored.")
