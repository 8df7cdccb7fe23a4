"""Races on a database that really runs them side by side."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import mail
from django.db import connection

from surveys.models import Customer, Decision, Delivery
from surveys.services.customers import CustomerDetails, upsert_customer
from surveys.services.deliveries import send_delivery
from surveys.services.events import process_event
from surveys.services.invitations import invite_directly
from surveys.tests import rows
from surveys.tests.rows import NOON

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def side_by_side(work, things) -> list:
    def one(thing):
        try:
            return work(thing)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        return list(pool.map(one, things))


def test_one_customers_events_decided_at_once_lead_to_one_ask():
    place = rows.touchpoint()
    rows.rule(place, rows.survey())
    ana = rows.customer()
    events = [rows.event(place, ana, f"E-{number}").pk for number in range(12)]
    side_by_side(lambda pk: process_event(pk, now=NOON), events * 2)
    reasons = list(Decision.objects.values_list("reason", flat=True))
    assert (len(reasons), reasons.count("asked"), Delivery.objects.count()) == (12, 1, 1)


def test_one_delivery_sent_by_six_workers_is_one_mail():
    delivery = invite_directly(rows.survey(), rows.customer(), now=NOON).deliveries.get()
    side_by_side(lambda pk: send_delivery(pk, now=NOON), [delivery.pk] * 12)
    assert len(mail.outbox) == 1


def test_a_new_customer_named_by_many_at_once_is_one_row_with_one_address():
    said = CustomerDetails(external_id="C-1", email="ana@example.org")
    results = side_by_side(lambda _copy: upsert_customer(said, now=NOON), range(12))
    assert sum(created for _customer, created in results) == 1
    assert Customer.objects.get().addresses.count() == 1
