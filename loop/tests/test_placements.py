"""Chance chooses the arm; staff see it, may do otherwise, and never change what was drawn."""

from collections import Counter

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from loop.models import Arm, Case, Placement, Playbook, Severity
from loop.services import desk
from loop.services.erasure import erase_customer
from loop.services.history import NotAllowed, StaleEdit
from loop.services.placements import leave_out, override_arm, place_case
from loop.services.playbooks import copy_playbook, start_playbook, stop_playbook
from loop.tests.plays import playbook, running
from loop.tests.rows import DAY, HOUR, NOON, case, customer, leaf, person, touchpoint
from surveys.models import Customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def ben():
    return person("ben")


def opened(number: int = 1, **fields) -> Case:
    return case(who=customer(f"C-{number}", **fields))


# Starting and stopping.
def test_a_playbook_without_purpose_arms_or_comparison_does_not_start(ben):
    draft = playbook(arms=("Call",), purpose=" ")
    with pytest.raises(NotAllowed, match=r"purpose.*At least two arms"):
        start_playbook(draft.pk, actor=ben, now=NOON)
    second = Arm.objects.create(playbook=draft, name="Mail", text="Write.")
    Playbook.objects.update(purpose="Learn.")
    draft.arms.exclude(pk=second.pk).update(is_comparison=False)
    with pytest.raises(NotAllowed, match="compared with"):
        start_playbook(draft.pk, actor=ben, now=NOON)


def test_starting_fixes_the_plan_and_a_secret_seed(ben):
    first, second = running(name="A"), running(name="B")
    assert first.planned_per_arm == 150
    assert first.seed != second.seed
    assert len(first.seed) == 64


def test_a_playbook_starts_once(ben):
    book = running()
    with pytest.raises(NotAllowed, match="started before"):
        start_playbook(book.pk, actor=ben, now=NOON)


def test_stopping_needs_a_reason_and_ends_the_draw(ben):
    book = running()
    with pytest.raises(NotAllowed, match="Say why"):
        stop_playbook(book.pk, reason=" ", now=NOON)
    stop_playbook(book.pk, reason="The mail is broken.", now=NOON)
    assert place_case(opened().pk, now=NOON) is None


def test_a_copy_is_a_draft_with_the_same_arms():
    book = running(owed="Refund", arms=("Call", "Mail"))
    book.touchpoints.add(touchpoint())
    copy = copy_playbook(book.pk)
    assert (copy.status, copy.seed, copy.planned_per_arm) == ("draft", "", None)
    assert [(arm.name, arm.is_owed) for arm in copy.arms.all()] == [("Call", False), ("Mail", False), ("Refund", True)]
    assert list(copy.touchpoints.all()) == [touchpoint()]


