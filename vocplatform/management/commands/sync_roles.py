from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Q

from vocplatform.roles import OWN_APPS, ROLES


def permissions_of(role: str) -> list[Permission]:
    """The rows behind a role's permission names. Raises CommandError for a name that no model declares."""
    names = ROLES[role]
    if names is None:
        return list(Permission.objects.filter(content_type__app_label__in=OWN_APPS))
    wanted = Q()
    for name in set(names):
        app, codename = name.split(".")
        wanted |= Q(content_type__app_label=app, codename=codename)
    found = list(Permission.objects.filter(wanted).select_related("content_type"))
    missing = set(names) - {f"{row.content_type.app_label}.{row.codename}" for row in found}
    if missing:
        raise CommandError(f"{role}: no such permission: {', '.join(sorted(missing))}")
    return found


class Command(BaseCommand):
    help = "Make the groups designer, analyst, agent, manager and admin say what vocplatform/roles.py says."

    @transaction.atomic
    def handle(self, *args, **options) -> None:
        for role in ROLES:
            group, _ = Group.objects.get_or_create(name=role)
            rows = permissions_of(role)
            group.permissions.set(rows)
            self.stdout.write(f"{role}: {len(rows)} permissions")
