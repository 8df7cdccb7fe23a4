from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from loop.models import TriageRule
from loop.services.late_openings import apply_to_history
from loop.services.rehearsal import rehearse_rule


class Command(BaseCommand):
    help = "Say what a case rule would have done with the answers of the last days; with --apply, do it."

    def add_arguments(self, parser) -> None:
        parser.add_argument("rule", type=int, help="The rule's number, as in its address in the admin.")
        parser.add_argument("--days", type=int, default=30)
        parser.add_argument("--apply", action="store_true", help="Open these cases now; the rule must be active.")

    def handle(self, *args, rule: int, days: int, apply: bool, **options) -> None:
        row = TriageRule.objects.filter(pk=rule).first()
        if row is None:
            raise CommandError(f"There is no case rule {rule}.")
        if days < 1:
            raise CommandError("--days must be at least 1.")
        self.stdout.write(str(rehearse_rule(rule, days=days, now=timezone.now())))
        if not apply:
            return
        if not row.is_active:
            raise CommandError("The rule is not active, so nothing was opened.")
        self.stdout.write(f"Answers that got a case: {apply_to_history(rule, days=days, now=timezone.now())}")
