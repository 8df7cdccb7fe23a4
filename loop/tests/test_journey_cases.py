from datetime import timedelta

import pytest

from loop.reports.journey_cases import cases_on_the_way
from loop.tests.rows import NOON, case
from loop.tests.staff import staff
from vocplatform.lib.periods import last_days

pytestmark = pytest.mark.django_db
WEEK = last_days(7, today=NOON.date())


def test_cases_of_the_period_stand_at_their_touchpoint_with_how_many_are_open():
    row = case(now=NOON)
    (mark,) = cases_on_the_way([row.touchpoint_id], WEEK, staff("manager")).marks.values()
    assert (mark.text, mark.is_alarming) == ("1 case, 1 open", True)
    assert mark.address == f"/inbox/?touchpoint={row.touchpoint_id}"


def test_cases_of_other_days_do_not_count():
    row = case(now=NOON)
    type(row).objects.filter(pk=row.pk).update(opened_at=NOON - timedelta(days=30))
    assert cases_on_the_way([row.touchpoint_id], WEEK, staff("manager")).marks == {}


def test_whoever_may_not_see_cases_is_told_of_none():
    assert cases_on_the_way([case(now=NOON).touchpoint_id], WEEK, staff("analyst")) is None
