import pytest
from django.urls import reverse

from feedback.models import Alert
from loop.models import Case, Notice
from loop.services.alert_cases import alerts_without_case, open_alert_case
from loop.services.defaults import ensure_loop_defaults
from loop.tests.rows import DAY, NOON, manager, person, team, touchpoint
from loop.tests.staff import browser, staff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _defaults():
    ensure_loop_defaults(now=NOON)


def alert(reason="threshold", *, place=None, **fields) -> Alert:
    row = {"metric": "nps", "side": "low", "value": 12.34, "n": 80, "opened_at": NOON} | fields
    key = {"touchpoint_key": place.pk} if place else {}
    return Alert.objects.create(reason=reason, first_on=NOON.date(), last_on=NOON.date(), **key, **row)


def waiting() -> list[int]:
    return list(alerts_without_case(now=NOON).values_list("pk", flat=True))


def test_a_figure_past_its_line_is_a_case_that_says_which_and_how_far():
    mia = manager()
    row = alert()
    opened = open_alert_case(row.pk, now=NOON)
    assert (opened.alert, opened.customer, opened.severity) == (row, None, "high")
    assert "is 12.3 (n = 80): past the line to act" in opened.summary
    assert Notice.objects.get().recipient == mia


def test_an_alert_opens_one_case_however_often_it_is_told():
    row = alert()
    open_alert_case(row.pk, now=NOON)
    assert open_alert_case(row.pk, now=NOON) is None
    assert Case.objects.count() == 1


def test_an_alert_at_a_touchpoint_goes_to_the_team_that_owns_it(settings):
    settings.ALERT_CASES = "all"
    care = team("Care")
    ben = person("ben", care)
    opened = open_alert_case(alert("level", place=touchpoint("claim", owner_team=care)).pk, now=NOON)
    assert (opened.team, opened.owner, opened.touchpoint.slug) == (care, ben, "claim")


@pytest.mark.parametrize(
    ("wanted", "found"), [("none", set()), ("threshold", {"threshold"}), ("all", {"threshold", "level"})]
)
def test_which_alerts_open_a_case_is_a_setting(settings, wanted, found):
    settings.ALERT_CASES = wanted
    for row in (alert(), alert("level")):
        open_alert_case(row.pk, now=NOON)
    assert {case.alert.reason for case in Case.objects.all()} == found


def test_an_alert_that_is_over_or_old_opens_nothing():
    over, old = alert(closed_at=NOON), alert(metric="csat", opened_at=NOON - 4 * DAY)
    assert [open_alert_case(row.pk, now=NOON) for row in (over, old)] == [None, None]


def test_the_sweep_finds_an_alert_whose_message_was_lost():
    row = alert()
    assert waiting() == [row.pk]
    open_alert_case(row.pk, now=NOON)
    assert waiting() == []


def test_the_page_of_the_case_leads_to_the_alert():
    row = alert()
    opened = open_alert_case(row.pk, now=NOON)
    shown = browser(staff("manager", "mia")).get(opened.get_absolute_url())
    assert reverse("alert", args=[row.pk]) in shown.content.decode()
