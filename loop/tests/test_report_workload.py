import pytest

from loop.models import Case
from loop.reports.workload import workload
from loop.services import cases, desk
from loop.tests.rows import DAY, HOUR, NOON, case, customer, person, team, touchpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def care():
    return team()


def opened(n, care, now=NOON):
    return case(who=customer(f"C-{n}"), where=touchpoint("claim", owner_team=care), now=now)


def rows(now=NOON):
    return workload(Case.objects.all(), now=now)


def test_each_team_shows_what_is_open_overdue_and_soon(care):
    person("ben", care)
    opened(1, care)
    opened(2, care, now=NOON - 2 * DAY)  # Saturday: acknowledge by Monday 13:00
    (row,) = rows(now=NOON + 2 * HOUR)
    assert (row.load.open, row.load.overdue, row.load.soon) == (2, 1, 1)
    assert row.load.oldest_opened_at == NOON - 2 * DAY


def test_paused_cases_are_neither_overdue_nor_soon(care):
    ben = person("ben", care)
    desk.pause_case(opened(1, care).pk, reason="Waiting", actor=ben, now=NOON)
    (row,) = rows(now=NOON + 30 * DAY)
    assert (row.load.overdue, row.load.soon, row.load.paused) == (0, 0, 1)


def test_people_show_their_room_and_absent_people_none_of_the_teams(care):
    person("ben", care, capacity=3)
    person("eva", care, capacity=10, absent_until=NOON + DAY)
    opened(1, care)
    (row,) = rows()
    assert [(p.person.username, p.load.open, p.free, p.is_here) for p in row.people] == [
        ("ben", 1, 2, True),
        ("eva", 0, 10, False),
    ]
    assert row.capacity == 3


def test_what_nobody_owns_and_what_no_team_owns_is_shown(care):
    opened(1, care)
    case(who=customer("C-2"), where=touchpoint("web"))
    assert {(row.team and row.team.name, row.unassigned) for row in rows()} == {("Care", 1), (None, 1)}


def test_what_was_closed_this_week_is_counted(care):
    ben = person("ben", care)
    first = opened(1, care)
    cases.decline_case(first.pk, note="Wants nothing", actor=ben, now=NOON)
    assert rows(now=NOON + DAY)[0].load.closed == 1
    assert rows(now=NOON + 8 * DAY)[0].load.closed == 0


def test_the_most_overdue_team_stands_first(care):
    late = team("Late")
    person("ben", care)
    person("eva", late)
    opened(1, care)
    case(who=customer("C-2"), where=touchpoint("web", owner_team=late), now=NOON - 7 * DAY)
    assert [row.team.name for row in rows()] == ["Late", "Care"]
