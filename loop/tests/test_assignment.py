import pytest
from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction

from loop.models import Case, Notice, TriageRule
from loop.services.assignment import choose_owner, speaks, within_team
from loop.services.defaults import ensure_loop_defaults
from loop.services.intake import triage_backlog
from loop.tests.rows import DAY, HOUR, NOON, case, customer, manager, person, response, team, touchpoint

pytestmark = pytest.mark.django_db


def choose(care=None, assignment="by_load", who=None, named=None, **more):
    return choose_owner(assignment=assignment, person=named, team=care, customer=who, now=NOON, **more)


def test_cases_go_round_the_team():
    care = team()
    for name in ("ana", "ben", "eva"):
        person(name, care)
    owners = [
        case(who=customer(f"C-{n}"), where=touchpoint("claim", owner_team=care), now=NOON + n * HOUR).owner.username
        for n in range(6)
    ]
    assert owners == ["ana", "ben", "eva", "ana", "ben", "eva"]


def test_who_has_the_larger_capacity_gets_more():
    care = team()
    person("half", care, capacity=2)
    person("full", care, capacity=4)
    where = touchpoint("claim", owner_team=care)
    owners = [case(who=customer(f"C-{n}"), where=where).owner.username for n in range(6)]
    assert (owners.count("half"), owners.count("full")) == (2, 4)


def test_nobody_gets_more_cases_than_the_capacity_allows():
    care = team()
    person("ana", care, capacity=1)
    where = touchpoint("claim", owner_team=care)
    assert case(where=where).owner is not None
    assert case(who=customer("C-2"), where=where).owner is None
    assert "as many cases as they can work" in choose(care).reason


def test_who_is_absent_gets_nothing_until_back():
    care = team()
    ana = person("ana", care, absent_until=NOON + DAY)
    assert (choose(care).owner, "absent" in choose(care).reason) == (None, True)
    assert within_team(care, language="", now=NOON + DAY).owner == ana


def test_who_has_left_gets_nothing():
    care = team()
    person("ana", care)
    care.members.update(is_active=False)
    assert "no members" in choose(care).reason


def test_who_speaks_the_customers_language_comes_first():
    care = team()
    person("ana", care, languages=["en"])
    joana = person("joana", care, languages=["pt-BR"])
    assert choose(care, who=customer(locale="pt-PT")).owner == joana


def test_a_language_nobody_speaks_still_finds_an_owner():
    care = team()
    ana = person("ana", care, languages=["en"])
    assert choose(care, who=customer(locale="fi")).owner == ana


def test_a_profile_without_languages_claims_none():
    assert not speaks(person("ana", None, languages=[]), "en")


def test_the_named_person_gets_the_case_even_when_full():
    ben = person("ben", None, capacity=0)
    assert choose(assignment="person", named=ben).owner == ben


def test_while_the_named_person_is_absent_the_team_takes_over():
    care = team()
    ana, ben = person("ana", care), person("ben", None, absent_until=NOON + DAY)
    assert choose(care, assignment="person", named=ben).owner == ana


def test_the_account_owner_gets_the_case_of_the_own_customer():
    ben = person("ben")
    assert choose(assignment="account_owner", who=customer(account_owner="ben")).owner == ben


def test_a_rule_may_leave_the_case_to_the_team():
    care = team()
    person("ana", care)
    assert choose(care, assignment="team").owner is None


@pytest.mark.parametrize(("with_lead", "told"), [(True, "leo"), (False, "mia")])
def test_a_case_without_owner_is_told_to_the_lead_or_else_to_the_managers(with_lead, told):
    manager("mia")
    care = team(lead=person("leo") if with_lead else None)
    ensure_loop_defaults(now=NOON)
    TriageRule.objects.update(assignment="team")
    case(where=touchpoint("claim", owner_team=care))
    assert list(Notice.objects.values_list("recipient__username", flat=True)) == [told]


def test_in_turn_the_next_case_goes_to_who_waited_longest_however_much_they_have():
    care = team()
    ana, ben = person("ana", care), person("ben", care)
    ensure_loop_defaults(now=NOON)
    TriageRule.objects.update(assignment="in_turn")
    where = touchpoint("claim", owner_team=care)
    owners = []
    for number in range(4):
        row = case(who=customer(f"C-{number}"), where=where, now=NOON + number * HOUR)
        owners.append(row.owner)
        if row.owner == ana:  # she is quick: her cases are closed before the next one comes, and count all the same
            Case.objects.filter(pk=row.pk).update(status=Case.Status.DECLINED)
    assert owners == [ana, ben, ana, ben]


def test_in_turn_those_of_one_backlog_are_shared_out_too():
    care = team()
    names = [person(name, care).username for name in ("ana", "ben")]
    ensure_loop_defaults(now=NOON)
    TriageRule.objects.update(assignment="in_turn")
    where = touchpoint("claim", owner_team=care)
    for number in range(4):
        response(nps=1, who=customer(f"C-{number}"), where=where, at=NOON)
    triage_backlog(now=NOON + HOUR)
    assert sorted(Case.objects.values_list("owner__username", flat=True)) == sorted(2 * names)


def test_only_who_has_the_skill_gets_the_case():
    care = team()
    person("ana", care)
    ben = person("ben", care, skills=["billing"])
    assert choose(care, skill="Billing").owner == ben


def test_without_anybody_who_has_the_skill_the_team_decides():
    care = team()
    person("ana", care)
    found = choose(care, skill="billing")
    assert (found.owner, "the skill “billing”" in found.reason) == (None, True)


@pytest.mark.parametrize("value", ["Eva", "EVA@example.com"])
def test_a_field_of_the_customer_names_who_gets_the_case(value):
    care = team()
    person("ana", care)
    eva, who = person("eva"), customer(attributes={"branch_manager": value})
    assert choose(care, "data_field", who, field="branch_manager").owner == eva


@pytest.mark.parametrize("value", [None, "", "nobody", 7])
def test_a_field_that_names_nobody_leaves_the_case_to_the_team(value):
    care = team()
    ana, who = person("ana", care), customer(attributes={"branch_manager": value})
    assert choose(care, "data_field", who, field="branch_manager").owner == ana


def test_an_address_of_two_people_names_neither():
    care = team()
    ana = person("ana", care)
    for name in ("eva", "eve"):
        person(name)
    get_user_model().objects.filter(username__startswith="ev").update(email="desk@example.com")
    who = customer(attributes={"branch_manager": "desk@example.com"})
    assert choose(care, "data_field", who, field="branch_manager").owner == ana


def test_a_rule_by_field_names_the_field():
    with pytest.raises(IntegrityError), transaction.atomic():
        TriageRule.objects.create(name="By branch", assignment="data_field")
