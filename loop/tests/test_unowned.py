from datetime import timedelta

import pytest

from loop.models import Case, Notice
from loop.services.unowned import report_unowned
from loop.tests.rows import DAY, HOUR, MINUTE, NOON, case, manager, person, team

pytestmark = pytest.mark.django_db


@pytest.fixture
def mia():
    return manager()


def unowned():
    return Notice.objects.filter(kind=Notice.Kind.UNOWNED)


def test_a_case_without_an_owner_is_reported_once_to_the_managers(mia):
    opened = case()
    assert report_unowned(now=NOON + HOUR - MINUTE) == 0
    assert report_unowned(now=NOON + HOUR) == 1
    assert report_unowned(now=NOON + 2 * HOUR) == 0
    assert [(notice.case, notice.recipient) for notice in unowned()] == [(opened, mia)]


def test_the_lead_of_the_team_hears_of_it_before_the_managers(mia):
    lead = person("lea")
    Case.objects.filter(pk=case().pk).update(team=team(lead=lead))
    report_unowned(now=NOON + HOUR)
    assert [notice.recipient for notice in unowned()] == [lead]


@pytest.mark.parametrize(
    "change", [{"snoozed_until": NOON + DAY}, {"status": "declined"}, {"opened_at": NOON - 8 * DAY}]
)
def test_a_case_that_sleeps_is_closed_or_old_is_not_reported(mia, change):
    Case.objects.filter(pk=case().pk).update(**change)
    assert report_unowned(now=NOON + HOUR) == 0


def test_a_case_with_an_owner_is_not_reported(mia):
    case(owner=person("ben"))
    assert report_unowned(now=NOON + HOUR) == 0


def test_zero_minutes_switch_it_off(mia, settings):
    settings.UNOWNED_MINUTES = 0
    case()
    assert report_unowned(now=NOON + timedelta(days=2)) == 0
