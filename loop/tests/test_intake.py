import pytest

from feedback.models import Response
from loop.models import Case, Notice, Triage, TriageRule
from loop.services.cases import decline_case
from loop.services.defaults import ensure_loop_defaults
from loop.services.intake import STALE_AFTER, triage_backlog, triage_response
from loop.tests.rows import DAY, HOUR, NOON, case, customer, person, response, survey, team, touchpoint

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _defaults():
    ensure_loop_defaults(now=NOON)


def triage(**fields) -> Triage:
    return triage_response(response(**fields).pk, now=NOON)


@pytest.mark.parametrize(
    ("fields", "opens"),
    [
        ({"nps": 0}, True),
        ({"nps": 6}, True),
        ({"nps": 7}, False),
        ({"kind": "csat", "nps": 2}, True),
        ({"kind": "csat", "nps": 3}, False),
        ({"kind": "ces", "nps": 3}, True),
        ({"kind": "ces", "nps": 4}, False),
        ({"nps": 10, "comment": "Awful, never again", "compound": -0.8}, True),
        ({"nps": 10, "comment": "Not so good", "compound": -0.3}, False),
        ({"nps": 10, "comment": "Ужасно"}, False),
        ({"nps": None}, False),
    ],
)
def test_the_default_rules_open_a_case_where_somebody_was_let_down(fields, opens):
    assert (triage(**fields).case is not None) is opens


def test_the_triage_says_which_rule_spoke_and_what_it_saw():
    assert triage(nps=5).reason == "Rule “Detractor (NPS 0–6)”: nps is at most 6 (5)."


def test_the_triage_says_that_no_rule_fits():
    assert triage(nps=9).reason == "No case rule fits this answer."


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"is_test": True}, "A test answer opens no case."),
        ({"is_flagged": True, "flags": ["bot"]}, "The answer is flagged (bot), so nobody is sent after it."),
        ({"at": NOON - STALE_AFTER - DAY}, "The answer is older than 30 days."),
    ],
)
def test_answers_that_nobody_should_chase_open_no_case_and_say_why(fields, reason):
    decided = triage(nps=0, **fields)
    assert (decided.case, decided.reason) == (None, reason)


def test_research_answers_never_open_a_case():
    research = survey("interviews", purpose="research")
    decided = triage(nps=0, asked=research)
    assert decided.case is None
    assert decided.reason.startswith("Research answers")


def test_triage_twice_is_triage_once():
    answer = response(nps=0)
    first = triage_response(answer.pk, now=NOON)
    second = triage_response(answer.pk, now=NOON + HOUR)
    assert (first.pk, Case.objects.count()) == (second.pk, 1)


def test_a_triaged_response_is_not_swept_up_again():
    answer = response(nps=9)
    triage_response(answer.pk, now=NOON)
    assert not type(answer).objects.untriaged(NOON + DAY).exists()


def test_an_unfinished_answer_waits():
    assert triage_response(response(submitted_at=None).pk, now=NOON) is None


def test_an_answer_that_the_customer_made_worse_is_looked_at_again():
    answer = response(nps=9)
    triage_response(answer.pk, now=NOON)
    answer.answers.update(number=1)
    type(answer).objects.update(edited_at=NOON + HOUR)
    assert triage_response(answer.pk, now=NOON + 2 * HOUR).case is not None


def test_a_case_stays_when_the_customer_makes_the_answer_better_afterwards():
    answer = response(nps=1)
    opened = triage_response(answer.pk, now=NOON).case
    answer.answers.update(number=9)
    type(answer).objects.update(edited_at=NOON + HOUR)
    assert triage_response(answer.pk, now=NOON + 2 * HOUR).case == opened


def test_a_new_case_has_its_due_times_in_working_hours():
    opened = triage(nps=5, where=touchpoint()).case
    assert opened.contact_due_at == NOON + DAY  # eight working hours from Monday noon
    assert opened.resolve_due_at == NOON + 3 * DAY
    assert opened.next_due_at == opened.acknowledge_due_at == NOON + 4 * HOUR


def test_a_moment_of_truth_gets_the_stricter_clock():
    opened = triage(nps=5, where=touchpoint("claim", is_moment_of_truth=True)).case
    assert (opened.severity, opened.contact_due_at) == ("high", NOON + 4 * HOUR)


def test_the_team_of_the_touchpoint_gets_the_case_and_its_member_hears_of_it():
    care = team()
    ben = person("ben", care)
    opened = triage(nps=0, where=touchpoint("claim", owner_team=care)).case
    assert (opened.owner, opened.team, opened.status) == (ben, care, Case.Status.ASSIGNED)
    assert list(Notice.objects.values_list("recipient__username", "kind")) == [("ben", "opened")]


