from datetime import timedelta

import pytest
from django.utils import timezone

from loop.inbox import VIEW_BY_KEY, cases_in, counts_of
from loop.models import Case
from loop.tests.rows import HOUR, NOON, case, customer, person, team, touchpoint
from loop.tests.staff import staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def care():
    return team("Care")


@pytest.fixture
def ana(care):
    return staff("agent", "ana", team=care)


def opened(care, number="C-1", **fields) -> Case:
    row = case(who=customer(number))
    Case.objects.filter(pk=row.pk).update(team=care, **fields)
    row.refresh_from_db()
    return row


def in_view(key, user) -> list[Case]:
    return list(cases_in(VIEW_BY_KEY[key], user, now=NOON))


def test_mine_holds_my_open_cases_and_not_the_resolved_ones(care, ana):
    mine = opened(care, owner=ana)
    opened(care, "C-2", owner=ana, status=Case.Status.DECLINED)
    assert in_view("mine", ana) == [mine]


def test_a_snoozed_case_leaves_mine_until_its_time_has_come(care, ana):
    asleep = opened(care, owner=ana, snoozed_until=NOON + HOUR)
    assert in_view("mine", ana) == []
    Case.objects.filter(pk=asleep.pk).update(snoozed_until=NOON - HOUR)
    assert in_view("mine", ana) == [asleep] == in_view("back", ana)


def test_breaching_holds_what_runs_out_within_two_hours_and_what_has_run_out(care, ana):
    late = opened(care, next_due_at=NOON - HOUR)
    soon = opened(care, "C-2", next_due_at=NOON + HOUR)
    opened(care, "C-3", next_due_at=NOON + 3 * HOUR)
    assert set(in_view("breaching", ana)) == {late, soon}


def test_a_snoozed_case_still_counts_as_breaching(care, ana):
    hidden = opened(care, next_due_at=NOON - HOUR, snoozed_until=NOON + 9 * HOUR)
    assert in_view("breaching", ana) == [hidden]


def test_a_case_whose_clocks_are_stopped_is_not_breaching(care, ana):
    opened(care, next_due_at=NOON - HOUR, paused_at=NOON - 2 * HOUR)
    assert in_view("breaching", ana) == []


def test_an_agent_sees_the_cases_of_the_own_teams_and_no_others(care, ana):
    ours = opened(care)
    opened(team("Billing"), "C-2")
    assert in_view("all", ana) == [ours]


def test_an_agent_sees_an_own_case_even_when_it_belongs_to_another_team(ana):
    own = opened(team("Billing"), owner=ana)
    assert in_view("all", ana) == [own]


def test_a_manager_sees_the_cases_of_all_teams(care):
    both = {opened(care), opened(team("Billing"), "C-2")}
    assert set(in_view("all", staff("manager"))) == both


def test_an_analyst_sees_no_case(care):
    opened(care)
    assert in_view("all", staff("analyst")) == []


def test_the_counts_are_the_numbers_of_rows_in_the_views(care, ana):
    opened(care, owner=ana, next_due_at=NOON - HOUR)
    opened(care, "C-2", snoozed_until=NOON - HOUR)
    opened(care, "C-3", status=Case.Status.REOPENED, owner=person("cho"))
    counts = counts_of(ana, now=NOON)
    assert counts == {key: len(in_view(key, ana)) for key in VIEW_BY_KEY}


def test_what_runs_out_first_stands_first_and_what_never_runs_out_last(care, ana):
    never = opened(care, next_due_at=None)
    later = opened(care, "C-2", next_due_at=NOON + 9 * HOUR)
    late = opened(care, "C-3", next_due_at=NOON - HOUR)
    assert in_view("all", ana) == [late, later, never]


def test_a_touchpoint_owned_by_nobody_leaves_its_case_to_the_managers(ana):
    lonely = case(where=touchpoint("nowhere"))
    Case.objects.filter(pk=lonely.pk).update(team=None, opened_at=timezone.now() - timedelta(days=1))
    assert (in_view("all", ana), in_view("all", staff("manager"))) == ([], [lonely])
