import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loop.models import Case
from loop.reports.sla import sla_report
from loop.reports.survival import Spell, time_until
from loop.services import cases, desk
from loop.tests.rows import DAY, HOUR, NOON, case, customer, person, resolution

pytestmark = pytest.mark.django_db


@pytest.fixture
def ben():
    return person("ben")


def clock(name, now=NOON + 30 * DAY):
    return next(row for row in sla_report(Case.objects.all(), now=now).clocks if row.clock == name)


def contact(opened, ben, at):
    return cases.record_contact(opened.pk, channel="phone", reached=True, actor=ben, now=at)


def resolve(opened, ben, at):
    return cases.resolve_case(opened.pk, **resolution(), actor=ben, now=at)


def test_a_promise_kept_in_time_counts_as_kept_and_its_minutes_are_working_minutes(ben):
    contact(case(owner=ben), ben, NOON + DAY)  # exactly at the due time, a night later
    report = clock("contact")
    assert (report.kept, report.broken, report.median_minutes) == (1, 0, 480)


def test_a_minute_late_is_broken(ben):
    contact(case(owner=ben), ben, NOON + DAY + HOUR)
    assert (clock("contact").kept, clock("contact").broken) == (0, 1)


def test_a_promise_that_still_runs_is_neither_kept_nor_broken(ben):
    case(owner=ben)
    report = clock("contact", now=NOON + HOUR)
    assert (report.n, report.running, report.share, report.interval) == (0, 1, None, None)


def test_a_promise_that_ran_out_while_nobody_acted_is_broken(ben):
    case(owner=ben)
    assert clock("contact").broken == 1


def test_a_paused_promise_is_not_broken_by_the_pause(ben):
    opened = case(owner=ben)
    desk.pause_case(opened.pk, reason="Waiting", actor=ben, now=NOON + HOUR)
    assert clock("contact").running == 1
    desk.resume_case(opened.pk, actor=ben, now=NOON + 7 * DAY)
    contact(opened, ben, NOON + 7 * DAY + HOUR)
    assert (clock("contact").kept, clock("contact").median_minutes) == (1, 120)


def test_a_case_that_ended_otherwise_in_time_drops_out_of_the_share(ben):
    cases.decline_case(case(owner=ben).pk, note="Wants nothing", actor=ben, now=NOON + HOUR)
    assert (clock("contact").n, clock("contact").running) == (0, 0)


def test_a_case_that_ended_otherwise_too_late_broke_its_promise(ben):
    cases.decline_case(case(owner=ben).pk, note="Wants nothing", actor=ben, now=NOON + 3 * DAY)
    assert clock("contact").broken == 1


def test_a_resolution_that_had_to_be_done_again_kept_no_promise(ben):
    opened = contact(case(owner=ben), ben, NOON + HOUR)
    resolve(opened, ben, NOON + 2 * HOUR)
    cases.reopen_case(opened.pk, note="Still broken", actor=ben, now=NOON + DAY)
    resolve(opened, ben, NOON + DAY + HOUR)
    report = sla_report(Case.objects.all(), now=NOON + 2 * DAY)
    assert clock("resolve").broken == 1
    assert (report.ever_resolved, report.reopened, report.reopened_share) == (1, 1, 1.0)


def test_a_case_reopened_from_a_refusal_undid_no_resolution(ben):
    opened = case(owner=ben)
    cases.decline_case(opened.pk, note="Wants nothing", actor=ben, now=NOON + HOUR)
    cases.reopen_case(opened.pk, note="Changed her mind", actor=ben, now=NOON + DAY)
    contact(opened, ben, NOON + DAY + HOUR)
    resolve(opened, ben, NOON + DAY + 2 * HOUR)
    assert (clock("resolve").kept, sla_report(Case.objects.all(), now=NOON + 2 * DAY).reopened) == (1, 0)


def test_confirmation_is_counted_from_the_resolution(ben):
    opened = contact(case(owner=ben), ben, NOON + HOUR)
    resolve(opened, ben, NOON + DAY)
    cases.confirm_case(opened.pk, note="yes", now=NOON + DAY + 2 * HOUR)
    assert (clock("confirm").kept, clock("confirm").median_minutes) == (1, 120)


def test_a_case_never_resolved_promised_no_confirmation(ben):
    case(owner=ben)
    assert (clock("confirm").n, clock("confirm").running) == (0, 0)


def test_a_duplicate_is_not_counted_twice(ben):
    first, second = case(owner=ben), case(who=customer("C-2"))
    cases.mark_duplicate(second.pk, of=first, actor=ben, now=NOON)
    assert sla_report(Case.objects.all(), now=NOON).cases == 1


def test_shares_carry_their_interval(ben):
    for n in range(10):
        contact(case(owner=ben, who=customer(f"C-{n}")), ben, NOON + (HOUR if n else 3 * DAY))
    report = clock("contact")
    assert (report.share, report.n) == (0.9, 10)
    assert 0.59 < report.interval.low < 0.61


def test_the_report_asks_the_database_as_often_for_fifty_cases_as_for_one(ben, django_assert_num_queries):
    for n in range(8):
        case(owner=ben, who=customer(f"C-{n}"))
    with django_assert_num_queries(4):
        sla_report(Case.objects.all(), now=NOON + DAY)


# Time until, while some still wait.
def test_the_median_of_finished_spells_is_the_median():
    assert time_until([Spell(minutes, True) for minutes in (10, 20, 30, 40, 50)], 0.5) == 30


def test_cases_that_still_wait_make_the_median_longer_not_shorter():
    quick = [Spell(10, True)] * 4
    assert time_until(quick, 0.5) == 10
    assert time_until([*quick, *[Spell(1000, False)] * 6], 0.5) is None
    assert time_until([*quick, *[Spell(1000, False)] * 4], 0.5) == 10


def test_nothing_has_no_median():
    assert time_until([], 0.5) is None


spells = st.lists(st.builds(Spell, st.integers(0, 1000), st.booleans()), max_size=30)


@settings(max_examples=100)
@given(spells)
def test_a_larger_share_never_takes_less_time(waits):
    median, p90 = time_until(waits, 0.5), time_until(waits, 0.9)
    assert median is not None or p90 is None
    assert p90 is None or median <= p90


@settings(max_examples=100)
@given(spells, st.integers(0, 1000))
def test_a_case_that_still_waits_never_makes_the_desk_look_faster(waits, minutes):
    before = time_until(waits, 0.5)
    after = time_until([*waits, Spell(minutes, False)], 0.5)
    assert after is None or (before is not None and after >= before)