def test_a_case_that_nobody_can_take_is_new_and_its_history_says_why():
    opened = triage(nps=0).case
    assert (opened.status, opened.owner) == (Case.Status.NEW, None)
    assert "names a team" in opened.history.get().note


def test_an_anonymous_answer_opens_a_case_without_a_customer():
    assert triage(nps=0, who=None).case.customer is None


def test_the_summary_shows_a_score_of_zero():
    assert triage(nps=0, where=touchpoint()).case.summary == "NPS 0 · Delivery"


def test_what_triage_keeps_names_nothing_that_the_customer_is():
    TriageRule.objects.all().delete()
    rule = TriageRule.objects.create(name="Gold")
    rule.conditions.create(fact="customer.plan", operator="is", value="gold")
    decided = triage(who=customer("C-9", attributes={"plan": "gold"}))
    assert decided.case is not None
    assert "customer.plan" not in decided.facts
    assert decided.reason == "Rule “Gold”: customer.plan is gold."


def test_a_second_unhappy_answer_belongs_to_the_open_case():
    first = case()
    second = triage(nps=1, who=customer(), where=touchpoint())
    assert (second.case, Case.objects.count()) == (first, 1)
    assert first.history.filter(note="The customer answered again.").exists()


def test_a_second_unhappy_answer_within_a_month_reopens_the_closed_case():
    first = case()
    decline_case(first.pk, note="Wants nothing", actor=person("ben"), now=NOON)
    again = triage_response(response(at=NOON + 20 * DAY, who=customer(), where=touchpoint()).pk, now=NOON + 20 * DAY)
    first.refresh_from_db()
    assert (again.case, first.status, Case.objects.count()) == (first, Case.Status.REOPENED, 1)


def test_a_second_unhappy_answer_after_a_month_is_a_case_of_its_own():
    first = case()
    decline_case(first.pk, note="Wants nothing", actor=person("ben"), now=NOON)
    later = NOON + 31 * DAY
    again = triage_response(response(at=later, who=customer(), where=touchpoint()).pk, now=later)
    assert again.case != first


def test_an_unhappy_answer_about_something_else_is_a_case_of_its_own():
    first = case()
    assert triage(nps=1, who=customer(), where=touchpoint("claim")).case != first


@pytest.mark.parametrize("is_closed", [False, True])
def test_an_answer_that_changes_behind_its_case_is_told_there_once_and_moves_nothing(is_closed):
    ben = person("ben")
    first = case(nps=0, owner=ben)
    if is_closed:
        decline_case(first.pk, note="Wants nothing", actor=ben, now=NOON + HOUR)
    first.refresh_from_db()
    before = first.status
    first.response.answers.filter(kind="nps").update(number=9)
    Response.objects.filter(pk=first.response_id).update(edited_at=NOON + 2 * HOUR)
    for _twice in range(2):
        triage_response(first.response_id, now=NOON + 3 * HOUR)
    first.refresh_from_db()
    told = first.history.filter(note__startswith="The customer changed the answer")
    assert [line.note for line in told] == ["The customer changed the answer: NPS 9 · Delivery."]
    assert first.status == before
    assert first.notices.filter(kind="replied", recipient=ben).count() == 1


def test_a_paused_rule_opens_nothing():
    TriageRule.objects.update(is_active=False)
    assert triage(nps=0).case is None


def test_a_backlog_is_looked_at_together_with_one_case_each():
    waiting = [response(nps=score) for score in (0, 3, 9)]
    assert triage_backlog(now=NOON + HOUR) == 3
    assert [Case.objects.filter(response=each).count() for each in waiting] == [1, 1, 0]
    assert Notice.objects.count() == sum(len(case.notices.all()) for case in Case.objects.all())


def test_two_answers_of_one_customer_in_one_backlog_share_a_case():
    who = customer()
    for _ in range(2):
        response(nps=0, who=who)
    triage_backlog(now=NOON + HOUR)
    assert [line.kind for line in Case.objects.get().history.order_by("pk")] == ["opened", "changed"]


def test_cases_of_one_backlog_are_shared_out_by_load():
    desk = team()
    person("ana", desk), person("ben", desk)
    TriageRule.objects.update(team=desk, assignment=TriageRule.Assignment.BY_LOAD)
    for _ in range(4):
        response(nps=0)
    triage_backlog(now=NOON + HOUR)
    assert sorted(Case.objects.values_list("owner__username", flat=True)) == ["ana", "ana", "ben", "ben"]


def test_a_backlog_costs_hardly_more_queries_when_it_is_longer(django_assert_max_num_queries):
    for size in (2, 12):
        for _ in range(size):
            response(nps=0)
        with django_assert_max_num_queries(36):
            assert triage_backlog(now=NOON + HOUR) == size
