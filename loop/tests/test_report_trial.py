"""The readout of a playbook: a case counts where chance placed it, at looks fixed beforehand, in known worlds."""

from datetime import timedelta
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from loop.models import Arm, Case, CaseEvent, Placement, Playbook
from loop.reports.trial import FOLLOW_UP, Drawn, _confirmed, _looks, trial_report
from loop.services import cases
from loop.services.placements import leave_out, override_arm, place_case
from loop.services.stopping import settle_playbook
from loop.tests.plays import running
from loop.tests.rows import DAY, HOUR, NOON, case, customer, person, resolution, response, touchpoint
from loop.trial.allocation import arm_at
from loop.trial.verdict import Verdict, verdict_on
from surveys.models import Customer
from surveys.tests import rows

pytestmark = pytest.mark.django_db
ONE_OF_EACH = "seed-0"
LATER = NOON + timedelta(days=200)


def world(book: Playbook, count: int, *, usual: float, better: float, seed: int = 1, start=NOON) -> None:
    """Cases as `place_case` leaves them, one an hour, of which the customer confirms this share after ten days."""
    random, arms = Random(seed), list(book.arms.drawn())
    comparison = next(arm for arm in arms if arm.is_comparison)
    people = Customer.objects.bulk_create(Customer(external_id=f"W-{n}") for n in range(count))
    opened = Case.objects.bulk_create(Case(customer=who, code=f"W{n}", opened_at=start) for n, who in enumerate(people))
    turns = [n // 2 for n in range(count)]
    placed = [
        Placement(
            playbook=book,
            case=row,
            customer=row.customer,
            arm_id=arm_at("world", f"{n % 2}:", turns[n], [arm.pk for arm in arms]),
            stratum=f"{n % 2}:",
            turn=turns[n],
            placed_at=start + n * HOUR,
            reason="drawn",
        )
        for n, row in enumerate(opened)
    ]
    Placement.objects.bulk_create(placed)
    CaseEvent.objects.bulk_create(
        CaseEvent(case=row.case, kind="moved", went_to="confirmed", at=row.placed_at + 10 * DAY)
        for row in placed
        if random.random() < (usual if row.arm_id == comparison.pk else better)
    )


@pytest.fixture
def ben():
    return person("ben")


def confirmed_case(ben, number: int, at=NOON) -> Case:
    opened = case(owner=ben, who=customer(f"C-{number}"), now=at)
    place_case(opened.pk, now=at)
    cases.record_contact(opened.pk, channel="phone", reached=True, actor=ben, now=at + HOUR)
    cases.resolve_case(opened.pk, **resolution(), actor=ben, now=at + 2 * HOUR)
    cases.confirm_case(opened.pk, note="yes", now=at + DAY)
    return opened


def small(book: Playbook, per_arm: int) -> Playbook:
    """With a seed that draws each arm once in the first two cases."""
    Playbook.objects.filter(pk=book.pk).update(planned_per_arm=per_arm, seed=ONE_OF_EACH)
    return Playbook.objects.get(pk=book.pk)


# Looks.
def test_before_the_first_look_nothing_is_said():
    book = running(now=NOON)
    world(book, 59, usual=0.2, better=0.9)
    report = trial_report(book, now=LATER)
    assert (report.drawn, report.look, report.contrasts) == (59, None, [])
    assert (report.next_look.number, report.next_look.cases) == (1, 60)


def test_a_look_takes_place_when_its_last_case_has_had_its_days():
    book = running(now=NOON)
    world(book, 60, usual=0.2, better=0.2)
    ripe = NOON + 59 * HOUR + timedelta(days=30)
    assert trial_report(book, now=ripe - HOUR).look is None
    assert trial_report(book, now=ripe).look.number == 1


def test_a_look_says_the_same_whenever_somebody_opens_the_page():
    book = running(now=NOON)
    world(book, 100, usual=0.2, better=0.4)
    first = trial_report(book, now=NOON + timedelta(days=35)).contrasts[0].confirmed
    assert trial_report(book, now=NOON + timedelta(days=80)).contrasts[0].confirmed == first


def test_what_happens_after_the_days_changes_no_look(ben):
    book = small(running(now=NOON - DAY), 1)
    opened = confirmed_case(ben, 1)
    confirmed_case(ben, 2)
    cases.reopen_case(opened.pk, note="again", now=NOON + 31 * DAY)
    report = trial_report(book, now=NOON + 40 * DAY)
    assert report.contrasts[0].confirmed.effect.mine == report.contrasts[0].confirmed.effect.other == 1


def test_a_confirmation_that_comes_too_late_is_none(ben):
    book = small(running(now=NOON - DAY), 1)
    confirmed_case(ben, 1)
    late = case(owner=ben, who=customer("C-2"))
    place_case(late.pk, now=NOON)
    cases.record_contact(late.pk, channel="phone", reached=True, actor=ben, now=NOON + HOUR)
    cases.resolve_case(late.pk, **resolution(), actor=ben, now=NOON + 29 * DAY)
    cases.confirm_case(late.pk, note="yes", now=NOON + 31 * DAY)
    confirmed = trial_report(book, now=NOON + 40 * DAY).contrasts[0].confirmed.effect
    assert {confirmed.mine, confirmed.other} == {0, 1}


# Intention to treat.
def test_a_case_counts_where_it_was_drawn_whatever_was_done(ben):
    book = small(running(now=NOON - DAY), 1)
    first = confirmed_case(ben, 1)
    confirmed_case(ben, 2)
    before = trial_report(book, now=NOON + 40 * DAY)
    other = book.arms.exclude(pk=first.placement.arm_id).get()
    override_arm(first.pk, arm=other, reason="Better for her.", actor=ben, now=NOON + 2 * DAY)
    after = trial_report(book, now=NOON + 40 * DAY)
    assert after.contrasts == before.contrasts
    assert [line.changed for line in after.arms if line.arm == first.placement.arm] == [1]


def test_who_was_left_out_after_the_draw_still_counts_and_before_it_does_not(ben):
    book = running(now=NOON - DAY)
    opened = case(who=customer("C-1"))
    place_case(opened.pk, now=NOON)
    leave_out(opened.pk, reason="Wants no call.", actor=ben, now=NOON)
    leave_out(case(who=customer("C-2")).pk, reason="A court case.", actor=ben, now=NOON)
    report = trial_report(book, now=NOON)
    assert (report.drawn, report.opted_out_before, sum(line.left_out for line in report.arms)) == (1, 1, 1)


def test_effort_and_cost_are_told_for_each_arm(ben):
    book = running(now=NOON - DAY)
    opened = case(owner=ben)
    place_case(opened.pk, now=NOON)
    cases.record_contact(opened.pk, channel="phone", reached=True, minutes=12, actor=ben, now=NOON)
    line = next(line for line in trial_report(book, now=NOON).arms if line.drawn)
    assert (line.deeds, line.minutes, line.cost) == (1, 12, 0)


# Further outcomes.
def test_the_next_score_and_activity_count_once_ninety_days_are_over(ben):
    book = small(running(now=NOON - DAY, score_kind="nps"), 1)
    for number, later in ((1, 9), (2, 4)):
        opened = case(who=customer(f"C-{number}"))
        place_case(opened.pk, now=NOON)
        response(nps=later, who=opened.customer, at=NOON + 50 * DAY)
    rows.event(touchpoint(), customer("C-1"), "E-1", occurred_at=NOON + 60 * DAY)
    rows.event(touchpoint(), customer("C-2"), "E-2", occurred_at=NOON + 91 * DAY)
    early = trial_report(book, now=NOON + FOLLOW_UP - HOUR).contrasts[0]
    assert (early.score.n, early.activity.n) == (0, 0)
    (contrast,) = trial_report(book, now=NOON + FOLLOW_UP).contrasts
    assert {contrast.score.effect.mine, contrast.score.effect.other} == {9, 4}
    assert {contrast.activity.effect.mine, contrast.activity.effect.other} == {1, 0}


# The stop rule.
def test_a_clear_difference_stops_the_playbook_with_its_reason():
    book = running(now=NOON)
    world(book, 120, usual=0.05, better=1)
    settle_playbook(book.pk, now=LATER)
    book.refresh_from_db()
    assert (book.status, book.stop_reason) == ("stopped", "Look 1 was clear: “Mail” helped.")


def test_without_a_clear_difference_it_goes_on():
    book = running(now=NOON)
    world(book, 120, usual=0.3, better=0.3)
    assert settle_playbook(book.pk, now=LATER) is None
    assert trial_report(book, now=LATER).contrasts[0].verdict is Verdict.CANNOT_TELL


def test_the_last_look_ends_it_and_bounds_the_effect():
    book = small(running(now=NOON, difference_points=30), 150)
    world(book, 300, usual=0.3, better=0.3)
    report = trial_report(book, now=LATER)
    assert report.look.is_last
    assert report.contrasts[0].verdict is Verdict.NO_LARGER
    assert report.contrasts[0].largest < 0.3
    assert settle_playbook(book.pk, now=LATER).stop_reason == "Its last look was taken."


def test_a_later_look_never_undoes_the_one_that_was_clear():
    book = running(now=NOON)
    world(book, 120, usual=0.05, better=1)
    Placement.objects.filter(turn__gte=30).update(arm=Arm.objects.get(name="Call"))  # whatever comes later
    assert trial_report(book, now=LATER).look.number == 1


def test_the_number_of_queries_does_not_grow_with_the_cases():
    book = running(now=NOON)
    world(book, 60, usual=0.3, better=0.3)
    few = _queries(book)
    Placement.objects.all().delete()
    Case.objects.all().delete()
    Customer.objects.all().delete()
    world(book, 300, usual=0.3, better=0.3)
    assert _queries(book) == few


def _queries(book: Playbook) -> int:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        trial_report(Playbook.objects.get(pk=book.pk), now=LATER)
    return len(caught)


# Simulated truth over many worlds, without the database.
def simulate(worlds: int, *, usual: float, better: float, per_arm: int = 80, seed: int = 1):
    """Yield for each world the verdict and interval of the look at which it ended."""
    random, looks = Random(seed), _looks(2 * per_arm, comparisons=1)
    call, mail = Arm(pk=1, is_comparison=True), Arm(pk=2)
    draws = [[arm_at(f"{n}", "s", turn, [1, 2]) for turn in range(per_arm)] for n in range(20)]
    for _world in range(worlds):
        strata = random.sample(draws, 2)
        cases_drawn = [
            Drawn(
                case_id=n,
                customer_id=n,
                arm_id=(arm := strata[n % 2][n // 2]),
                stratum=f"{n % 2}",
                placed_at=NOON,
                is_confirmed=random.random() < (better if arm == 2 else usual),
            )
            for n in range(2 * per_arm)
        ]
        for look in looks:
            effect = _confirmed(cases_drawn[: look.cases], mail, call, look).effect
            verdict = verdict_on(effect.interval, is_last=look.is_last, worth_finding=0.15)
            if verdict.is_over or look.is_last:
                yield verdict, effect
                break


def test_looking_five_times_at_arms_that_are_alike_cries_wolf_in_five_of_a_hundred_at_most():
    ended = list(simulate(400, usual=0.3, better=0.3))
    wrong = sum(verdict.is_over for verdict, _effect in ended)
    assert wrong / 400 <= 0.08  # 5 % and nearly three standard errors of 400 worlds


def test_the_interval_at_the_look_that_ended_it_holds_the_truth():
    ended = list(simulate(300, usual=0.25, better=0.40, seed=2))
    held = sum(0.15 in effect.interval for _verdict, effect in ended)
    assert held / 300 >= 0.93


def test_a_true_difference_of_the_planned_size_is_mostly_found():
    ended = list(simulate(120, usual=0.25, better=0.40, per_arm=150, seed=3))
    found = sum(verdict is Verdict.HELPED for verdict, _effect in ended)
    assert found / 120 > 0.7
