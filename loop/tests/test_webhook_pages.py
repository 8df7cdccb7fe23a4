import pytest
from django.utils import timezone

from loop.models import News, WebhookCall, WebhookEndpoint
from loop.services.webhooks import create_endpoint, secret_of, send_test
from surveys.tests.designer import client_of, staff

pytestmark = pytest.mark.django_db
ENDPOINTS = "/admin/loop/webhookendpoint/"


@pytest.fixture
def admin():
    return client_of(staff("admin"))


@pytest.fixture
def endpoint(settings):
    settings.WEBHOOK_PRIVATE_HOSTS = ["127.0.0.1"]
    return create_endpoint(name="CRM", url="http://127.0.0.1:9/", style="signed", news=News.values, actor=None)[0]


def test_the_secret_of_a_new_webhook_is_shown_once(admin, settings):
    settings.WEBHOOK_PRIVATE_HOSTS = ["crm.internal"]
    form = {
        "name": "CRM",
        "url": "http://crm.internal/in",
        "style": "signed",
        "news": ["case.moved"],
        "is_active": "on",
    }
    page = admin.post(f"{ENDPOINTS}add/", form).content.decode()
    row = WebhookEndpoint.objects.get()
    assert (row.news, row.created_by.username) == (["case.moved"], "a-admin")
    assert secret_of(row.nonce) in page
    assert secret_of(row.nonce) not in admin.get(f"{ENDPOINTS}{row.pk}/change/").content.decode()


def test_a_private_address_is_refused_in_the_field(admin):
    form = {"name": "CRM", "url": "https://10.0.0.8/in", "style": "signed", "news": ["case.moved"], "is_active": "on"}
    page = admin.post(f"{ENDPOINTS}add/", form).content.decode()
    assert "private network" in page and not WebhookEndpoint.objects.exists()


def test_a_new_secret_is_shown_and_the_old_one_lives_on_for_a_day(admin, endpoint):
    page = admin.post(f"{ENDPOINTS}{endpoint.pk}/rotate/").content.decode()
    old = endpoint.nonce
    endpoint.refresh_from_db()
    assert endpoint.old_nonce == old and secret_of(endpoint.nonce) in page


def test_a_test_call_is_written_from_the_page(admin, endpoint):
    assert admin.post(f"{ENDPOINTS}{endpoint.pk}/test/").status_code == 302
    assert WebhookCall.objects.get().news == "test"


def test_a_settled_call_is_sent_again_from_the_log(admin, endpoint):
    call = send_test(endpoint.pk, now=timezone.now())
    WebhookCall.objects.update(status="failed", attempts=10)
    assert admin.post(f"/admin/loop/webhookcall/{call.pk}/repeat/").status_code == 302
    call.refresh_from_db()
    assert (call.status, call.attempts) == ("queued", 0)


def test_a_stopped_webhook_that_is_switched_on_again_forgets_why_it_was_stopped(admin, endpoint):
    WebhookEndpoint.objects.update(is_active=False, stopped_reason="The receiver answered 410.")
    form = {"name": "CRM", "url": endpoint.url, "style": "signed", "news": ["case.moved"], "is_active": "on"}
    admin.post(f"{ENDPOINTS}{endpoint.pk}/change/", form)
    endpoint.refresh_from_db()
    assert (endpoint.is_active, endpoint.stopped_reason) == (True, "")
