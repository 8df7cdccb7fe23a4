"""API keys in the admin: shown once, and nowhere else."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from surveys.models import ApiKey
from surveys.services.api_keys import create_api_key, find_api_key
from surveys.tests import rows
from surveys.tests.designer import client_of, staff

pytestmark = pytest.mark.django_db

SECRET = re.compile(r"data-secret>(voc_[^<]+)<")


@pytest.fixture
def admin():
    return client_of(staff("admin"))


def make(client, **fields):
    data = {"source": rows.source().pk, "name": "shop, production", "scopes": ["events:write"]}
    return client.post(reverse("admin:surveys_apikey_add"), data | fields)


def secret_in(answer) -> str:
    return SECRET.search(answer.content.decode())[1]


def test_a_new_key_is_shown_and_works(admin):
    secret = secret_in(make(admin))
    key = find_api_key(secret, now=timezone.now())
    assert (key.name, key.scopes, key.created_by.username) == ("shop, production", ["events:write"], "a-admin")


def test_the_page_with_the_key_is_kept_by_no_cache_and_no_cookie(admin):
    answer = make(admin)
    secret = secret_in(answer)
    assert "no-store" in answer.headers["Cache-Control"]
    assert all(secret not in cookie.value for cookie in admin.cookies.values())
    assert all(secret not in str(session.get_decoded()) for session in Session.objects.all())


def test_the_key_is_in_no_history_and_on_no_later_page(admin):
    secret = secret_in(make(admin))
    key = ApiKey.objects.get()
    later = admin.get(reverse("admin:surveys_apikey_change", args=[key.pk])).content.decode()
    assert secret not in later
    assert key.digest not in later
    assert all(secret not in entry.change_message + entry.object_repr for entry in LogEntry.objects.all())


def test_a_key_that_may_do_nothing_is_refused(admin):
    make(admin, scopes=[])
    assert not ApiKey.objects.exists()


def test_a_key_that_ended_yesterday_is_refused(admin):
    yesterday = timezone.now() - timedelta(days=1)
    page = make(admin, expires_at_0=yesterday.date().isoformat(), expires_at_1="12:00:00")
    assert "This moment has passed." in page.content.decode()


def test_a_revoked_key_stops_working_and_stays_in_the_list(admin):
    key, secret = create_api_key(rows.source(), name="old", scopes=["events:write"])
    admin.post(reverse("admin:surveys_apikey_revoke", args=[key.pk]))
    assert find_api_key(secret, now=timezone.now()) is None
    assert "old" in admin.get(reverse("admin:surveys_apikey_changelist")).content.decode()
