import json

import pytest
from django.core.serializers import serialize

from surveys import models
from surveys.hooks import customer_erased
from surveys.models import Customer, Delivery, Invitation
from surveys.services.addresses import is_suppressed
from surveys.services.consent import opt_out, record_consent
from surveys.services.customers import CustomerDetails, upsert_customer
from surveys.services.erasure import customers_with_traces, erase_customer
from surveys.services.invitations import invite_directly
from surveys.tests import rows
from surveys.tests.rows import NOON

pytestmark = pytest.mark.django_db
CANARY = "canary7391"


@pytest.fixture
def ana():
    said = CustomerDetails(
        external_id=f"{CANARY}-1",
        email=f"{CANARY}@example.org",
        name=CANARY,
        account_owner=CANARY,
        attributes={"note": CANARY},
    )
    customer, _ = upsert_customer(said, now=NOON)
    upsert_customer(CustomerDetails(external_id="C-2", email=f"{CANARY}@example.org"), now=NOON)
    record_consent(customer, "email", "granted", now=NOON, wording=CANARY, source=CANARY)
    rows.event(rows.touchpoint(), customer, attributes={"order": CANARY})
    invite_directly(rows.survey(), customer, now=NOON)
    return customer


def whole_database() -> str:
    tables = [getattr(models, name) for name in models.__all__]
    rows_of = [table.objects.all() for table in tables if hasattr(table, "objects")]
    return "".join(serialize("json", each) for each in rows_of)


def test_nothing_of_this_floor_names_the_person_any_more(ana):
    assert CANARY in whole_database()
    erase_customer(ana.pk, now=NOON)
    assert CANARY not in whole_database()


def test_what_counts_stays(ana):
    erase_customer(ana.pk, now=NOON)
    assert Customer.objects.filter(pk=ana.pk, erased_at=NOON).exists()
    assert (ana.events.count(), ana.invitations.count()) == (1, 1)


def test_open_links_die_and_waiting_mail_is_dropped(ana):
    erase_customer(ana.pk, now=NOON)
    assert Invitation.objects.get().status == "withdrawn"
    assert Delivery.objects.get().status == "dropped"


def test_the_address_is_never_written_to_again(ana):
    erase_customer(ana.pk, now=NOON)
    assert is_suppressed("email", f"{CANARY}@example.org")


def test_an_opted_out_address_is_remembered_as_erased(ana):
    opt_out("email", f"{CANARY}@example.org", now=NOON, source="link")
    erase_customer(ana.pk, now=NOON)
    assert models.Suppression.objects.get().reason == "erased"


def test_the_floors_above_are_told(ana, monkeypatch, after_commit):
    told = []
    follower = type("Follower", (), {"name": "told", "delay": staticmethod(told.append)})()
    monkeypatch.setattr(customer_erased, "followers", [follower])
    with after_commit():
        erase_customer(ana.pk, now=NOON)
    assert told == [ana.pk]


def test_erasing_twice_keeps_the_first_date_and_the_digest(ana):
    first = erase_customer(ana.pk, now=NOON)
    again = erase_customer(ana.pk, now=NOON.replace(year=2027))
    assert (again.erased_at, again.erased_digest) == (first.erased_at, first.erased_digest)


def test_traces_that_a_restore_brought_back_are_found(ana):
    erase_customer(ana.pk, now=NOON)
    assert not customers_with_traces().exists()
    Customer.objects.filter(pk=ana.pk).update(attributes=json.loads('{"note": "back"}'))
    assert list(customers_with_traces()) == [ana]
