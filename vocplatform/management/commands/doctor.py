from django.core.management.base import BaseCommand
from django.utils import timezone

from vocplatform import checkup


class Command(BaseCommand):
    help = "Examine database, workers, mail, keys, disk and clock; say what is wrong and what to do. Exit code 1 if so."
    requires_system_checks = []
    requires_migrations_checks = False

    def handle(self, *args, **options) -> None:
        findings = checkup.examine(checkup.EVERYTHING, now=timezone.now())
        for finding in findings:
            self.show(finding)
        bad = sum(not finding.is_good for finding in findings)
        if bad:
            self.stdout.write(f"\n{bad} of {len(findings)} checks need attention.")
            raise SystemExit(1)
        self.stdout.write(f"\nAll {len(findings)} checks are good.")

    def show(self, finding: checkup.Finding) -> None:
        mark = self.style.SUCCESS("good") if finding.is_good else self.style.ERROR("BAD ")
        self.stdout.write(f"{mark}  {finding.name:<12} {finding.says}")
        if finding.next_step:
            self.stdout.write(f"{'':19}{finding.next_step}")
