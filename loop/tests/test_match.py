import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loop.rules.match import Condition, Rule, first_match, holds


def rule(*conditions: Condition, pk: int = 1, **more) -> Rule:
    return Rule(pk, f"rule {pk}", conditions, **more)


@pytest.mark.parametrize(
    ("operator", "value", "fact", "expected"),
    [
        ("at_most", "6", 0, True),
        ("at_most", "6", 6, True),
        ("at_most", "6", 7, False),
        ("at_least", "-0.5", -0.5, True),
        ("at_most", "six", 3, False),
        ("at_most", "5", "six", False),
        ("is", "0", 0, True),
        ("is", "3", 3.0, True),
        ("is", "1234567", 1234568, False),
        ("is", "Gold", "gold", True),
        ("is", "yes", "yes", True),
        ("at_least", "2026-11-01", "2026-11-22", True),
        ("is_not", "gold", "silver", True),
        ("is_not", "gold", "gold", False),
        ("one_of", "gold, silver", "Silver", True),
        ("one_of", "gold, silver", "bronze", False),
        ("is", "price", ["price", "wait"], True),
        ("is_not", "price", ["price", "wait"], False),
        ("contains", "lounge", "Gate B lounge", True),
        ("contains", "wait", ["price", "wait"], True),
        ("present", "", 0, True),
        ("present", "", "", True),
        ("absent", "", 0, False),
    ],
)
def test_a_condition_compares_as_it_reads(operator, value, fact, expected):
    assert holds(Condition("fact", operator, value), {"fact": fact}) is expected


@pytest.mark.parametrize("operator", ["at_most", "at_least", "is", "is_not", "one_of", "contains", "present"])
def test_an_unknown_fact_fails_every_condition_but_absent(operator):
    assert not holds(Condition("nps", operator, "6"), {})
    assert holds(Condition("nps", "absent"), {})


def test_all_conditions_of_a_rule_must_hold():
    both = rule(Condition("nps", "at_most", "6"), Condition("customer.plan", "is", "gold"))
    assert first_match([both], {"nps": 2, "customer.plan": "silver"}) is None
    assert first_match([both], {"nps": 2, "customer.plan": "gold"}) is both


def test_the_first_rule_in_order_speaks():
    rules = [rule(Condition("nps", "at_most", "3"), pk=1), rule(Condition("nps", "at_most", "6"), pk=2)]
    assert first_match(rules, {"nps": 2}).pk == 1
    assert first_match(rules, {"nps": 5}).pk == 2


def test_a_rule_without_conditions_opens_nothing():
    assert first_match([rule()], {"nps": 0}) is None


def test_a_rule_of_another_touchpoint_is_silent():
    of_check_in = rule(Condition("nps", "at_most", "6"), touchpoint="check-in")
    assert first_match([of_check_in], {"nps": 0, "touchpoint": "boarding"}) is None
    assert first_match([of_check_in], {"nps": 0, "touchpoint": "check-in"}) is of_check_in


@settings(max_examples=100)
@given(st.integers(0, 10), st.integers(0, 10))
def test_at_most_agrees_with_the_order_of_numbers(number, limit):
    assert holds(Condition("nps", "at_most", str(limit)), {"nps": number}) is (number <= limit)


@settings(max_examples=100)
@given(st.text(max_size=20), st.text(max_size=20))
def test_no_words_of_a_customer_or_an_admin_break_a_condition(value, fact):
    for operator in ("at_most", "at_least", "is", "is_not", "one_of", "contains"):
        assert holds(Condition("f", operator, value), {"f": fact}) in (True, False)
