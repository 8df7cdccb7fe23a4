from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from surveys.models import TriggerRule
from surveys.services.simulation import MOST_EVENTS, simulate_rule
from surveys.triggers.reasons import REASONS


class Command(BaseCommand):
    help = "Say whom a trigger rule would have asked after the events of the last days; nothing is written or sent."

    def add_arguments(self, parser) -> None:
        parser.add_argument("rule", help="The rule's name or number.")
        parser.add_argument("--days", type=int, default=90, help="How far back to look (default 90).")

    def handle(self, *args, rule: str, days: int, **options) -> None:
        rules = TriggerRule.objects.select_related("survey", "touchpoint")
        found = rules.filter(pk=int(rule)) if rule.isdecimal() else rules.filter(name=rule)
        if len(found) != 1:
            raise CommandError(f"{len(found)} rules are called “{rule}”.")
        now = timezone.now()
        result = simulate_rule(found[0], since=now - timedelta(days=days), until=now)
        self.stdout.write(result.sentence())
        for reason, number in result.reasons.items():
            self.stdout.write(f"{number:>8}  {REASONS[reason]}")
        if result.is_cut:
            self.stdout.write(f"Only the newest {MOST_EVENTS} events were looked at.")
