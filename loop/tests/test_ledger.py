"""Everything done on a case is a line that is never changed."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import Group

from loop.models import Arm, AuthorityLimit, Deed, DeedKind, WrittenOnce
from loop.services import cases
from loop.services.goodwill import give_goodwill, room_for
from loop.services.history import NotAllowed, StaleEdit
from loop.services.messages import send_message, write_message
from loop.services.placements import place_case
from loop.services.playbooks import start_playbook
from loop.tests.plays import goodwill_arm, playbook
from loop.tests.rows import DAY, HOUR, NOON, case, person, resolution

pytestmark = pytest.mark.django_db


@pytest.fixture
def ben():
    user = person("ben")
    role, _made = Group.objects.get_or_create(name="agent")
    user.groups.add(role)
    AuthorityLimit.objects.create(role=role, amount=Decimal(50))
    return user


def test_contact_resolution_and_letter_leave_a_line_each(ben, mailoutbox):
    opened = case(owner=ben)
    cases.record_contact(opened.pk, channel="phone", reached=False, minutes=4, actor=ben, now=NOON)
    letter = write_message(opened.pk, subject="Sorry", body="We are.", actor=ben, now=NOON + HOUR)
    send_message(letter.pk, now=NOON + HOUR)
    cases.resolve_case(opened.pk, **resolution(), minutes=25, actor=ben, now=NOON + 2 * HOUR)
    lines = list(Deed.objects.values_list("kind", "minutes", "reached", "actor__username"))
    assert lines == [("call", 4, False, "ben"), ("mail", None, True, "ben"), ("remedy", 25, None, "ben")]
    assert Deed.objects.get(kind="remedy").action == resolution()["action"]


def test_a_refused_move_leaves_no_line(ben):
    opened = case(owner=ben)
    cases.decline_case(opened.pk, note="Nothing", actor=ben, now=NOON)
    with pytest.raises(NotAllowed):
        cases.record_contact(opened.pk, channel="phone", reached=True, actor=ben, now=NOON)
    assert not Deed.objects.exists()


def test_a_line_is_neither_saved_again_nor_updated(ben):
    cases.record_contact(case(owner=ben).pk, channel="phone", reached=True, actor=ben, now=NOON)
    line = Deed.objects.get()
    with pytest.raises(WrittenOnce):
        line.save()
    with pytest.raises(WrittenOnce):
        Deed.objects.update(minutes=1)


def test_a_line_names_the_arm_in_force(ben):
    opened = _with_goodwill_arm(ben)
    cases.record_contact(opened.pk, channel="phone", reached=True, actor=ben, now=NOON)
    assert Deed.objects.get().arm == opened.placement.arm


def _with_goodwill_arm(ben, amount="20"):
    draft = playbook(arms=("Call", "Mail"))
    goodwill_arm(draft, amount)
    start_playbook(draft.pk, actor=ben, now=NOON - DAY)
    opened = case(owner=ben)
    placed = place_case(opened.pk, now=NOON)
    type(placed).objects.filter(pk=placed.pk).update(arm=Arm.objects.get(kind=DeedKind.GOODWILL))
    opened.refresh_from_db()
    return opened


# Goodwill.
def test_goodwill_within_the_limit_of_the_role_is_a_line_with_its_cost(ben):
    opened = case(owner=ben)
    give_goodwill(opened.pk, amount=Decimal(30), actor=ben, now=NOON)
    assert list(Deed.objects.values_list("kind", "cost")) == [("goodwill", Decimal(30))]


def test_the_limit_counts_what_was_given_before(ben):
    opened = case(owner=ben)
    give_goodwill(opened.pk, amount=Decimal(30), actor=ben, now=NOON)
    with pytest.raises(NotAllowed, match="You may give 20"):
        give_goodwill(opened.pk, amount=Decimal(30), actor=ben, now=NOON)


def test_the_arm_may_allow_less_than_the_role(ben):
    opened = _with_goodwill_arm(ben, "20")
    assert room_for(opened, ben) == 20


def test_without_a_role_that_may_nothing_is_given():
    opened, eva = case(), person("eva")
    with pytest.raises(NotAllowed, match="You may give 0 more"):
        give_goodwill(opened.pk, amount=Decimal(1), actor=eva, now=NOON)


def test_two_people_do_not_give_goodwill_on_the_same_sight_of_a_case(ben):
    opened = case(owner=ben)
    give_goodwill(opened.pk, amount=Decimal(10), version=opened.version, actor=ben, now=NOON)
    with pytest.raises(StaleEdit):
        give_goodwill(opened.pk, amount=Decimal(10), version=opened.version, actor=ben, now=NOON)


@pytest.mark.parametrize("amount", [0, -5])
def test_goodwill_is_more_than_nothing(ben, amount):
    with pytest.raises(NotAllowed, match="above 0"):
        give_goodwill(case(owner=ben).pk, amount=Decimal(amount), actor=ben, now=NOON)
