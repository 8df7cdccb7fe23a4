"""Alerts open after two windows outside, close when the metric is back, and keep who found out why."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse

from feedback.analytics.windows import last_windows, read_steps
from feedback.metrics.control import LEAST_WINDOWS
from feedback.models import AlarmRate, Alert, ControlReading, Investigation, LoggedChange, MetricDefinition, Rollup
from feedback.services.alerts import (
    AlreadyClosed,
    StaleInvestigation,
    close_investigation,
    measure_alarm_rate,
    note_finding,
    take_investigation,
    watch_metrics,
)
from feedback.services.definitions import ensure_metric_defaults
from feedback.tests.programme import make_touchpoint, make_version
from feedback.tests.staff import browser, staff
from surveys.models import Team

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 9)  # a Monday, so that the last window ended yesterday
NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
WEEKS = 14


def week(weeks_ago: int) -> date:
    return TODAY - timedelta(weeks=weeks_ago)


@pytest.fixture
def programme():
    team = Team.objects.create(name="Counter team", slug="counter", lead=staff("manager", "lead"))
    return make_version(), make_touchpoint("Counter", owner_team=team), make_touchpoint("Parcel")


def fill(programme, *, satisfied, now_first=0) -> None:
    """One roll-up of 50 answers per week and place; `satisfied` says how many at the counter, by weeks ago."""
    version, counter, parcel = programme
    rows = []
    for ago in range(WEEKS, 0, -1):
        for place, good in ((counter, satisfied(ago)), (parcel, 38 + ago % 3)):
            rows.append(
                Rollup(
                    on=week(ago), version=version, survey=version.survey, touchpoint_key=place.pk, channel="email",
                    question_key="happy", kind="csat", is_lead=True, answers=50, bin_5=good, bin_2=50 - good,
                )
            )  # fmt: skip
    Rollup.objects.bulk_create(rows)


def steady(ago: int) -> int:
    return 40 + ago % 3


def dropped(ago: int) -> int:
    return 15 if ago <= 2 else steady(ago)


def watch(days_later: int = 0) -> int:
    return watch_metrics(now=NOON + timedelta(days=days_later))


def the_alert(programme) -> Alert:
    return Alert.objects.get(touchpoint_key=programme[1].pk, reason="level")


def test_windows_are_whole_weeks_that_are_over():
    windows = last_windows(7, 3, today=date(2026, 3, 11))
    assert [window.first_on for window in windows] == [date(2026, 2, 16), date(2026, 2, 23), date(2026, 3, 2)]


def test_a_steady_metric_opens_nothing(programme):
    fill(programme, satisfied=steady)
    assert watch() == 0


def test_a_drop_of_two_windows_opens_an_alert_with_the_owner_of_the_place(programme):
    fill(programme, satisfied=dropped)
    watch()
    alert = the_alert(programme)
    assert (alert.metric, alert.side, alert.first_on) == ("csat", "low", week(2))
    assert (alert.investigation.owner.username, alert.investigation.due_on) == ("lead", date(2026, 3, 16))


def test_one_bad_window_is_not_enough(programme):
    fill(programme, satisfied=lambda ago: 15 if ago == 1 else steady(ago))
    watch()
    assert not Alert.objects.filter(touchpoint_key=programme[1].pk).exists()


def test_a_past_that_is_too_short_opens_nothing(programme):
    fill(programme, satisfied=dropped)
    Rollup.objects.filter(on__lt=week(LEAST_WINDOWS)).delete()
    watch()
    assert not Alert.objects.filter(reason="level").exists()


def test_watching_twice_opens_nothing_twice(programme):
    fill(programme, satisfied=dropped)
    watch()
    before = Alert.objects.count(), ControlReading.objects.count()
    assert watch(days_later=1) == 0
    assert (Alert.objects.count(), ControlReading.objects.count()) == before


def test_the_alert_names_what_else_changed_in_those_days(programme):
    fill(programme, satisfied=dropped)
    LoggedChange.objects.create(kind="outage", on=week(2), text="Tills down")
    watch()
    assert "Tills down" in the_alert(programme).investigation.entries.get(kind="opened").text


def test_an_alert_is_announced_after_the_commit(programme, monkeypatch, after_commit):
    heard = []
    monkeypatch.setattr("feedback.services.alerts.alert_opened.announce", heard.append)
    fill(programme, satisfied=dropped)
    with after_commit():
        watch()
    assert the_alert(programme).pk in heard


def later(programme, satisfied: int) -> None:
    """One more week at the counter, and the night after it."""
    version, counter, _parcel = programme
    on = TODAY
    Rollup.objects.create(
        on=on, version=version, survey=version.survey, touchpoint_key=counter.pk, channel="email",
        question_key="happy", kind="csat", is_lead=True, answers=50, bin_5=satisfied, bin_2=50 - satisfied,
    )  # fmt: skip
    watch(days_later=7)


def test_an_alert_follows_its_metric_while_it_stays_outside(programme):
    fill(programme, satisfied=dropped)
    watch()
    later(programme, 16)
    alert = the_alert(programme)
    assert (alert.closed_at, alert.last_on) == (None, TODAY + timedelta(days=6))


def test_back_inside_the_watch_limits_it_closes_by_itself(programme):
    fill(programme, satisfied=dropped)
    watch()
    later(programme, 41)
    alert = the_alert(programme)
    assert alert.closed_at is not None
    assert alert.investigation.verdict == Investigation.Verdict.SETTLED


def test_somebody_who_has_begun_may_still_say_what_it_was(programme):
    fill(programme, satisfied=dropped)
    watch()
    investigation = the_alert(programme).investigation
    take_investigation(investigation.pk, due_on=None, version=1, actor=staff("analyst"), now=NOON)
    later(programme, 41)
    investigation.refresh_from_db()
    assert (investigation.status, investigation.verdict) == ("working", "")


def test_the_drop_is_no_part_of_what_is_usual(programme):
    fill(programme, satisfied=dropped)
    watch()
    later(programme, 16)
    steps = read_steps(today=TODAY + timedelta(days=7))["csat", programme[1].pk]
    assert steps[-1].judged.centre > 75


def test_a_new_normal_starts_a_past_of_its_own(programme):
    fill(programme, satisfied=dropped)
    watch()
    investigation = the_alert(programme).investigation
    actor = staff("analyst")
    close_investigation(investigation.pk, verdict="new_level", text="New till.", version=1, actor=actor, now=NOON)
    steps = read_steps(today=TODAY + timedelta(days=7))["csat", programme[1].pk]
    assert steps[-1].judged is None


def test_past_the_line_to_act_an_alert_opens_also_where_the_level_is_the_usual_one(programme):
    ensure_metric_defaults()
    fill(programme, satisfied=lambda ago: 20 + ago % 3)
    Rollup.objects.filter(touchpoint_key=programme[2].pk).delete()
    watch()
    alert = Alert.objects.get(reason="threshold", metric="csat")
    assert (alert.touchpoint_key, alert.low, alert.side) == (0, 70, "low")


def test_an_alert_that_somebody_closed_does_not_come_back_for_the_same_window(programme):
    ensure_metric_defaults()
    fill(programme, satisfied=lambda ago: 20 + ago % 3)
    Rollup.objects.filter(touchpoint_key=programme[2].pk).delete()
    watch()
    investigation = Alert.objects.get(reason="threshold").investigation
    close_investigation(investigation.pk, verdict="real", text="Known.", version=1, actor=staff("analyst"), now=NOON)
    assert watch(days_later=1) == 0


def test_fewer_than_the_minimum_never_ring(programme):
    ensure_metric_defaults()
    MetricDefinition.objects.filter(key="csat").update(minimum_n=500)
    fill(programme, satisfied=dropped)
    watch()
    assert not Alert.objects.exists()


def test_the_false_alarm_rate_is_measured_on_the_own_past(programme, capsys):
    fill(programme, satisfied=steady)
    with time_machine.travel(NOON):
        call_command("alarm_rate", "--shuffles", "3", "--seed", "1")
    row = AlarmRate.objects.get()
    assert (row.alarms, row.shuffles, row.seed) == (0, 3, 1)
    assert "false alarms per 1000 windows: 0.00" in capsys.readouterr().out


def test_without_a_past_there_is_no_rate():
    assert measure_alarm_rate(now=NOON) is None


def test_two_people_cannot_take_it_up_at_once(programme):
    fill(programme, satisfied=dropped)
    watch()
    investigation = the_alert(programme).investigation
    take_investigation(investigation.pk, due_on=None, version=1, actor=staff("analyst"), now=NOON)
    with pytest.raises(StaleInvestigation):
        take_investigation(investigation.pk, due_on=None, version=1, actor=staff("agent"), now=NOON)


def test_a_closed_investigation_takes_no_second_verdict(programme):
    fill(programme, satisfied=dropped)
    watch()
    investigation, actor = the_alert(programme).investigation, staff("analyst")
    close_investigation(investigation.pk, verdict="chance", text="Few.", version=1, actor=actor, now=NOON)
    with pytest.raises(AlreadyClosed):
        close_investigation(investigation.pk, verdict="real", text="No.", version=2, actor=actor, now=NOON)


def test_a_link_makes_a_note_evidence(programme):
    fill(programme, satisfied=dropped)
    watch()
    pk = the_alert(programme).investigation.pk
    entry = note_finding(pk, text="Queue", link="https://example.org/queue", actor=staff("analyst"), now=NOON)
    assert entry.kind == "evidence"


@pytest.fixture
def open_alert(programme):
    fill(programme, satisfied=dropped)
    with time_machine.travel(NOON):
        watch()
        yield the_alert(programme)


def test_the_list_says_what_is_unusual_and_how_often_it_rings_for_nothing(open_alert):
    shown = browser(staff("analyst")).get(reverse("alerts")).content.decode()
    assert "CSAT is 30" in shown
    assert "false alarms per 1,000 windows" in shown


def test_the_alert_shows_window_by_window_what_was_usual(open_alert):
    shown = browser(staff("analyst")).get(open_alert.get_absolute_url())
    rows = shown.context["chart"].table.rows
    assert len(rows) == WEEKS
    assert [row[-1].text for row in rows[-2:]] == ["outside", "outside"]


def test_every_window_of_the_control_chart_leads_to_its_own_answers(open_alert):
    chart = browser(staff("analyst")).get(open_alert.get_absolute_url()).context["chart"]
    last = f"/responses/?first={week(1)}&last={week(1) + timedelta(days=6)}&touchpoint=counter&metric=csat"
    addresses = [cell.address for row in chart.table.rows for cell in row if cell.address]
    assert len(set(addresses)) == WEEKS
    assert addresses[-1] == last
    assert chart.svg.count("<a href=") == WEEKS
    assert last.replace("&", "&amp;") in chart.svg


def test_the_dashboard_says_how_many_are_open(open_alert):
    shown = browser(staff("analyst")).get(reverse("dashboard")).content.decode()
    assert f"{Alert.objects.open().count()} metrics are out of the ordinary." in shown


def test_an_empty_list_says_why():
    assert "Nothing is out of the ordinary" in browser(staff("analyst")).get(reverse("alerts")).content.decode()


def test_an_analyst_takes_it_up_notes_and_closes(open_alert):
    desk = browser(staff("analyst"))
    for act, said in (
        ("take", {"version": 1, "due_on": "2026-03-20"}),
        ("note", {"version": 2, "text": "Two tills were broken.", "link": "https://example.org/till"}),
        ("close", {"version": 2, "verdict": "real", "text": "Tills repaired."}),
    ):
        assert desk.post(reverse("alert_act", args=[open_alert.pk, act]), said).status_code == 302
    open_alert.refresh_from_db()
    assert open_alert.closed_at is not None
    shown = desk.get(open_alert.get_absolute_url()).content.decode()
    assert "Two tills were broken." in shown
    assert "real, and dealt with" in shown


def test_a_stale_page_is_told_so_and_loses_nothing(open_alert):
    desk = browser(staff("analyst"))
    desk.post(reverse("alert_act", args=[open_alert.pk, "take"]), {"version": 1})
    stale = desk.post(
        reverse("alert_act", args=[open_alert.pk, "close"]), {"version": 1, "verdict": "real", "text": "My words."}
    )
    assert stale.status_code == 409
    assert "My words." in stale.content.decode()
    open_alert.investigation.refresh_from_db()
    assert open_alert.investigation.status == "working"


def test_closing_without_a_verdict_is_refused_in_the_fields_own_words(open_alert):
    desk = browser(staff("analyst"))
    refused = desk.post(reverse("alert_act", args=[open_alert.pk, "close"]), {"version": 1, "text": "Done."})
    assert (refused.status_code, "This field is required." in refused.content.decode()) == (422, True)


def test_an_agent_reads_alerts_and_may_not_close_them(open_alert):
    desk = browser(staff("agent"))
    assert desk.get(open_alert.get_absolute_url()).status_code == 200
    assert desk.post(reverse("alert_act", args=[open_alert.pk, "close"]), {}).status_code == 403
