from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from vocplatform.backup import BadBackup, restore_backup, verify_backup
from vocplatform.models import Heartbeat
from vocplatform.supervisor.lock import AlreadyRunning, RunLock

ALIVE = timedelta(minutes=1)


class Command(BaseCommand):
    help = (
        "Put a backup in the place of the database. Nothing that was due then is sent again, and erasures and opt-outs "
        "made since are kept. Stop web, workers and beat first."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--verify", action="store_true", help="Only read the backup and say whether it is whole.")
        parser.add_argument("--yes", action="store_true", help="Do not ask.")
        parser.add_argument(
            "--promises", type=Path, help="promises.json of a later backup, where the database is lost."
        )

    def handle(self, *args, folder: Path, **options) -> None:
        try:
            manifest = verify_backup(folder)
            self.stdout.write(f"{folder} is whole: {sum(manifest['rows'].values()):,} rows of {manifest['made_at']}.")
            if options["verify"]:
                return
            with RunLock(settings.STATE_DIR):
                refuse_while_workers_run()
                if not options["yes"] and input("Replace the database? Type yes: ") != "yes":
                    raise CommandError("Nothing was changed.")
                self.restore(folder, options["promises"])
        except (BadBackup, AlreadyRunning, OSError) as problem:
            raise CommandError(str(problem)) from problem

    def restore(self, folder: Path, made_since: Path | None) -> None:
        restored = restore_backup(folder, now=timezone.now(), made_since=made_since)
        for what, count in restored.settled.items():
            if count:
                self.stdout.write(
                    f"{count} {what} were due and may have happened since: shown to staff, not done again."
                )
        self.stdout.write(f"{restored.erased_again} people were erased again.")
        if restored.kept_aside:
            self.stdout.write(f"The former database is kept as {restored.kept_aside}; delete it once all is well.")


def refuse_while_workers_run() -> None:
    """Raises CommandError: a worker would send from yesterday's rows before they are settled."""
    try:
        alive = list(Heartbeat.objects.filter(beat_at__gt=timezone.now() - ALIVE, kind__in=("worker", "beat")))
    except DatabaseError:  # there is nothing to be alive in
        return
    if alive:
        raise CommandError(f"{alive[0].name} runs. Stop web, workers and beat, wait a minute, and try again.")
