"""How often a case changes hands: who took it from whom, and whether anybody said why."""

import pytest
from django.urls import reverse
from django.utils import timezone

from loop.models import Case
from loop.reports.handoffs import hand_offs
from loop.services.cases import assign_case, record_contact
from loop.tests.rows import DAY, HOUR, NOON, case, customer, person, team, touchpoint
from loop.tests.staff import browser, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def care():
    made = team("Care")
    touchpoint().__class__.objects.update(owner_team=made)
    return made


def give(opened, owner, *, to=None, note=""):
    return assign_case(opened.pk, owner=owner, team=to, note=note, actor=None, now=NOON)


def found():
    return hand_offs(Case.objects.all())


def test_the_first_assignment_is_no_hand_off(care):
    give(case(), person("ben", care))
    assert (found().mean.value, found().never.value) == (0, 100)


def test_from_one_person_to_another_is_one_and_the_mean_is_over_all_cases(care):
    ben, eva = person("ben", care), person("eva", care)
    first = case()
    for owner in (ben, eva, ben):
        give(first, owner)
    case(who=customer("C-2"))
    assert (found().mean.value, found().mean.n) == (1.0, 2)
    assert found().never.value == 50


def test_who_takes_it_after_it_was_given_back_gets_it_from_who_had_it(care):
    ben, eva = person("ben", care), person("eva", care)
    opened = case()
    for owner in (ben, None, eva):
        give(opened, owner)
    assert found().mean.value == 1


def test_giving_it_back_and_taking_it_again_is_none(care):
    ben = person("ben", care)
    opened = case()
    for owner in (ben, None, ben):
        give(opened, owner)
    assert found().mean.value == 0


def test_who_makes_contact_on_a_case_given_back_takes_it_over(care):
    ben, eva = person("ben", care), person("eva", care)
    opened = case()
    give(opened, ben)
    give(opened, None)
    record_contact(opened.pk, channel="phone", reached=True, actor=eva, now=NOON + HOUR)
    assert found().mean.value == 1


def test_ways_between_teams_are_told_with_how_often_nobody_said_why(care):
    billing = team("Billing")
    ben, eva = person("ben", care), person("eva", billing)
    for number, note in enumerate(["It is about the bill.", ""]):
        opened = case(who=customer(f"C-{number}"))
        give(opened, ben)
        give(opened, eva, to=billing, note="It is about the bill.")
        opened.history.filter(changes__has_key="team", kind="assigned").update(note=note)  # older lines may lack one
    (way,) = found().ways
    assert (way.giver, way.taker, way.n, way.unsaid) == ("Care", "Billing", 2, 1)
    assert found().unsaid.value == 50


def test_without_cases_there_is_no_mean():
    assert not found().mean.is_known


def test_the_page_of_the_effect_says_how_often_cases_change_hands(care):
    opened = case(now=timezone.now() - DAY)
    for name in ("ben", "eva"):
        give(opened, person(name, care))
    page = browser(staff("manager")).get(reverse("loop:effect")).content.decode()
    assert '<dt>Hand-offs per case</dt><dd><b class="numbers">1.0</b>' in page
