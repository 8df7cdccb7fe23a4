import pytest
from django.apps import apps
from django.core.serializers import serialize

from surveys.models import Delivery
from surveys.services.addresses import address_digest, is_suppressed, suppress
from surveys.services.consent import latest_consents
from surveys.services.erasure import erase_customer
from surveys.services.invitations import invite_directly, survey_link
from surveys.services.unsubscribe import unsubscribe_link
from surveys.tests import rows
from surveys.tests.rows import NOON

pytestmark = pytest.mark.django_db
MAIL = "ana@example.org"


@pytest.fixture
def delivery():
    ana = rows.customer(phone="+4915112345678")
    return invite_directly(rows.survey(), ana, now=NOON).deliveries.get()


@pytest.fixture
def path(delivery, settings):
    return unsubscribe_link(delivery).removeprefix(settings.PUBLIC_URL)


def everything() -> str:
    return "".join(
        serialize("json", model.objects.order_by("pk")) for model in apps.get_app_config("surveys").get_models()
    )


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_link_changes_nothing(client, path, method):
    before = everything()
    for _visit in range(3):
        assert getattr(client, method)(path).status_code == 200
    assert everything() == before


def test_the_page_shows_a_form_and_enough_of_the_address_to_know_it(client, path):
    page = client.get(path).content.decode()
    assert '<form method="post"' in page
    assert "a…@example.org" in page
    assert MAIL not in page


def test_sending_the_form_stops_this_address(client, path):
    answer = client.post(path, {"wish": "here"})
    assert "will not be asked again" in answer.content.decode()
    assert is_suppressed("email", MAIL)
    assert not is_suppressed("sms", "+4915112345678")


def test_one_may_say_no_everywhere(client, path):
    client.post(path, {"wish": "everywhere"})
    assert is_suppressed("email", MAIL)
    assert is_suppressed("sms", "+4915112345678")


def test_the_one_click_of_a_mail_program_needs_no_cookie_and_gets_no_redirect(path):
    from django.test import Client

    answer = Client(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, answer.cookies) == (200, {})
    assert is_suppressed("email", MAIL)


@pytest.mark.parametrize("body", [{}, {"wish": "what"}, {"List-Unsubscribe": "yes"}])
def test_a_post_that_says_nothing_changes_nothing(client, path, body):
    before = everything()
    assert client.post(path, body).status_code == 200
    assert everything() == before


def test_the_customer_may_take_it_back_at_once(client, path, delivery):
    client.post(path, {"wish": "here"})
    client.post(path, {"wish": "again"})
    assert not is_suppressed("email", MAIL)
    assert latest_consents(delivery.invitation.customer_id) == {"email": "granted"}


def test_a_complaint_cannot_be_taken_back_here(client, path):
    suppress("email", address_digest("email", MAIL), reason="complaint", now=NOON)
    client.post(path, {"wish": "again"})
    assert is_suppressed("email", MAIL)


@pytest.mark.parametrize("change", [lambda t: t[:-2] + "/", lambda t: t.replace("/u/", "/u/9"), lambda t: "/u/1/"])
def test_a_changed_link_is_nobodys(client, path, change):
    assert client.post(change(path), {"wish": "here"}).status_code == 404
    assert not is_suppressed("email", MAIL)


def test_a_survey_link_opens_no_unsubscribe_page_and_the_reverse(client, path, delivery):
    survey = survey_link(delivery.invitation).rstrip("/").rpartition("/")[2]
    assert client.get(f"/u/{survey}/").status_code == 404
    assert client.get(path.replace("/u/", "/s/")).status_code == 404


def test_an_old_key_still_opens_the_page(client, path, settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new", [settings.SECRET_KEY]
    assert client.get(path).status_code == 200


def test_after_an_erasure_the_link_says_that_nothing_will_come(client, path, delivery):
    erase_customer(delivery.invitation.customer_id, now=NOON)
    page = client.post(path, {"wish": "here"}).content.decode()
    assert "will not be asked again" in page
    assert "Ask me again" not in page
    assert Delivery.objects.get().address == ""


def test_the_page_is_kept_nowhere_and_runs_no_script(client, path):
    answer = client.get(path)
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "script-src" not in answer["Content-Security-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "<script" not in answer.content.decode()


def test_the_page_speaks_the_surveys_language(client, settings):
    german = invite_directly(rows.survey("de", locale="ar"), rows.customer("C-9", "z@example.org"), now=NOON)
    path = unsubscribe_link(german.deliveries.get()).removeprefix(settings.PUBLIC_URL)
    assert '<html lang="ar" dir="rtl">' in client.get(path).content.decode()
