from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from loop.models import TriageRule
from loop.services.rehearsal import Rehearsal, apply_to_history, rehearse_rule


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
        self.stdout.write(told(row, rehearse_rule(rule, days=days, now=timezone.now())))
        if not apply:
            return
        if not row.is_active:
            raise CommandError("The rule is not active, so nothing was opened.")
        self.stdout.write(f"Answers that got a case: {apply_to_history(rule, days=days, now=timezone.now())}")


def told(rule: TriageRule, rehearsal: Rehearsal) -> str:
    lines = [
        f"“{rule.name}”, {rehearsal.start:%Y-%m-%d} to {rehearsal.end:%Y-%m-%d}: {rehearsal.answers} answers.",
        f"Would have opened {rehearsal.cases} cases for {rehearsal.spoken} answers, "
        f"{rehearsal.cases_per_week:.1f} a week.",
        f"Taken over from other rules: {rehearsal.taken_over}.",
    ]
    if rehearsal.people:
        share = f"{rehearsal.cases_per_person_and_week:.1f}"
        lines.append(f"People who would share them: {rehearsal.people}, {share} a week each.")
    else:
        lines.append("Nobody would get them: neither the rule nor the touchpoints name a team with members.")
    return "\n".join(lines)
