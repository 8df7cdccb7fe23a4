from decimal import Decimal

import pytest

from surveys.models import AddressConflict, Customer, Suppression
from surveys.services.addresses import address_digest, suppress
from surveys.services.customers import CustomerDetails, CustomerErased, NobodyNamed, upsert_customer
from surveys.services.erasure import erase_customer
from surveys.tests.rows import NOON

pytestmark = pytest.mark.django_db


def upsert(**said):
    return upsert_customer(CustomerDetails(**said), now=NOON)


def emails(customer):
    return list(customer.addresses.filter(channel="email").values_list("address", "is_primary"))


def test_a_new_number_makes_a_customer_and_the_same_number_finds_it():
    first, created = upsert(external_id="C-1", name="Ana")
    again, made = upsert(external_id="C-1")
    assert (created, made, again) == (True, False, first)


def test_what_is_not_said_stays_as_it_was():
    upsert(external_id="C-1", name="Ana", locale="de", annual_value=Decimal(500), attributes={"plan": "gold"})
    customer, _ = upsert(external_id="C-1", locale="de-AT")
    assert (customer.name, customer.locale, customer.annual_value) == ("Ana", "de-AT", Decimal(500))


def test_attributes_are_merged_and_null_takes_one_away():
    upsert(external_id="C-1", attributes={"plan": "gold", "since": 2019, "score": 0})
    customer, _ = upsert(external_id="C-1", attributes={"plan": "basic", "since": None})
    assert customer.attributes == {"plan": "basic", "score": 0}


def test_upper_and_lower_case_numbers_are_two_customers():
    assert upsert(external_id="abc")[0] != upsert(external_id="ABC")[0]


def test_nobody_named_is_refused():
    with pytest.raises(NobodyNamed):
        upsert(name="Ana")


def test_an_address_alone_finds_its_customer_in_any_spelling():
    first, _ = upsert(external_id="C-1", email="Ana@Example.ORG")
    assert upsert(email=" ana@example.org")[0] == first


def test_a_number_learned_later_belongs_to_the_customer_known_by_address():
    first, _ = upsert(email="ana@example.org")
    again, created = upsert(external_id="C-1", email="ana@example.org")
    assert (again, created, again.external_id) == (first, False, "C-1")


def test_the_newest_address_is_the_first_choice_and_the_old_one_is_kept():
    upsert(external_id="C-1", email="old@example.org")
    customer, _ = upsert(external_id="C-1", email="new@example.org")
    assert emails(customer) == [("new@example.org", True), ("old@example.org", False)]


def test_an_address_of_somebody_else_stays_there_and_becomes_a_conflict():
    ana, _ = upsert(external_id="C-1", email="shared@example.org")
    ben, _ = upsert(external_id="C-2", email="shared@example.org")
    upsert(external_id="C-2", email="shared@example.org")
    conflict = AddressConflict.objects.get()
    assert (conflict.customer, conflict.holder) == (ben, ana)
    assert emails(ben) == []


def test_a_national_number_is_read_by_the_customers_locale():
    customer, _ = upsert(external_id="C-1", phone="0151 12345678", locale="de-DE")
    assert customer.addresses.get().address == "+4915112345678"


def test_an_erased_customer_does_not_come_back_by_number():
    erase_customer(upsert(external_id="C-1", email="ana@example.org")[0].pk, now=NOON)
    with pytest.raises(CustomerErased):
        upsert(external_id="C-1", name="Ana")
    assert Customer.objects.count() == 1


def test_an_erased_customer_does_not_come_back_by_address():
    erase_customer(upsert(email="ana@example.org")[0].pk, now=NOON)
    with pytest.raises(CustomerErased):
        upsert(email="Ana@example.org")


def test_an_erased_address_is_not_stored_for_a_new_number():
    erase_customer(upsert(external_id="C-1", email="ana@example.org")[0].pk, now=NOON)
    customer, created = upsert(external_id="C-2", email="ana@example.org")
    assert created
    assert not customer.addresses.exists()


def test_an_import_of_a_suppressed_address_keeps_the_opt_out():
    digest = address_digest("email", "ana@example.org")
    suppress("email", digest, reason=Suppression.Reason.OPT_OUT, now=NOON)
    upsert(external_id="C-1", email="ana@example.org")
    assert Suppression.objects.in_force().filter(address_digest=digest).exists()


def test_about_the_configured_share_is_kept_aside_for_ever(settings):
    settings.HOLDOUT_PERCENT = 30
    for number in range(300):
        upsert(external_id=f"C-{number}")
    aside = set(Customer.objects.filter(is_holdout=True).values_list("external_id", flat=True))
    for number in range(300):
        upsert(external_id=f"C-{number}", name="again")
    assert 60 <= len(aside) <= 120
    assert set(Customer.objects.filter(is_holdout=True).values_list("external_id", flat=True)) == aside


def test_what_one_database_would_refuse_is_taken_out_before():
    customer, _ = upsert(external_id="C-1\x00", name="A\x00na" + "x" * 300, attributes={"no\x00te": ["a\ud800"]})
    customer.refresh_from_db()
    assert (customer.external_id, len(customer.name), customer.attributes) == ("C-1", 200, {"note": ["a"]})