@pytest.mark.parametrize(
    "fields", [{"usual_percent": 0}, {"usual_percent": 90, "difference_points": 10}, {"outcome_days": 0}]
)
def test_the_database_refuses_a_plan_that_cannot_be(fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        playbook(**fields)


def test_the_database_compares_with_one_arm_which_is_not_owed():
    book = playbook()
    with pytest.raises(IntegrityError), transaction.atomic():
        book.arms.update(is_comparison=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        book.arms.update(is_owed=True)


# Drawing.
def test_a_case_that_fits_is_drawn_once_with_its_reason():
    running()
    placed = place_case(opened().pk, now=NOON)
    assert place_case(placed.case_id, now=NOON) is None
    assert "Drawn by lot between Call, Mail, among cases whose cause is not known yet." in placed.reason
    assert placed.case.history.filter(note__contains=placed.arm.name).count() == 1


def test_a_case_opened_before_the_start_is_not_drawn():
    running(now=NOON + HOUR)
    assert place_case(opened().pk, now=NOON + HOUR) is None


def test_a_customer_is_drawn_once_per_playbook():
    running()
    place_case(opened().pk, now=NOON)
    again = case(who=customer("C-1"), where=touchpoint("web"))
    assert place_case(again.pk, now=NOON) is None


def test_a_case_of_nobody_known_is_not_drawn():
    running()
    assert place_case(case(who=None).pk, now=NOON) is None


def test_conditions_on_touchpoint_and_severity_hold():
    running(severities=[Severity.CRITICAL])
    elsewhere = running(name="Elsewhere")
    elsewhere.touchpoints.add(touchpoint("web"))
    assert place_case(opened().pk, now=NOON) is None
    there = case(who=customer("C-2"), where=touchpoint("web"))
    assert place_case(there.pk, now=NOON).playbook == elsewhere


def test_a_playbook_for_a_cause_waits_until_the_cause_is_named(ben):
    book, waiting = running(), opened()
    book.causes.add(leaf().parent)
    assert place_case(waiting.pk, now=NOON) is None
    desk.name_cause(waiting.pk, cause=leaf(), actor=ben, now=NOON)
    assert leaf().parent.name in place_case(waiting.pk, now=NOON).reason


def test_an_upper_cause_is_too_general_to_name(ben):
    with pytest.raises(NotAllowed, match="too general"):
        desk.name_cause(opened().pk, cause=leaf().parent, actor=ben, now=NOON)


def test_the_first_fitting_playbook_takes_the_case():
    running(name="Second", position=20)
    first = running(name="First", position=10)
    assert place_case(opened().pk, now=NOON).playbook == first


def test_nothing_is_drawn_beyond_the_plan():
    book = running()
    Playbook.objects.filter(pk=book.pk).update(planned_per_arm=1)
    drawn = [place_case(opened(number).pk, now=NOON) for number in range(3)]
    assert [bool(placed) for placed in drawn] == [True, True, False]


def test_arms_are_even_inside_each_stratum():
    running(high_value_from=100)
    people = Customer.objects.bulk_create(
        Customer(external_id=f"V-{number}", annual_value=50 + 100 * (number % 2)) for number in range(20)
    )
    for number, who in enumerate(people):
        place_case(Case.objects.create(code=f"V{number}", customer=who, opened_at=NOON).pk, now=NOON)
    counts = Counter(Placement.objects.values_list("stratum", "arm__name"))
    assert len(counts) == 4
    for stratum in {stratum for stratum, _arm in counts}:
        assert abs(counts[stratum, "Call"] - counts[stratum, "Mail"]) <= 2


def test_a_case_is_in_one_playbook_by_constraint():
    placed = place_case(_in_running().pk, now=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Placement.objects.create(playbook=placed.playbook, case=placed.case, arm=placed.arm, turn=9, reason="again")


def _in_running() -> Case:
    running()
    return opened()


class OwedIsNeverDrawn(TestCase):
    @settings(max_examples=15, deadline=None)
    @given(owed=st.lists(st.booleans(), min_size=1, max_size=5), cases=st.integers(1, 4))
    def test_an_owed_arm_is_never_randomised(self, owed, cases):
        book = playbook(name="Given")
        for number, is_owed in enumerate(owed):
            Arm.objects.create(playbook=book, name=f"Arm {number}", text="Do it.", is_owed=is_owed)
        start_playbook(book.pk, actor=None, now=NOON - DAY)
        for number in range(cases):
            who = Customer.objects.create(external_id=f"O-{number}")
            place_case(Case.objects.create(code=f"O{number}", customer=who, opened_at=NOON).pk, now=NOON)
        assert Placement.objects.count() == cases
        assert not Placement.objects.filter(arm__is_owed=True).exists()


# What staff may say.
def test_staff_may_do_something_else_and_the_case_still_counts_as_drawn(ben):
    running(owed="Refund")
    placed = place_case(opened().pk, now=NOON)
    refund = Arm.objects.get(name="Refund")
    override_arm(placed.case_id, arm=refund, reason="It is owed to her.", actor=ben, now=NOON + HOUR)
    after = Placement.objects.get()
    assert (after.arm, after.given_arm, after.arm_in_force) == (placed.arm, refund, refund)


def test_doing_otherwise_needs_a_reason_an_arm_of_the_playbook_and_another_one(ben):
    placed = place_case(_in_running().pk, now=NOON)
    other = running(name="Another").arms.first()
    same, else_ = placed.arm, placed.playbook.arms.exclude(pk=placed.arm_id).get()
    for arm, reason, says in [(other, "why", "another playbook"), (same, "why", "already"), (else_, " ", "Say why")]:
        with pytest.raises(NotAllowed, match=says):
            override_arm(placed.case_id, arm=arm, reason=reason, actor=ben, now=NOON)


def test_two_people_who_change_the_arm_at_once_meet_a_conflict(ben):
    placed = place_case(_in_running().pk, now=NOON)
    other = placed.playbook.arms.exclude(pk=placed.arm_id).get()
    seen = Case.objects.get(pk=placed.case_id).version
    override_arm(placed.case_id, arm=other, reason="first", version=seen, actor=ben, now=NOON)
    with pytest.raises(StaleEdit):
        override_arm(placed.case_id, arm=placed.arm, reason="second", version=seen, actor=ben, now=NOON)


def test_a_case_can_be_left_out_after_the_draw_and_keeps_what_was_drawn(ben):
    placed = place_case(_in_running().pk, now=NOON)
    leave_out(placed.case_id, reason="She asked not to be called.", actor=ben, now=NOON)
    after = Placement.objects.get()
    assert (after.arm, after.arm_in_force) == (placed.arm, None)


def test_a_case_left_out_before_the_draw_is_never_drawn(ben):
    waiting = _in_running()
    leave_out(waiting.pk, reason="A court case.", actor=ben, now=NOON)
    assert place_case(waiting.pk, now=NOON) is None
    assert Placement.objects.get().arm is None


def test_leaving_out_needs_a_reason_and_a_playbook(ben):
    waiting = opened()
    with pytest.raises(NotAllowed, match="Say why"):
        leave_out(waiting.pk, reason="", actor=ben, now=NOON)
    with pytest.raises(NotAllowed, match="No playbook"):
        leave_out(waiting.pk, reason="why", actor=ben, now=NOON)


def test_erasure_takes_the_person_and_the_words_and_leaves_the_draw(ben):
    placed = place_case(_in_running().pk, now=NOON)
    leave_out(placed.case_id, reason="Ana asked so.", actor=ben, now=NOON)
    erase_customer(placed.customer_id)
    after = Placement.objects.get()
    assert (after.customer, after.opt_out_reason, after.arm) == (None, "[erased]", placed.arm)
