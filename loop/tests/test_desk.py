import pytest

from loop.models import Case, Notice
from loop.services import cases, desk
from loop.services.history import NotAllowed, StaleEdit
from loop.tests.rows import DAY, HOUR, NOON, case, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def ben():
    return person("ben")


def test_a_pause_gives_its_working_time_back(ben):
    opened = case(owner=ben)
    desk.pause_case(opened.pk, reason="Waiting for the parcel service", actor=ben, now=NOON + HOUR)
    resumed = desk.resume_case(opened.pk, actor=ben, now=NOON + 3 * HOUR)
    assert resumed.contact_due_at == NOON + DAY + 2 * HOUR
    assert resumed.paused_at is None


def test_a_pause_over_night_gives_back_no_night(ben):
    opened = case(owner=ben)
    desk.pause_case(opened.pk, reason="Waiting", actor=ben, now=NOON)
    resumed = desk.resume_case(opened.pk, actor=ben, now=NOON + DAY)
    assert resumed.contact_due_at == NOON + 2 * DAY  # eight working hours lay between


def test_a_clock_that_had_run_out_stays_overdue(ben):
    opened = case(owner=ben)
    late = NOON + 2 * DAY
    desk.pause_case(opened.pk, reason="Waiting", actor=ben, now=late)
    resumed = desk.resume_case(opened.pk, actor=ben, now=late + DAY)
    assert resumed.contact_due_at == NOON + DAY


def test_a_pause_needs_a_reason(ben):
    with pytest.raises(NotAllowed, match="waiting for"):
        desk.pause_case(case(owner=ben).pk, reason=" ", actor=ben, now=NOON)


def test_a_paused_case_is_not_paused_again_nor_a_running_one_resumed(ben):
    opened = case(owner=ben)
    with pytest.raises(NotAllowed):
        desk.resume_case(opened.pk, actor=ben, now=NOON)
    desk.pause_case(opened.pk, reason="Waiting", actor=ben, now=NOON)
    with pytest.raises(NotAllowed):
        desk.pause_case(opened.pk, reason="Waiting", actor=ben, now=NOON)


def test_a_paused_case_breaches_nothing(ben):
    opened = case(owner=ben)
    desk.pause_case(opened.pk, reason="Waiting", actor=ben, now=NOON)
    assert not Case.objects.breaching(NOON + 30 * DAY).exists()


def test_a_pause_ends_with_the_case(ben):
    opened = case(owner=ben)
    desk.pause_case(opened.pk, reason="Waiting", actor=ben, now=NOON)
    closed = cases.decline_case(opened.pk, note="Wants nothing", actor=ben, now=NOON + HOUR)
    assert (closed.paused_at, closed.pause_reason) == (None, "")
    assert list(opened.history.values_list("kind", flat=True))[-3:] == ["paused", "resumed", "moved"]


def test_another_severity_sets_the_due_times_anew_and_leaves_the_pauses_out(ben):
    opened = case(owner=ben)
    desk.pause_case(opened.pk, reason="Waiting", actor=ben, now=NOON)
    desk.resume_case(opened.pk, actor=ben, now=NOON + HOUR)
    raised = desk.change_severity(opened.pk, severity=Case.Severity.CRITICAL, actor=ben, now=NOON + 2 * HOUR)
    assert raised.contact_due_at == NOON + 3 * HOUR  # two working hours and the pause


def test_a_snoozed_case_sleeps_until_its_time_and_its_clocks_run_on(ben):
    opened = case(owner=ben)
    desk.snooze_case(opened.pk, until=NOON + DAY, actor=ben, now=NOON)
    assert not Case.objects.awake(NOON + HOUR).exists()
    assert Case.objects.awake(NOON + DAY).get().contact_due_at == NOON + DAY


def test_nobody_snoozes_into_the_past(ben):
    with pytest.raises(NotAllowed, match="future"):
        desk.snooze_case(case(owner=ben).pk, until=NOON, actor=ben, now=NOON)


def test_a_mention_tells_each_named_person_once_and_not_the_writer(ben):
    opened, eva = case(owner=ben), person("eva")
    desk.add_note(opened.pk, text="@eva please look", mentions=[eva, eva, ben], actor=ben, now=NOON)
    assert list(Notice.objects.filter(kind="mentioned").values_list("recipient__username", flat=True)) == ["eva"]


def test_a_note_with_what_one_database_cannot_store_is_stored(ben):
    event = desk.add_note(case(owner=ben).pk, text="<3 \x00 \ud800 you", actor=ben, now=NOON)
    event.refresh_from_db()
    assert event.note == "<3   you"


def test_an_empty_note_is_refused(ben):
    with pytest.raises(NotAllowed):
        desk.add_note(case(owner=ben).pk, text="\n", actor=ben, now=NOON)


def test_a_stale_pause_is_refused(ben):
    opened = case(owner=ben)
    desk.link_ticket(opened.pk, external_ref="ZD-1", actor=ben, now=NOON)
    with pytest.raises(StaleEdit):
        desk.pause_case(opened.pk, reason="Waiting", version=opened.version, actor=ben, now=NOON)
