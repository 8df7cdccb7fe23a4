from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import permutations

import pytest
from django.db import connection

from surveys.hooks import event_recorded
from surveys.models import Customer, TouchpointEvent
from surveys.services.customers import CustomerDetails
from surveys.services.erasure import erase_customer
from surveys.services.events import EventConflict, EventDetails, record_event
from surveys.tests import rows
from surveys.tests.rows import NOON

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ANA = CustomerDetails(external_id="C-1", email="ana@example.org")


@pytest.fixture
def details():
    return EventDetails("E-1", rows.touchpoint(), NOON, ANA, {"order": {"total": 0}, "carrier": "DHL"})


def test_an_event_is_kept_with_its_customer(details):
    event, created = record_event(rows.source(), details, now=NOON)
    assert created
    assert (event.customer.external_id, event.attributes["order"]) == ("C-1", {"total": 0})


def test_the_same_event_again_is_the_same_row_even_years_later(details):
    first, _ = record_event(rows.source(), details, now=NOON)
    again, created = record_event(rows.source(), details, now=NOON + timedelta(days=3000))
    assert (again, created) == (first, False)


def test_a_replay_does_not_bring_back_old_customer_data(details):
    record_event(rows.source(), details, now=NOON)
    Customer.objects.update(locale="de")
    record_event(rows.source(), details, now=NOON)
    assert Customer.objects.get().locale == "de"


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_in_whatever_order_events_arrive_the_newest_of_them_says_what_is_known(order):
    at = rows.touchpoint()
    for n in order:
        ana = replace(ANA, annual_value=Decimal(100 * n), locale="de" if n == 0 else None, attributes={"plan": f"p{n}"})
        record_event(rows.source(), EventDetails(f"E-{n}", at, NOON + n * timedelta(hours=1), ana), now=NOON + DAY)
    known = Customer.objects.get()
    assert (known.annual_value, known.attributes, known.locale) == (200, {"plan": "p2"}, "de")


@pytest.mark.parametrize(
    "other",
    [
        {"occurred_at": NOON - timedelta(seconds=1)},
        {"attributes": {"carrier": "UPS"}},
        {"customer": CustomerDetails(external_id="C-2")},
        {"customer": None},
    ],
)
def test_the_same_id_for_something_else_is_a_conflict_and_changes_nothing(details, other):
    event, _ = record_event(rows.source(), details, now=NOON)
    with pytest.raises(EventConflict):
        record_event(rows.source(), replace(details, **other), now=NOON)
    assert list(TouchpointEvent.objects.values_list("pk", "customer__external_id")) == [(event.pk, "C-1")]
    assert Customer.objects.count() == 1


def test_two_sources_may_use_the_same_id(details):
    record_event(rows.source("shop"), details, now=NOON)
    assert record_event(rows.source("crm"), details, now=NOON)[1]


def test_an_event_of_an_erased_person_is_kept_without_the_person(details):
    event, _ = record_event(rows.source(), details, now=NOON)
    erase_customer(event.customer_id, now=NOON)
    later, created = record_event(rows.source(), replace(details, event_id="E-2"), now=NOON)
    assert (created, later.customer) == (True, None)
    assert Customer.objects.count() == 1


def test_a_replay_for_an_erased_person_is_no_conflict(details):
    event, _ = record_event(rows.source(), details, now=NOON)
    erase_customer(event.customer_id, now=NOON)
    assert record_event(rows.source(), details, now=NOON) == (event, False)


def test_a_senders_clock_that_runs_ahead_is_set_back(details):
    event, _ = record_event(rows.source(), replace(details, occurred_at=NOON + timedelta(minutes=9)), now=NOON)
    assert event.occurred_at == NOON


def test_addresses_and_cards_in_attributes_are_struck_out_and_order_numbers_stay():
    said = {"who": "ana@example.org", "cards": ["4111 1111 1111 1111"], "order": "4111111111111112", "x\x00": "a\ud800"}
    details = EventDetails("E-1", rows.touchpoint(), NOON, ANA, said)
    event, _ = record_event(rows.source(), details, now=NOON)
    event.refresh_from_db()
    assert event.attributes == {"who": "[email]", "cards": ["[card]"], "order": "4111111111111112", "x": "a"}


def test_a_touchpoint_that_lists_its_attributes_keeps_only_those():
    listed = rows.touchpoint(event_fields=["carrier", "contact", "missing"])
    said = {"carrier": "DHL", "contact": "ana@example.org", "note": "call her"}
    event, _ = record_event(rows.source(), EventDetails("E-1", listed, NOON, ANA, said), now=NOON)
    assert event.attributes == {"carrier": "DHL", "contact": "ana@example.org"}


def test_what_follows_waits_for_the_commit_and_a_replay_announces_nothing(details, monkeypatch, after_commit):
    told = []
    follower = type("Follower", (), {"name": "told", "delay": staticmethod(told.append)})()
    monkeypatch.setattr(event_recorded, "followers", [follower])
    with after_commit():
        event, _ = record_event(rows.source(), details, now=NOON)
        assert told == []
        record_event(rows.source(), details, now=NOON)
    assert told == [event.pk]


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_fifty_copies_from_ten_connections_make_one_event(details):
    shop = rows.source()

    def send(_copy):
        try:
            return record_event(shop, details, now=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(send, range(50)))
    assert sum(created for _event, created in answers) == 1
    assert TouchpointEvent.objects.count() == 1
    assert Customer.objects.count() == 1
