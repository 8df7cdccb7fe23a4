"""People in roles, logged in, for tests that go through the pages of this floor."""

from io import StringIO

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client


def staff(role: str, name: str = ""):
    """A user with exactly the permissions that the role has in vocplatform/roles.py."""
    if not Group.objects.filter(name=role, permissions__isnull=False).exists():
        call_command("sync_roles", verbosity=0, stdout=StringIO())
    user = get_user_model().objects.create_user(name or role)
    user.groups.add(Group.objects.get(name=role))
    return user


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client
