"""Customers in the admin: addresses in one spelling, consent that is only ever added to, and being forgotten."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from surveys.models import Consent, CustomerAddress, Decision, Suppression
from surveys.services.addresses import address_digest, is_suppressed, suppress
from surveys.services.invitations import invite_directly
from surveys.tests import rows
from surveys.tests.designer import client_of, staff
from surveys.tests.rows import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return client_of(staff("admin"))


@pytest.fixture
def ana():
    return rows.customer()


def url(name: str, row) -> str:
    return reverse(f"admin:surveys_{name}", args=[row.pk])


def form_data(customer, addresses: list[dict] = (), consents: list[dict] = ()) -> dict:
    data = {"external_id": customer.external_id, "name": customer.name, "time_zone": "UTC", "attributes": "{}"}
    for prefix, lines in (("addresses", addresses), ("consents", consents)):
        data |= {f"{prefix}-TOTAL_FORMS": len(lines), f"{prefix}-INITIAL_FORMS": 0}
        for number, line in enumerate(lines):
            data |= {f"{prefix}-{number}-{name}": value for name, value in line.items()}
            data[f"{prefix}-{number}-customer"] = customer.pk
    return data


def save(client, customer, **lines):
    return client.post(url("customer_change", customer), form_data(customer, **lines))


def test_an_address_is_kept_in_its_one_spelling(admin, ana):
    save(admin, ana, addresses=[{"channel": "email", "address": "Ana.Two@Example.ORG"}])
    assert CustomerAddress.objects.filter(customer=ana, address="ana.two@example.org").exists()


def test_what_is_no_address_is_refused_in_words(admin, ana):
    page = save(admin, ana, addresses=[{"channel": "sms", "address": "call me"}])
    assert "This is not a phone number" in page.content.decode()


def test_a_consent_is_added_with_who_entered_it(admin, ana):
    save(admin, ana, consents=[{"channel": "email", "status": "granted"}])
    said = Consent.objects.get()
    assert (said.status, said.source) == ("granted", "entered by a-admin")


def test_a_consent_once_given_cannot_be_changed_or_taken_out(admin, ana):
    Consent.objects.create(customer=ana, channel="email", status="withdrawn")
    data = form_data(ana) | {"consents-TOTAL_FORMS": 1, "consents-INITIAL_FORMS": 1}
    data |= {"consents-0-id": Consent.objects.get().pk, "consents-0-status": "granted", "consents-0-DELETE": "on"}
    admin.post(url("customer_change", ana), data)
    assert Consent.objects.get().status == "withdrawn"


def test_a_customer_is_forgotten_only_after_a_second_click(admin, ana):
    assert "Forget for good" in admin.get(url("customer_erase", ana)).content.decode()
    ana.refresh_from_db()
    assert ana.name == "Ana"
    admin.post(url("customer_erase", ana))
    ana.refresh_from_db()
    assert (ana.name, ana.erased_at is None, ana.addresses.count()) == ("", False, 0)


def test_the_history_of_edits_forgets_the_name_and_the_address_and_keeps_that_somebody_edited(admin, ana):
    save(admin, ana, addresses=[{"channel": "email", "address": "canary7391@example.org"}])
    before = [f"{edit.object_repr} {edit.change_message}" for edit in LogEntry.objects.all()]
    assert "Ana" in str(before) and "canary7391" in str(before)
    admin.post(url("customer_erase", ana))
    after = [f"{edit.object_repr} {edit.change_message}" for edit in LogEntry.objects.all()]
    assert len(after) == len(before) + 1
    assert "Ana" not in str(after) and "canary7391" not in str(after)


def test_a_customer_is_never_simply_deleted(admin, ana):
    assert admin.post(url("customer_delete", ana), {"post": "yes"}).status_code == 403


def test_the_customers_page_says_why_she_was_not_asked(admin, ana):
    at, asks = rows.touchpoint(), rows.survey()
    event = rows.event(at, ana)
    decision = Decision.objects.create(
        event=event, rule=rows.rule(at, asks), outcome="skip", reason="opt_out", sentence="She opted out."
    )
    page = admin.get(url("customer_change", ana)).content.decode()
    assert "She opted out." in page
    assert f'href="{url("decision_change", decision)}"' in page


def test_the_decisions_page_shows_every_check_and_escapes_it(admin, ana):
    at, asks = rows.touchpoint(), rows.survey()
    trace = [
        {"check": "rule", "passed": True, "text": "In force."},
        {"check": "x", "passed": False, "text": "<b>no</b>"},
    ]
    decision = Decision.objects.create(
        event=rows.event(at, ana), rule=rows.rule(at, asks), outcome="skip", reason="x", sentence="No.", trace=trace
    )
    page = admin.get(url("decision_change", decision)).content.decode()
    assert "In force." in page
    assert "&lt;b&gt;no&lt;/b&gt;" in page


def suppressed() -> Suppression:
    digest = address_digest("email", "ana@example.org")
    return suppress("email", digest, reason=Suppression.Reason.OPT_OUT, now=NOON)


def test_an_opt_out_is_lifted_only_for_a_written_reason(admin):
    row = suppressed()
    admin.post(url("suppression_change", row), {"lifted_note": ""})
    assert is_suppressed("email", "ana@example.org")
    admin.post(url("suppression_change", row), {"lifted_note": "Asked for it by phone on 3 March."})
    assert not is_suppressed("email", "ana@example.org")


def test_a_lifted_opt_out_cannot_be_put_back_or_rewritten(admin):
    row = suppressed()
    admin.post(url("suppression_change", row), {"lifted_note": "By phone."})
    assert admin.post(url("suppression_change", row), {"lifted_note": "Another story."}).status_code == 403


def test_an_event_that_was_set_aside_is_tried_again(admin, ana):
    event = rows.event(rows.touchpoint(), ana)
    type(event).objects.filter(pk=event.pk).update(parked_at=NOON, attempts=5, last_error="OperationalError")
    assert "Try again" in admin.get(url("touchpointevent_change", event)).content.decode()
    admin.post(url("touchpointevent_replay", event))
    event.refresh_from_db()
    assert event.parked_at is None


def test_a_message_that_failed_is_tried_again_by_whoever_may_stop_it(admin, ana):
    message = invite_directly(rows.survey(), ana, now=NOON).deliveries.get()
    type(message).objects.filter(pk=message.pk).update(
        status="failed", attempts=5, last_error="Its sender died 5 times."
    )
    assert "Try again" in admin.get(url("delivery_change", message)).content.decode()
    assert client_of(staff("analyst")).post(url("delivery_retry", message)).status_code in (302, 403)
    assert type(message).objects.get().status == "failed"
    admin.post(url("delivery_retry", message))
    message.refresh_from_db()
    assert (message.status, message.attempts) == ("queued", 0)
    assert "Try again" not in admin.get(url("delivery_change", message)).content.decode()
