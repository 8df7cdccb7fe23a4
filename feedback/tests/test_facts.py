"""Events of other systems become facts: which ones, with which value, once, and again when their meaning changes."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError

from feedback.analytics.facts import Facts
from feedback.analytics.filters import Filters
from feedback.metrics.operational import done_within, not_done_within
from feedback.models import Fact, FactRule
from feedback.services.facts import NoValue, number_of, read_waiting_events, recheck_facts, reread_rule, yes_or_no
from feedback.tests.programme import make_touchpoint
from surveys.models import Customer, Source, TouchpointEvent
from vocplatform.lib.periods import Period

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 11, 12, tzinfo=UTC)
MARCH = Period(NOON.date().replace(day=1), NOON.date())


@pytest.fixture
def shop():
    return make_touchpoint("Shop")


def happen(touchpoint, number: int, *, days_ago: float = 1, customer=None, **attributes) -> TouchpointEvent:
    source, _new = Source.objects.get_or_create(slug="shop", defaults={"name": "Shop"})
    at = NOON - timedelta(days=days_ago)
    return TouchpointEvent.objects.create(
        source=source,
        event_id=f"e-{number}",
        touchpoint=touchpoint,
        customer=customer,
        occurred_at=at,
        received_at=at,
        attributes=attributes,
        fingerprint="x",
    )


def rule(touchpoint, kind: str, **fields) -> FactRule:
    return FactRule.objects.create(touchpoint=touchpoint, kind=kind, **fields)


def read() -> int:
    return read_waiting_events(now=NOON)


def person(number: int) -> Customer:
    return Customer.objects.create(external_id=f"C-{number}", name=f"Customer {number}")


def facts(*periods: Period) -> Facts:
    return Facts.read(Filters(period=MARCH), *(periods or (MARCH,)), now=NOON)


def test_an_event_becomes_a_fact_with_its_value(shop):
    rule(shop, "purchase", value_property="total")
    happen(shop, 1, total="19.90", customer=person(1))
    read()
    fact = Fact.objects.get()
    assert (fact.kind, fact.number, fact.customer.name) == ("purchase", 19.9, "Customer 1")


def test_reading_twice_makes_nothing_twice(shop):
    made = rule(shop, "referral")
    happen(shop, 1)
    read()
    FactRule.objects.filter(pk=made.pk).update(last_event_id=0)
    read()
    assert Fact.objects.count() == 1


def test_only_events_that_are_meant_are_read(shop):
    rule(shop, "cancel", when_property="type", when_value="Cancelled")
    happen(shop, 1, type="cancelled")
    happen(shop, 2, type="changed")
    happen(shop, 3)
    read()
    assert Fact.objects.get().event.event_id == "e-1"


def test_an_event_without_a_usable_value_is_counted_and_makes_no_fact(shop):
    made = rule(shop, "purchase", value_property="total")
    for number, total in enumerate(("much", -1, None, True, "inf", 5)):
        happen(shop, number, total=total)
    read()
    made.refresh_from_db()
    assert (made.unreadable, Fact.objects.count()) == (5, 1)


def test_an_event_that_may_still_be_in_a_transaction_waits(shop):
    rule(shop, "referral")
    happen(shop, 1, days_ago=10 / 86400)
    read()
    assert not Fact.objects.exists()


def test_an_event_that_committed_late_is_found_at_night(shop):
    made = rule(shop, "referral")
    late = happen(shop, 1)
    FactRule.objects.filter(pk=made.pk).update(last_event_id=late.pk + 5)
    read()
    assert recheck_facts(now=NOON) == 1


def test_a_rule_that_means_something_else_reads_its_events_anew(shop):
    made = rule(shop, "referral")
    happen(shop, 1)
    read()
    FactRule.objects.filter(pk=made.pk).update(kind="at_risk")
    reread_rule(made.pk)
    read()
    assert list(Fact.objects.values_list("kind", flat=True)) == ["at_risk"]


def test_a_rule_that_needs_a_value_must_name_its_property(shop):
    with pytest.raises(IntegrityError, match="fact_rule_names_the_property_it_needs"):
        rule(shop, "purchase")


@pytest.mark.parametrize(("said", "means"), [(True, True), ("Yes", True), (1, True), ("no", False), (0, False)])
def test_yes_and_no_are_understood(said, means):
    assert yes_or_no(said) is means


@pytest.mark.parametrize("said", ["maybe", None, 2, ""])
def test_what_is_neither_yes_nor_no_is_no_value(said):
    with pytest.raises(NoValue):
        yes_or_no(said)


@pytest.mark.parametrize("said", [True, "nan", [], {}, "-3"])
def test_what_is_no_amount_is_no_value(said):
    with pytest.raises(NoValue):
        number_of(said)


def test_a_start_and_an_end_of_one_run_belong_together(shop):
    rule(shop, "process_started", when_property="step", when_value="start", run_property="order")
    rule(shop, "process_finished", when_property="step", when_value="end", run_property="order")
    happen(shop, 1, days_ago=9, step="start", order="A")
    happen(shop, 2, days_ago=9, step="start", order="B")
    happen(shop, 3, days_ago=8, step="end", order="A")
    read()
    spells = facts().during(MARCH).spells("process_started", "process_finished", "process_abandoned")
    assert done_within(spells, 7).value == pytest.approx(50)


def test_a_cart_is_saved_by_a_purchase_of_the_same_customer_within_a_day(shop):
    rule(shop, "cart_started", when_property="step", when_value="cart")
    rule(shop, "purchase", when_property="step", when_value="paid", value_property="total")
    buyer, other = person(1), person(2)
    happen(shop, 1, days_ago=5, step="cart", customer=buyer)
    happen(shop, 2, days_ago=4.9, step="paid", total=9, customer=buyer)
    happen(shop, 3, days_ago=5, step="cart", customer=other)
    happen(shop, 4, days_ago=2, step="paid", total=9, customer=other)
    read()
    spells = facts().during(MARCH).spells("cart_started", "purchase", "cart_abandoned")
    assert not_done_within(spells, 1).value == pytest.approx(50)


def test_a_second_start_of_what_still_runs_is_the_same_run(shop):
    rule(shop, "cart_started")
    buyer = person(1)
    for number in range(3):
        happen(shop, number, days_ago=5 - number / 100, customer=buyer)
    read()
    assert len(facts().during(MARCH).spells("cart_started", "purchase", "cart_abandoned")) == 1


def test_customers_count_from_their_first_purchase_to_their_last_day(shop):
    rule(shop, "purchase", when_property="what", when_value="buy", value_property="total")
    rule(shop, "cancel", when_property="what", when_value="leave")
    stays, leaves, returns = person(1), person(2), person(3)
    for number, who in enumerate((stays, leaves, returns)):
        happen(shop, number, days_ago=40, customer=who, what="buy", total=10)
    happen(shop, 5, days_ago=6, customer=leaves, what="leave")
    happen(shop, 6, days_ago=6, customer=returns, what="leave")
    happen(shop, 7, days_ago=3, customer=returns, what="buy", total=4)
    read()
    custom = facts().during(MARCH).customers
    assert sorted(each.cancelled for each in custom) == [False, False, True]
    assert max(each.days for each in custom) == pytest.approx(10.5)
    assert sum(each.spent for each in custom) == 4


def test_whoever_got_an_offer_is_not_compared_with_herself(shop):
    rule(shop, "at_risk", when_property="what", when_value="risk")
    rule(shop, "save_offer", when_property="what", when_value="offer")
    both, alone = person(1), person(2)
    happen(shop, 1, days_ago=5, customer=both, what="risk")
    happen(shop, 2, days_ago=4, customer=both, what="offer")
    happen(shop, 3, days_ago=4, customer=alone, what="risk")
    read()
    period = facts().during(MARCH)
    assert len(period.kept("at_risk", without="save_offer")) == 1


def test_facts_of_another_day_are_not_counted(shop):
    rule(shop, "referral")
    happen(shop, 1, days_ago=20)
    read()
    assert facts().during(MARCH).of("referral") == []


def test_reading_costs_two_queries_however_many_facts_there_are(shop, django_assert_num_queries):
    rule(shop, "referral")
    for number in range(30):
        happen(shop, number)
    read()
    with django_assert_num_queries(2):
        facts()
