from django.core.management.base import BaseCommand
from django.utils import timezone

from feedback.services.definitions import ensure_metric_defaults
from feedback.services.risk import ensure_churn_definition
from feedback.services.taxonomy import ensure_themes
from loop.services.defaults import ensure_loop_defaults


class Command(BaseCommand):
    help = "Lay what the closed loop starts with: service levels, causes, actions, outcomes, replies, rules, themes."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--locale", help="The language of the texts (default: the installation's).")

    def handle(self, *args, locale: str | None, **options) -> None:
        ensure_loop_defaults(now=timezone.now(), locale=locale)
        ensure_themes(now=timezone.now())
        ensure_metric_defaults(locale=locale)
        ensure_churn_definition()
        self.stdout.write("Defaults are there; what existed before was left as it is.")
