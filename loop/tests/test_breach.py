"""How likely an open case is to miss its deadline, from those that stood where it stands, and what its row says."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from loop.inbox import breach_reason
from loop.models import Case, Severity, Status
from loop.reports.breach import FEWEST, measure_breaches
from loop.services.clocks import default_policy, set_due_times, set_next_times
from loop.services.defaults import ensure_loop_defaults
from loop.sla.face import next_clock
from loop.tests.rows import DAY, HOUR, MINUTE, NOON, team
from loop.tests.staff import browser, staff
from vocplatform.lib.words import day_and_minute

pytestmark = pytest.mark.django_db
MONDAY_EARLY = NOON.replace(hour=9)  # office hours are 09-17 UTC; a normal case is to be contacted within a day of work


@pytest.fixture(autouse=True)
def _promises():
    ensure_loop_defaults(now=NOON)
    cache.delete("loop.breaches")
    yield
    cache.delete("loop.breaches")


def opened(at, *, contacted=None, severity=Severity.NORMAL, **fields) -> Case:
    """Acknowledged at once, so that the clock of first contact is the next one."""
    row = Case(opened_at=at, severity=severity, sla_policy=default_policy(), **fields)
    set_due_times(row)
    row.acknowledged_at, row.contacted_at = at, contacted
    set_next_times(row)
    row.save()
    return row


def past(count: int, waited, **fields) -> None:
    """Cases of the Monday a week ago, contacted after so many working hours of that day or the next."""
    start = MONDAY_EARLY - 7 * DAY
    for _each in range(count):
        opened(start, contacted=start + waited, **fields)


EARLY, JUST, LATE = HOUR, 7 * HOUR, DAY + 2 * HOUR


def chance_of(case: Case, *, now):
    return measure_breaches(now=now).chance(case, next_clock(case, now=now), now=now)


def test_the_share_is_of_those_that_still_waited_with_as_much_time_left():
    past(10, EARLY)
    past(5, JUST)
    past(15, LATE)
    fresh = opened(MONDAY_EARLY)
    soon, later = chance_of(fresh, now=MONDAY_EARLY), chance_of(fresh, now=MONDAY_EARLY + 2 * HOUR)
    assert (soon.share, soon.n) == (0.5, 30)
    assert (later.share, later.n) == (0.75, 20)  # the ten that were contacted early are not like it any more


def test_below_the_fewest_nothing_is_told():
    past(FEWEST - 1, LATE)
    assert chance_of(opened(MONDAY_EARLY), now=MONDAY_EARLY) is None
    past(1, LATE)
    assert chance_of(opened(MONDAY_EARLY), now=MONDAY_EARLY).n == FEWEST


def test_its_own_severity_is_asked_first_and_any_other_where_that_has_too_few():
    past(FEWEST, LATE, severity=Severity.HIGH)
    past(FEWEST, JUST)  # all of them in time, and still waiting when as little was left as a graver case has at first
    high = chance_of(opened(MONDAY_EARLY, severity=Severity.HIGH), now=MONDAY_EARLY)
    assert (high.share, high.n) == (1.0, FEWEST)
    critical = chance_of(opened(MONDAY_EARLY, severity=Severity.CRITICAL), now=MONDAY_EARLY)
    assert (critical.share, critical.n) == (0.5, 2 * FEWEST)


def test_what_is_not_over_yet_and_what_ended_otherwise_in_time_counts_for_nothing():
    past(FEWEST, LATE)
    start = MONDAY_EARLY - 7 * DAY
    opened(start, status=Status.DECLINED, closed_at=start + HOUR)
    opened(start, status=Status.DUPLICATE)
    opened(start, paused_at=start + HOUR)
    opened(MONDAY_EARLY - MINUTE)
    assert chance_of(opened(MONDAY_EARLY), now=MONDAY_EARLY).n == FEWEST


@pytest.mark.parametrize("ended", [{}, {"status": Status.DECLINED, "closed_at": MONDAY_EARLY - 5 * DAY}])
def test_a_case_that_waits_past_its_time_has_missed_it_however_it_ended_later(ended):
    for _each in range(FEWEST):
        opened(MONDAY_EARLY - 7 * DAY, **ended)
    assert chance_of(opened(MONDAY_EARLY), now=MONDAY_EARLY).share == 1.0


def test_what_is_older_than_half_a_year_is_not_like_it_any_more():
    long_ago = MONDAY_EARLY - 26 * 7 * DAY
    for _each in range(FEWEST):
        opened(long_ago, contacted=long_ago + LATE)
    assert chance_of(opened(MONDAY_EARLY), now=MONDAY_EARLY) is None


def test_nights_are_no_time_that_was_left():
    afternoon = MONDAY_EARLY + 6 * HOUR
    for _each in range(FEWEST):
        opened(afternoon - 7 * DAY, contacted=afternoon - 7 * DAY + 90 * MINUTE)
    assert chance_of(opened(afternoon), now=afternoon).n == FEWEST  # of eight hours of work six and a half were left


def said(case: Case, *, now) -> str:
    return breach_reason(case, next_clock(case, now=now), measure_breaches(now=now), now=now)


def test_without_enough_history_and_past_the_time_the_row_says_when_it_is_due():
    fresh = opened(MONDAY_EARLY)
    due = day_and_minute(fresh.contact_due_at)
    assert said(fresh, now=MONDAY_EARLY) == f"Due {due}"
    assert said(fresh, now=MONDAY_EARLY + 3 * DAY) == f"Was due {due}"


def test_a_clock_that_stands_still_is_likely_nothing():
    past(FEWEST, LATE)
    assert said(opened(MONDAY_EARLY, paused_at=MONDAY_EARLY), now=MONDAY_EARLY).startswith("Due ")


def test_the_inbox_says_of_each_row_how_likely_it_misses_its_deadline(time_machine):
    time_machine.move_to(MONDAY_EARLY)
    care = team("Care")
    past(FEWEST, LATE)
    past(FEWEST, JUST)
    opened(MONDAY_EARLY, team=care)
    desk = browser(staff("agent", "ana", team=care))
    page = desk.get(reverse("loop:inbox"), {"view": "all"})
    (row,) = page.context["rows"]
    assert row.why_here.endswith("likely to miss its deadline (from 40 like it)") and row.why_here.startswith("50")
    assert row.why_here in page.content.decode()
    other = desk.get(reverse("loop:inbox"), {"view": "all", "order": "worth"}).context["rows"][0]
    assert other.why_here == "Nobody knows what this customer is worth a year."


def test_once_measured_the_reasons_cost_the_inbox_no_query(django_assert_num_queries):
    past(FEWEST, LATE)
    rows = [opened(MONDAY_EARLY) for _each in range(3)]
    breaches = measure_breaches(now=MONDAY_EARLY)
    with django_assert_num_queries(0):
        assert all(breaches.chance(row, next_clock(row, now=MONDAY_EARLY), now=MONDAY_EARLY) for row in rows)
