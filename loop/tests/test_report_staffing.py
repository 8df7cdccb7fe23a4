import pytest

from loop.models import Case, Deed
from loop.reports.staffing import people_here, staffing_report
from loop.services import cases, desk
from loop.services.defaults import ensure_loop_defaults
from loop.tests.rows import DAY, HOUR, NOON, case, customer, person, team, touchpoint

pytestmark = pytest.mark.django_db


def report(**asked):
    return staffing_report(Case.objects.all(), **{"people": 1, "hours": 8, "now": NOON + HOUR} | asked)


def demand(cases_a_day: int, days: int = 10) -> None:
    """So many cases at each opening of the last working days (NOON is a Monday), all contacted."""
    ensure_loop_defaults(now=NOON)
    back = [day for day in range(60) if (NOON - day * DAY).weekday() < 5][:days]
    Case.objects.bulk_create(
        Case(code=f"D{day}-{n}", opened_at=NOON - day * DAY - 3 * HOUR, status="declined", closed_at=NOON)
        for day in back
        for n in range(cases_a_day)
    )


def test_the_own_demand_and_an_assumed_time_say_how_many_people_are_needed():
    demand(20)
    told = report(assumed_minutes=60)
    assert (told.day_minutes, told.within) == (480, 480)
    assert told.per_day == pytest.approx(20, abs=2)
    assert told.need.people == 3


def test_people_who_have_other_work_beside_are_needed_more():
    demand(20)
    assert report(assumed_minutes=60, hours=4).need.people > report(assumed_minutes=60).need.people


def test_entered_minutes_count_more_than_an_assumption():
    demand(5)
    for row in Case.objects.all()[:20]:
        Deed.objects.create(case=row, kind="call", minutes=12, at=NOON)
    told = report(assumed_minutes=500)
    assert (told.handling.mean, told.handling.assumed) == (12, None)


def test_without_minutes_or_an_assumption_it_cannot_tell():
    demand(5)
    told = report()
    assert (told.need, told.breach, told.handling.is_known) == (None, None, False)


def test_without_cases_there_is_no_demand():
    assert report(assumed_minutes=30).need is None


def test_open_cases_that_will_be_late_are_named_with_their_chance():
    opened = case(now=NOON)
    Case.objects.bulk_create(
        Case(code=f"W{number}", opened_at=NOON, sla_policy=opened.sla_policy, contact_due_at=opened.contact_due_at)
        for number in range(39)
    )
    told = report(assumed_minutes=60)
    assert told.waiting == 40
    assert 25 < told.breach.expected < 35  # one person, eight hours, a promise of eight hours
    assert told.threatened[0].chance > 0.9
    assert report(assumed_minutes=60, people=20).threatened == []


def test_contacted_and_stopped_cases_are_not_waiting():
    ben = person("ben")
    for number in range(2):
        case(owner=ben, who=customer(f"C-{number}"), where=touchpoint(f"t{number}"))
    first, second = Case.objects.all()
    cases.record_contact(first.pk, channel="phone", reached=True, actor=ben, now=NOON)
    desk.pause_case(second.pk, reason="Waiting", actor=ben, now=NOON)
    assert report(assumed_minutes=60).waiting == 0


def test_absent_people_are_not_counted_as_here():
    care = team()
    person("ben", care)
    person("eva", care, absent_until=NOON + DAY)
    assert people_here(now=NOON) == 1
