import pytest
from django.urls import reverse

from loop.models import Case, TriageRule
from loop.services.defaults import ensure_loop_defaults
from loop.tests.rows import NOON, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def address():
    ensure_loop_defaults(now=NOON)
    return reverse("admin:loop_triagerule_rehearse", args=[TriageRule.objects.first().pk])


def test_a_rule_is_tried_on_the_last_month_by_one_click(admin_client, address):
    page = admin_client.get(address, follow=True)
    assert "There are no answers from" in page.content.decode()
    assert not Case.objects.exists()


def test_who_may_not_see_rules_tries_none(client, address):
    agent = person("ben")
    agent.is_staff = True
    agent.save()
    client.force_login(agent)
    assert client.get(address).status_code == 403
