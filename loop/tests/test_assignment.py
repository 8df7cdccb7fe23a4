import pytest

from loop.models import Notice, TriageRule
from loop.services.assignment import by_load, choose_owner, speaks
from loop.services.defaults import ensure_loop_defaults
from loop.tests.rows import DAY, HOUR, NOON, case, customer, manager, person, team, touchpoint

pytestmark = pytest.mark.django_db


def choose(care=None, assignment="by_load", who=None, named=None):
    return choose_owner(assignment=assignment, person=named, team=care, customer=who, now=NOON)


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
    assert by_load(care, language="", now=NOON + DAY).owner == ana


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
