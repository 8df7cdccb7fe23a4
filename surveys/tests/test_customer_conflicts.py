import pytest

from surveys.models import AddressConflict, CustomerAddress
from surveys.services.conflicts import settle_conflict
from surveys.services.customers import CustomerDetails, upsert_customer
from surveys.tests.rows import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def conflict():
    for number in ("C-1", "C-2"):
        upsert_customer(CustomerDetails(external_id=number, email="shared@example.org"), now=NOON)
    return AddressConflict.objects.get()


def holder() -> str:
    return CustomerAddress.objects.get(address="shared@example.org").customer.external_id


@pytest.mark.parametrize(("give", "expected"), [(True, "C-2"), (False, "C-1")])
def test_a_person_decides_whose_the_address_is(conflict, give, expected):
    assert settle_conflict(conflict.pk, give_to_claimant=give, now=NOON)
    assert holder() == expected


def test_a_settled_conflict_is_not_settled_again(conflict):
    settle_conflict(conflict.pk, give_to_claimant=False, now=NOON)
    assert not settle_conflict(conflict.pk, give_to_claimant=True, now=NOON)
    assert holder() == "C-1"


def test_the_address_that_was_handed_over_becomes_the_first_choice(conflict):
    upsert_customer(CustomerDetails(external_id="C-2", email="own@example.org"), now=NOON)
    settle_conflict(conflict.pk, give_to_claimant=True, now=NOON)
    rows = conflict.customer.addresses.values_list("address", "is_primary")
    assert dict(rows) == {"shared@example.org": True, "own@example.org": False}
