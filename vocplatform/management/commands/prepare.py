from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from surveys.models import ContactPolicy
from vocplatform import checkup


class Command(BaseCommand):
    help = "Bring an installation up to date: migrations, roles and what a new one starts with. Twice changes nothing."

    def handle(self, *args, **options) -> None:
        database = checkup.check_database(timezone.now())
        if not database.is_good:
            raise CommandError(f"{database.says} {database.next_step}")
        call_command("migrate", interactive=False, verbosity=options["verbosity"])
        call_command("sync_roles", verbosity=0, stdout=self.stdout)
        call_command("load_defaults", stdout=self.stdout)
        if not ContactPolicy.objects.filter(is_default=True).exists():
            ContactPolicy.objects.create(name=_("Not too often"), is_default=True)
        self.stdout.write("Ready. The first person: manage.py createsuperuser")
