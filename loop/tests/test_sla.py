import pytest

from loop.models import Case, Escalation, Notice, SlaPolicy, TriageRule
from loop.services import cases, desk
from loop.services.defaults import ensure_loop_defaults
from loop.services.intake import triage_response
from loop.services.sla import escalate_case, watch_sla
from loop.tests.rows import DAY, HOUR, MINUTE, NOON, case, manager, person, response, team, touchpoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def care():
    return team(lead=person("leo"))


@pytest.fixture
def opened(care):
    """Acknowledge by Monday 16:00, contact by Tuesday noon, resolve by Thursday noon."""
    manager("mia")
    person("ben", care)
    return case(where=touchpoint("claim", owner_team=care))


def told(kind="escalated"):
    return list(Notice.objects.filter(kind=kind).order_by("pk").values_list("recipient__username", flat=True))


def test_nothing_is_escalated_before_its_time(opened):
    assert watch_sla(now=NOON + 4 * HOUR - MINUTE) == 0


def test_the_owner_hears_first_then_the_lead_then_the_managers(opened):
    watch_sla(now=NOON + 4 * HOUR)
    assert told() == ["ben"]
    watch_sla(now=NOON + DAY)
    assert "leo" in told()
    watch_sla(now=NOON + 10 * DAY)
    assert "mia" in told()


def test_two_sweeps_escalate_once(opened):
    for _ in range(3):
        watch_sla(now=NOON + 4 * HOUR)
    assert (Escalation.objects.count(), told()) == (1, ["ben"])


def test_after_an_outage_each_person_gets_one_notice_for_all_clocks(opened):
    watch_sla(now=NOON + 30 * DAY)
    assert Escalation.objects.count() == 9  # three clocks, three levels
    assert sorted(told()) == ["ben", "leo", "mia"]
    assert Case.objects.get().escalate_at is None


def test_a_clock_that_was_met_is_not_escalated(opened):
    cases.record_contact(opened.pk, channel="phone", reached=True, actor=opened.owner, now=NOON + HOUR)
    watch_sla(now=NOON + 2 * DAY)
    assert not Escalation.objects.exists()
    watch_sla(now=NOON + 3 * DAY)
    assert list(Escalation.objects.values_list("clock", "level")) == [("resolve", 1)]


def test_a_paused_case_is_left_in_peace(opened):
    desk.pause_case(opened.pk, reason="Waiting", actor=opened.owner, now=NOON)
    assert watch_sla(now=NOON + 30 * DAY) == 0
    assert escalate_case(opened.pk, now=NOON + 30 * DAY) == []


def test_a_closed_case_is_left_in_peace(opened):
    cases.decline_case(opened.pk, note="Wants nothing", actor=opened.owner, now=NOON)
    assert watch_sla(now=NOON + 30 * DAY) == 0


def test_a_reopened_case_climbs_the_ladder_again(opened):
    cases.decline_case(opened.pk, note="Wants nothing", actor=opened.owner, now=NOON)
    cases.reopen_case(opened.pk, note="Changed her mind", actor=opened.owner, now=NOON + 7 * DAY)
    assert watch_sla(now=NOON + 8 * DAY) == 1


def test_each_escalation_is_a_line_of_history(opened):
    watch_sla(now=NOON + 4 * HOUR)
    assert opened.history.last().note == "Overdue: acknowledge, level 1."


def test_a_late_pause_does_not_take_back_an_escalation(opened):
    watch_sla(now=NOON + 4 * HOUR)
    desk.pause_case(opened.pk, reason="Waiting", actor=opened.owner, now=NOON + 5 * HOUR)
    desk.resume_case(opened.pk, actor=opened.owner, now=NOON + DAY)
    watch_sla(now=NOON + DAY)
    assert Escalation.objects.filter(clock="acknowledge").count() == 1


def test_a_case_without_a_service_level_promises_nothing():
    ensure_loop_defaults(now=NOON)
    TriageRule.objects.update(sla_policy=None)
    SlaPolicy.objects.update(is_default=False)
    opened = triage_response(response().pk, now=NOON).case
    assert (opened.contact_due_at, opened.next_due_at, opened.escalate_at) == (None, None, None)


def test_the_overdue_queryset_finds_what_breaches_within_two_hours(opened):
    assert not Case.objects.breaching(NOON + 3 * HOUR).exists()
    assert Case.objects.breaching(NOON + 4 * HOUR + MINUTE).get() == opened
