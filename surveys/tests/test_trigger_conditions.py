import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.models.trigger import TriggerCondition
from surveys.triggers.conditions import ANSWERS, Operator, holds

EVENT = {
    "total": 250,
    "zero": 0,
    "price": "19.90",
    "carrier": " DHL ",
    "express": True,
    "empty": "",
    "nothing": None,
    "tags": ["Gift", "fragile"],
    "delivered": "2026-03-01",
    "address": {"country": "DE", "zip": "01067"},
    "a.b": "dotted",
}


def answer(field, operator, value="", facts=None):
    condition = TriggerCondition(subject="event", field=field, operator=operator, value=value)
    return holds(condition, {"event": EVENT if facts is None else facts})


@pytest.mark.parametrize(
    ("field", "operator", "value"),
    [
        ("total", "is", "250.0"),
        ("total", "at_least", "250"),
        ("total", "at_most", "250"),
        ("price", "is", "19.9"),
        ("price", "at_most", "20"),
        ("carrier", "is", "dhl"),
        ("carrier", "is_not", "ups"),
        ("carrier", "contains", "h"),
        ("carrier", "one_of", "UPS, dhl"),
        ("express", "is", "true"),
        ("tags", "contains", "gift"),
        ("tags", "one_of", "gift"),
        ("delivered", "at_least", "2026-02-28T12:00"),
        ("delivered", "at_most", "2026-03-01T00:00+00:00"),
        ("address.country", "is", "de"),
        ("a.b", "is", "dotted"),
        ("zero", "is", "0"),
        ("zero", "present", ""),
        ("zero", "at_most", "0"),
        ("missing", "absent", ""),
        ("empty", "absent", ""),
        ("nothing", "absent", ""),
    ],
)
def test_the_condition_holds(field, operator, value):
    assert answer(field, operator, value) is True


@pytest.mark.parametrize(
    ("field", "operator", "value"),
    [
        ("total", "is", "25"),
        ("total", "at_least", "250.01"),
        ("carrier", "is_not", "DHL"),
        ("carrier", "one_of", "UPS,Hermes"),
        ("carrier", "one_of", ""),
        ("tags", "is_not", "gift"),
        ("tags", "contains", "gif"),
        ("express", "is", "1"),
        ("address.zip", "is", "1067x"),
        ("missing", "present", ""),
        ("zero", "absent", ""),
    ],
)
def test_the_condition_does_not_hold(field, operator, value):
    assert answer(field, operator, value) is False


@pytest.mark.parametrize("operator", [operator for operator in Operator if operator in ANSWERS])
@pytest.mark.parametrize("field", ["missing", "empty", "nothing", "address.street", "carrier.name"])
def test_what_is_not_known_answers_unknown_even_to_is_not(field, operator):
    assert answer(field, operator, "0") is None


@pytest.mark.parametrize(
    ("field", "operator", "value"),
    [
        ("carrier", "at_least", "5"),
        ("total", "at_most", "many"),
        ("total", "at_least", "２00x"),
        ("express", "at_least", "1"),
        ("address", "is", "DE"),
        ("address", "is_not", "DE"),
        ("address", "contains", "DE"),
        ("tags", "at_least", "1"),
        ("delivered", "at_least", "yesterday"),
        ("total", "at_least", "1e3"),
        ("total", "at_least", "1_0"),
        ("total", "at_least", "NaN"),
    ],
)
def test_what_has_no_order_or_no_text_answers_unknown(field, operator, value):
    assert answer(field, operator, value) is None


def test_a_subject_without_facts_answers_unknown():
    condition = TriggerCondition(subject="customer", field="plan", operator="is", value="gold")
    assert holds(condition, {"event": EVENT}) is None


def test_every_operator_of_the_admin_has_an_answer():
    assert set(ANSWERS) | {Operator.PRESENT, Operator.ABSENT} == set(Operator)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=100, deadline=None)
@given(json_values, st.sampled_from(list(Operator)), st.text(max_size=12))
def test_no_value_of_any_shape_breaks_a_condition(known, operator, value):
    assert answer("field", operator, value, {"field": known}) in (True, False, None)
