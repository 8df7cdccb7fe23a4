import json
from base64 import b64encode
from datetime import timedelta
from itertools import permutations

import pytest
from anymail.webhooks.postmark import PostmarkTrackingWebhookView
from django.core.exceptions import SuspiciousOperation
from django.urls import resolve

from surveys.api.mail_reports import webhook_urls
from surveys.models import CustomerAddress, Delivery, DeliveryReport, Suppression
from surveys.services.addresses import is_suppressed, lift_ended
from surveys.services.deliveries import send_delivery
from surveys.services.erasure import erase_customer
from surveys.services.invitations import invite_directly
from surveys.services.reports import record_report
from surveys.tests import rows
from surveys.tests.rows import NOON

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MAIL = "ana@example.org"


@pytest.fixture
def ana():
    return rows.customer()


@pytest.fixture
def delivery(ana):
    return sent_to(ana)


def sent_to(customer, survey="delivery-nps") -> Delivery:
    delivery = invite_directly(rows.survey(survey), customer, now=NOON).deliveries.get()
    send_delivery(delivery.pk, now=NOON)
    delivery.refresh_from_db()
    return delivery


def report(delivery, kind, report_id="r1", now=NOON):
    return record_report(kind, report_id=report_id, message_id=delivery.message_id, now=now)


@pytest.mark.parametrize(
    ("kind", "reason"), [("bounced", "bounce"), ("complained", "complaint"), ("unsubscribed", "opt_out")]
)
def test_a_bounce_a_complaint_and_a_no_end_writing_to_the_address(delivery, kind, reason):
    report(delivery, kind)
    assert Suppression.objects.get().reason == reason
    assert is_suppressed("email", MAIL)


def test_a_bounced_address_is_marked_and_a_complaint_does_not_call_it_broken(delivery):
    report(delivery, "complained", "r1")
    assert CustomerAddress.objects.get().bounced_at is None
    report(delivery, "bounced", "r2")
    assert CustomerAddress.objects.get().bounced_at == NOON


def test_the_same_report_twice_counts_once(delivery):
    assert report(delivery, "deferred") is not None
    assert report(delivery, "deferred") is None
    assert DeliveryReport.objects.count() == 1


def test_a_report_on_a_message_nobody_knows_is_ignored(delivery):
    for unknown in ("<other@tenant>", ""):
        assert record_report("bounced", report_id="r1", message_id=unknown, now=NOON) is None
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("order", permutations(["deferred", "delivered", "bounced"]))
def test_reports_in_any_order_end_in_the_same_outcome(delivery, order):
    for number, kind in enumerate(order):
        report(delivery, kind, f"r{number}")
    delivery.refresh_from_db()
    assert delivery.outcome == "bounced"


def test_three_soft_bounces_in_a_week_rest_the_address_for_a_month(ana):
    for number in range(3):
        assert not is_suppressed("email", MAIL)
        report(sent_to(ana, f"s{number}"), "deferred", f"r{number}", now=NOON + number * DAY)
    assert is_suppressed("email", MAIL)
    assert lift_ended(now=NOON + 31 * DAY) == 0
    assert lift_ended(now=NOON + 32 * DAY) == 1
    assert not is_suppressed("email", MAIL)


def test_one_message_deferred_three_times_is_one_soft_bounce(delivery):
    for number in range(3):
        report(delivery, "deferred", f"r{number}")
    assert not is_suppressed("email", MAIL)


def test_soft_bounces_of_another_week_do_not_add_up(ana):
    for number in range(3):
        report(sent_to(ana, f"s{number}"), "deferred", f"r{number}", now=NOON + number * 5 * DAY)
    assert not is_suppressed("email", MAIL)


def test_a_hard_bounce_after_soft_ones_has_no_end(ana):
    deliveries = [sent_to(ana, f"s{number}") for number in range(3)]
    for number, delivery in enumerate(deliveries):
        report(delivery, "deferred", f"r{number}")
    report(deliveries[0], "bounced", "hard")
    assert lift_ended(now=NOON + 99 * DAY) == 0


def test_a_late_report_on_an_erased_customer_brings_nothing_back(delivery, ana):
    erase_customer(ana.pk, now=NOON)
    report(delivery, "bounced")
    assert Suppression.objects.get().reason == "erased"
    assert Delivery.objects.get().address == ""


def postmark(rf, settings, *, message_id, password="pass", **said):
    settings.ANYMAIL = {"WEBHOOK_SECRET": "user:pass"}
    login = b64encode(f"user:{password}".encode()).decode()
    body = {"RecordType": "Bounce", "ID": 7, "Type": "HardBounce", "MessageID": message_id, "Email": "x@example.org"}
    request = rf.post(
        "/", json.dumps(body | said), content_type="application/json", headers={"authorization": f"Basic {login}"}
    )
    return PostmarkTrackingWebhookView.as_view()(request)


def test_a_real_providers_bounce_reaches_the_address_we_wrote_to(rf, settings, delivery):
    assert postmark(rf, settings, message_id=delivery.message_id).status_code == 200
    assert is_suppressed("email", MAIL)
    assert not is_suppressed("email", "x@example.org")


def test_the_webhook_with_a_wrong_password_is_refused(rf, settings, delivery):
    with pytest.raises(SuspiciousOperation):  # Django answers 400
        postmark(rf, settings, message_id=delivery.message_id, password="guess")
    assert not DeliveryReport.objects.exists()


@pytest.mark.parametrize(("provider", "options"), [("", {"WEBHOOK_SECRET": "a:b"}), ("postmark", {})])
def test_there_is_no_webhook_without_a_provider_and_a_secret(settings, provider, options):
    settings.MAIL_PROVIDER, settings.ANYMAIL = provider, options
    assert webhook_urls() == []


def test_only_the_configured_providers_webhook_is_open(settings):
    settings.MAIL_PROVIDER, settings.ANYMAIL = "postmark", {"WEBHOOK_SECRET": "a:b"}
    (url,) = webhook_urls()
    assert url.callback.view_class is PostmarkTrackingWebhookView
    assert resolve("/api/v1/events").url_name == "events"
