"""The effect for other programs: no recovered share without what would have happened anyway."""

import pytest
from django.utils import timezone

from loop.services.cases import record_contact
from loop.tests.rows import DAY, case, customer, person, response
from loop.tests.staff import browser, staff

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def effect(**asked):
    return browser(staff("analyst")).get("/api/v1/effect", asked)


def answered_twice(number: int, *, contacted: bool, later: int) -> None:
    who = customer(f"C-{number}")
    opened = case(now=NOW - 40 * DAY, who=who, nps=0)
    if contacted:
        record_contact(opened.pk, channel="phone", reached=True, actor=opened.owner or BEN[0], now=NOW - 39 * DAY)
    response(nps=later, who=who, at=NOW - 10 * DAY)


BEN = []


@pytest.fixture(autouse=True)
def ben():
    BEN[:] = [person("ben")]


def test_the_headline_counts_those_whom_nobody_contacted():
    for number in range(3):
        case(now=NOW - 2 * DAY, who=customer(f"C-{number}"))
    line = effect(kind="nps").json()["headline"]
    assert (line["unhappy"], line["confirmed"], line["confirmed_share"]["n"]) == (3, 0, 3)
    assert line["confirmed_share"]["high"] > 0


def test_every_recovered_share_stands_beside_what_happens_without_contact():
    for number in range(20):
        answered_twice(number, contacted=True, later=9)
        answered_twice(100 + number, contacted=False, later=9 if number < 10 else 0)
    body = effect(kind="nps").json()
    assert (body["contact"]["recovered"]["value"], body["contact"]["expected"]) == (1.0, 0.5)
    assert body["contact"]["uplift"] == 0.5
    assert body["contact"]["verdict"] == "helped"
    quick = body["by_wait"][0]
    assert (quick["within_days"], quick["recovered"]["n"], quick["expected"]) == (1, 20, 0.5)
    assert body["evidence"] == "association"


def test_few_pairs_give_no_recovered_share_and_no_uplift_but_say_why():
    answered_twice(1, contacted=True, later=9)
    body = effect(kind="nps").json()["contact"]
    assert (body["recovered"]["value"], body["recovered"]["n"]) == (None, 1)
    assert (body["uplift"], body["verdict"], body["doubt"]) == (None, "cannot_tell", "few_contacted")


@pytest.mark.parametrize("asked", [{"days": "7000"}, {"kind": "health"}, {"day": "30"}])
def test_what_cannot_be_asked_is_refused(asked):
    assert effect(**asked).status_code in (400, 422)
