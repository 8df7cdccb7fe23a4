from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from vocplatform.backup import BadBackup, make_backup, verify_backup


class Command(BaseCommand):
    help = "Copy database and uploads into a new folder and read it back. The platform may go on running."

    def add_arguments(self, parser) -> None:
        parser.add_argument("below", nargs="?", type=Path, help="The folder for backups; STATE_DIR/backups by default.")

    def handle(self, *args, below: Path | None, **options) -> None:
        try:
            folder = make_backup(below or settings.STATE_DIR / "backups", now=timezone.now())
            manifest = verify_backup(folder)
        except (BadBackup, OSError) as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(
            f"{folder}: {len(manifest['files'])} files, {sum(manifest['rows'].values()):,} rows, read back."
        )
        self.stdout.write(
            "Keys are not in it. Keep SECRET_KEY and PEPPER elsewhere: without them no link can be opened."
        )
