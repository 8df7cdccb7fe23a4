from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.utils import timezone

from feedback.services.collected import record_response
from loop.services.defaults import ensure_loop_defaults
from loop.services.intake import triage_response
from surveys.imports.layout import ensure_survey
from surveys.models import Customer

pytestmark = pytest.mark.django_db
NOW = timezone.now()
QUESTION = {"key": "satisfaction", "kind": "csat", "text": "How satisfied are you?"}


@pytest.fixture
def manager(client):
    client.force_login(get_user_model().objects.create_superuser("manager"))
    return client


def answer(score: int, *, days_ago: int, reference: str) -> None:
    version = ensure_survey({"slug": "s", "title": "s", "question": [QUESTION]}, now=NOW).live_version
    customer, _ = Customer.objects.get_or_create(external_id=reference)
    at = NOW - timedelta(days=days_ago)
    response, _ = record_response(
        version,
        {"satisfaction": str(score)},
        now=at,
        source_type="api",
        external_ref=f"{reference}-{days_ago}",
        customer=customer,
    )
    triage_response(response.pk, now=at + timedelta(minutes=1))


def test_a_period_without_unhappy_answers_says_so_instead_of_showing_a_share(manager):
    assert "Nobody was unhappy in this period" in manager.get("/effect/").content.decode()


def test_every_unhappy_answer_counts_in_the_headline_also_those_nobody_contacted(manager):
    ensure_loop_defaults(now=NOW)
    for number in range(3):
        answer(1, days_ago=5, reference=f"C-{number}")
    page = manager.get("/effect/?days=30&kind=csat").content.decode()
    assert "of all unhappy answers ended with the customer saying" in page
    assert "n = 3" in page
    assert "cannot tell" in page


def test_who_carries_how_much_is_shown_to_those_who_lead_and_not_to_others(client):
    reader = get_user_model().objects.create_user("reader")
    reader.user_permissions.add(Permission.objects.get(codename="view_response"))
    client.force_login(reader)
    assert "Who carries how much today" not in client.get("/effect/").content.decode()


def test_a_wrong_period_is_refused_in_the_fields_words(manager):
    refused = manager.get("/effect/?days=-1")
    assert refused.status_code == 400
    assert "is not one of the available choices" in refused.content.decode()


def test_the_start_page_counts_who_was_never_contacted_among_those_whose_loop_should_close(manager):
    ensure_loop_defaults(now=NOW)
    for number in range(3):
        answer(1, days_ago=5, reference=f"C-{number}")
    page = manager.get("/").content.decode()
    assert "n = 3 unhappy answers in 90 days, also those never contacted" in page
