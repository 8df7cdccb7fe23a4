import pytest

from loop.models import Case, Triage, TriageRule
from loop.services.defaults import ensure_loop_defaults
from loop.services.intake import triage_response
from loop.services.late_openings import apply_to_history
from loop.services.rehearsal import rehearse_rule
from loop.tests.rows import DAY, HOUR, NOON, customer, person, response, survey, team, touchpoint

pytestmark = pytest.mark.django_db
NOW = NOON + DAY


@pytest.fixture(autouse=True)
def _defaults():
    ensure_loop_defaults(now=NOON)


def rule(fact="nps", operator="at_most", value="8", **fields) -> TriageRule:
    row = TriageRule.objects.create(**{"name": "Passives too", "position": 500, "is_active": False} | fields)
    row.conditions.create(fact=fact, operator=operator, value=value)
    return row


def test_a_rehearsal_opens_nothing():
    response(nps=8)
    rehearsal = rehearse_rule(rule().pk, now=NOW)
    assert (rehearsal.spoken, rehearsal.cases) == (1, 1)
    assert (Case.objects.count(), Triage.objects.count()) == (0, 0)


def test_only_answers_that_earlier_rules_leave_over_count():
    for number in (2, 5, 7, 8, 9):
        response(nps=number)
    rehearsal = rehearse_rule(rule().pk, now=NOW)
    assert (rehearsal.answers, rehearsal.spoken) == (5, 2)


def test_a_rule_put_first_takes_answers_over_from_others():
    answer = response(nps=2)
    triage_response(answer.pk, now=NOON)
    rehearsal = rehearse_rule(rule(position=1).pk, now=NOW)
    assert (rehearsal.spoken, rehearsal.taken_over) == (1, 1)


def test_the_same_customer_at_the_same_touchpoint_makes_one_case():
    ana, where = customer(), touchpoint()
    for hours in (0, 1, 2):
        response(nps=8, who=ana, where=where, at=NOON + hours * HOUR)
    response(nps=8, who=ana, where=touchpoint("claim"))
    rehearsal = rehearse_rule(rule().pk, now=NOW)
    assert (rehearsal.spoken, rehearsal.cases) == (4, 2)


def test_answers_without_a_customer_are_never_joined():
    where = touchpoint()
    response(nps=8, where=where)
    response(nps=8, where=where)
    assert rehearse_rule(rule().pk, now=NOW).cases == 2


def test_it_tells_who_would_share_the_work():
    care = team()
    for name in ("ana", "ben"):
        person(name, care)
    for n in range(6):
        response(nps=8, where=touchpoint("claim", owner_team=care), who=customer(f"C-{n}"))
    rehearsal = rehearse_rule(rule().pk, days=14, now=NOW)
    assert (rehearsal.people, rehearsal.cases_per_week, rehearsal.cases_per_person_and_week) == (2, 3.0, 1.5)


def test_it_is_told_in_two_sentences():
    person("ana", team())
    response(nps=8, where=touchpoint("claim", owner_team=team("Empty")))
    told = str(rehearse_rule(rule().pk, days=7, now=NOW))
    assert told.startswith("From 2026-11-17 to 2026-11-24 this rule would have opened 1 cases for 1 of 1 answers, 1.0")
    assert told.endswith("Nobody would get them: neither the rule nor the touchpoints name a team with members.")


def test_a_rule_of_a_named_team_counts_its_people_only():
    care, other = team(), team("Other")
    person("ana", care)
    person("ben", other)
    response(nps=8, where=touchpoint("claim", owner_team=other))
    assert rehearse_rule(rule(team=care).pk, now=NOW).people == 1


@pytest.mark.parametrize(
    "fields",
    [{"at": NOON - 31 * DAY}, {"is_test": True}, {"is_flagged": True}, {"scored_at": None}, {"submitted_at": None}],
)
def test_answers_that_triage_would_not_ask_about_are_left_out(fields):
    response(nps=8, **fields)
    assert rehearse_rule(rule().pk, now=NOW).answers == 0


def test_research_is_left_out():
    response(nps=8, asked=survey("research", purpose="research"))
    assert rehearse_rule(rule().pk, now=NOW).answers == 0


def test_examples_name_the_latest_answers():
    answers = [response(nps=8, at=NOON + n * HOUR) for n in range(12)]
    assert list(rehearse_rule(rule().pk, now=NOW).examples) == [answer.pk for answer in answers[2:]]


def test_what_was_rehearsed_is_what_then_happens():
    ana, where = customer(), touchpoint()
    for hours in range(3):
        response(nps=8, who=ana, where=where, at=NOON + hours * HOUR)
    candidate = rule()
    rehearsed = rehearse_rule(candidate.pk, now=NOW)
    TriageRule.objects.filter(pk=candidate.pk).update(is_active=True)
    for answer in Triage.response.field.related_model.objects.all():
        triage_response(answer.pk, now=NOW)
    assert Case.objects.count() == rehearsed.cases == 1


# When asked, for answers that are there already.
def test_a_new_rule_opens_cases_for_old_answers_only_when_asked():
    answer = response(nps=8)
    triage_response(answer.pk, now=NOON)
    candidate = rule(is_active=True)
    assert not Case.objects.exists()
    assert apply_to_history(candidate.pk, days=30, now=NOW) == 1
    assert Case.objects.get().response == answer
    assert Triage.objects.get().reason.startswith("Looked at again: Rule “Passives too”")


def test_applying_a_rule_twice_opens_nothing_more():
    triage_response(response(nps=8).pk, now=NOON)
    candidate = rule(is_active=True)
    apply_to_history(candidate.pk, days=30, now=NOW)
    assert apply_to_history(candidate.pk, days=30, now=NOW) == 0


def test_very_old_answers_stay_at_rest():
    response(nps=8, at=NOON - 40 * DAY)
    assert apply_to_history(rule(is_active=True).pk, days=365, now=NOW) == 0
