import pytest

from loop.models import Case, Cause, Deed
from loop.reports.causes import cause_report
from loop.services import cases
from loop.tests.rows import DAY, HOUR, NOON, case, customer, leaf, person, resolution, team, touchpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def ben():
    return person("ben")


def solved(number: int, ben, *, cause: Cause | None = None, minutes: int | None = None, owner_team=None) -> Case:
    opened = case(owner=ben, who=customer(f"C-{number}"), where=touchpoint(f"t-{number}", owner_team=owner_team))
    cases.record_contact(opened.pk, channel="phone", reached=True, minutes=minutes, actor=ben, now=NOON)
    named = resolution() | ({"cause": cause} if cause else {})
    return cases.resolve_case(opened.pk, **named, actor=ben, now=NOON + HOUR)


def report():
    return cause_report(Case.objects.all())


def test_causes_of_nobody_stand_first_however_few_their_cases(ben):
    solved(1, ben)
    owned = leaf()
    owned.owner_team = team("Care")
    owned.save()
    other = Cause.objects.filter(parent__isnull=False).exclude(pk=owned.pk).first()
    solved(2, ben)
    solved(3, ben, cause=other)
    told = [(line.cause, line.is_unowned, line.cases) for line in report().lines]
    assert told == [(other, True, 1), (owned, False, 2)]


def test_the_team_of_the_upper_cause_owns_the_lower_ones(ben):
    solved(1, ben)
    Cause.objects.filter(pk=leaf().parent_id).update(owner_team=team("Care"))
    assert report().lines[0].owner.name == "Care"


def test_causes_are_counted_by_the_team_that_had_the_case(ben):
    care, shop = team("Care"), team("Shop")
    for number, where in enumerate((care, care, shop)):
        solved(number, ben, owner_team=where)
    assert [each.name for each in report().teams] == ["Care", "Shop"]
    assert list(report().lines[0].by_team) == [2, 1]


def test_effort_is_the_sum_of_what_was_entered_and_the_median_of_timed_cases(ben):
    for number, minutes in enumerate((10, 30, None)):
        solved(number, ben, minutes=minutes)
    Deed.objects.create(case=Case.objects.first(), kind="goodwill", cost=15, at=NOON)
    (line,) = report().lines
    assert (line.minutes, line.timed, line.median_minutes, line.cost) == (40, 2, 20, 15)


def test_confirmed_is_of_all_cases_and_reopened_of_those_ever_resolved(ben):
    first, second, _third = (solved(number, ben) for number in range(3))
    cases.confirm_case(first.pk, note="yes", now=NOON + DAY)
    cases.reopen_case(second.pk, note="no", now=NOON + DAY)
    (line,) = report().lines
    assert (line.confirmed.count, line.confirmed.n) == (1, 3)
    assert (line.reopened.count, line.reopened.n) == (1, 3)
    assert line.reopened.value in line.reopened.interval


def test_cases_without_a_cause_are_counted_apart(ben):
    solved(1, ben)
    case(who=customer("C-2"), where=touchpoint("web"))
    assert (report().cases, report().unnamed) == (2, 1)
