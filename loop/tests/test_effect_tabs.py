"""The further pages of “Effect”: causes, equal treatment, staffing."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from loop.models import Case
from loop.tests.rows import case, customer, leaf, touchpoint
from loop.tests.staff import browser, staff

pytestmark = pytest.mark.django_db
TABS = ["/effect/causes/", "/effect/fairness/", "/effect/staffing/?minutes=30"]


@pytest.fixture
def desk():
    return browser(staff("manager"))


def opened(count: int, start: int = 0) -> None:
    for number in range(start, start + count):
        case(who=customer(f"C-{number}"), where=touchpoint(f"t-{number}"), now=timezone.now())
    Case.objects.update(cause=leaf())


@pytest.mark.parametrize(
    ("tab", "says"),
    [(TABS[0], "No cause yet"), (TABS[1], "No case in this period"), (TABS[2], "there is no demand to plan for")],
)
def test_an_empty_tab_says_why(desk, tab, says):
    assert says in desk.get(tab).content.decode()


@pytest.mark.parametrize(
    ("tab", "says"),
    [(TABS[0], "nobody"), (TABS[1], "not known"), (TABS[2], "waiting cases")],
)
def test_a_tab_shows_its_report(desk, tab, says):
    opened(6)
    assert says in desk.get(tab).content.decode()


@pytest.mark.parametrize("tab", TABS)
def test_a_tab_asks_the_database_as_often_for_many_cases_as_for_few(desk, tab):
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            desk.get(tab)
        return len(caught)

    opened(6)
    few = queries()
    opened(6, start=6)
    assert queries() == few


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("/effect/causes/?days=7", "is not one of the available choices"),
        ("/effect/fairness/?by=shoe", "is not one of the available choices"),
        ("/effect/staffing/?people=0", "greater than or equal to 1"),
    ],
)
def test_a_wrong_question_is_refused_in_the_fields_words(desk, address, says):
    refused = desk.get(address)
    assert refused.status_code == 400
    assert says in refused.content.decode()


def test_staffing_is_for_those_who_lead():
    assert browser(staff("analyst")).get("/effect/staffing/").status_code == 403
    assert "/effect/staffing/" not in browser(staff("analyst", "reader")).get("/effect/").content.decode()
