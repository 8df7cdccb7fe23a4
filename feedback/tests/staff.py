"""People in roles, logged in, for tests that go through the pages."""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client

from surveys.models import Team


def staff(role: str, name: str = "", *, team: Team | None = None):
    """A user with exactly the permissions that the role has in vocplatform/roles.py."""
    if not Group.objects.filter(name=role, permissions__isnull=False).exists():
        call_command("sync_roles", verbosity=0, stdout=_Nowhere())
    user = get_user_model().objects.create_user(name or role, f"{name or role}@example.com")
    user.groups.add(Group.objects.get(name=role))
    if team is not None:
        team.members.add(user)
    return user


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


class _Nowhere:
    def write(self, text: str) -> None:
        """What the command says is of no interest here."""
