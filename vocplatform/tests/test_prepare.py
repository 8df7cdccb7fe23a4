import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command

from loop.models import SlaPolicy, TriageRule
from surveys.models import ContactPolicy
from vocplatform import checkup
from vocplatform.roles import ROLES

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _without_migrations(monkeypatch):
    """The test database is built already; what comes after it is what these tests are about."""
    from vocplatform.management.commands import prepare

    def all_but_migrate(name, *args, **kwargs):
        if name != "migrate":
            call_command(name, *args, **kwargs)

    monkeypatch.setattr(prepare, "call_command", all_but_migrate)


def test_a_new_installation_has_roles_rules_clocks_and_a_policy():
    call_command("prepare")
    assert set(Group.objects.values_list("name", flat=True)) == set(ROLES)
    assert TriageRule.objects.filter(is_active=True).exists()
    assert SlaPolicy.objects.filter(is_default=True).count() == 1
    assert ContactPolicy.objects.filter(is_default=True).count() == 1


def test_without_a_database_preparing_says_so_in_a_sentence(monkeypatch):
    away = checkup.Finding("database", False, "The database does not answer.", "Start it, or correct DATABASE_URL.")
    monkeypatch.setattr(checkup, "check_database", lambda now: away)
    with pytest.raises(CommandError, match=r"^The database does not answer. Start it, or correct DATABASE_URL.$"):
        call_command("prepare")


def test_preparing_twice_changes_nothing_and_keeps_what_was_edited():
    call_command("prepare")
    ContactPolicy.objects.update(name="Ours", cap_count=5)
    rules = TriageRule.objects.count()
    call_command("prepare")
    assert (ContactPolicy.objects.get().name, TriageRule.objects.count()) == ("Ours", rules)
