"""Two draws at once; PostgreSQL shows whether our locks do their work."""

import pytest
from django.db import connection

from loop.models import Placement
from loop.services.placements import place_case
from loop.tests.plays import running
from loop.tests.rows import NOON, case, customer, touchpoint
from loop.tests.test_races import at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL: make test-services"),
    pytest.mark.services,
]


def test_one_case_drawn_twice_at_once_has_one_arm():
    opened = case()  # before the start, since a case that is opened afterwards is drawn at once
    running()
    results = at_once(*[lambda: place_case(opened.pk, now=NOON)] * 3)
    assert sorted(type(result).__name__ for result in results) == ["NoneType", "NoneType", "Placement"]


def test_cases_drawn_at_once_take_different_turns():
    opened = [case(who=customer(f"C-{number}")) for number in range(4)]
    running()
    at_once(*(lambda pk=row.pk: place_case(pk, now=NOON) for row in opened))
    assert sorted(Placement.objects.values_list("turn", flat=True)) == [0, 1, 2, 3]


def test_two_cases_of_one_customer_at_once_are_one_draw():
    opened = [case(who=customer("C-1"), where=touchpoint(slug)) for slug in ("web", "shop")]
    running()
    results = at_once(*(lambda pk=row.pk: place_case(pk, now=NOON) for row in opened))
    assert sorted(type(result).__name__ for result in results) == ["NoneType", "Placement"]
