"""A case rule looks back because somebody asked: what was shown is what is opened, once, in their name."""

import pytest
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.urls import reverse

from feedback.models import Response
from loop.models import Case, LateOpening, Triage, TriageRule
from loop.services import late_openings
from loop.services.cases import decline_case
from loop.services.defaults import ensure_loop_defaults
from loop.services.history import NotAllowed
from loop.services.intake import triage_response
from loop.services.late_openings import ask_late_opening, continue_late_opening, look_back
from loop.tasks import sweep_late_openings
from loop.tests.rows import DAY, HOUR, NOON, case, customer, person, response, touchpoint
from loop.tests.staff import browser, staff

pytestmark = pytest.mark.django_db
NOW = NOON + DAY


@pytest.fixture(autouse=True)
def _defaults():
    ensure_loop_defaults(now=NOON)


@pytest.fixture
def rule() -> TriageRule:
    row = TriageRule.objects.create(name="Passives too", position=500)
    row.conditions.create(fact="nps", operator="at_most", value="8")
    return row


def passed_over(count: int = 1, **fields) -> list[Response]:
    """Answers that were looked at before the rule was there."""
    TriageRule.objects.filter(name="Passives too").update(is_active=False)
    rows = [response(nps=8, at=NOON + number * HOUR, **fields) for number in range(count)]
    for row in rows:
        triage_response(row.pk, now=NOON)
    TriageRule.objects.filter(name="Passives too").update(is_active=True)
    return rows


def opened_by(rule: TriageRule, actor) -> LateOpening:
    run = ask_late_opening(rule.pk, seal=look_back(rule.pk, now=NOW).seal, actor=actor, now=NOW)
    while continue_late_opening(run.pk, now=NOW):
        pass
    run.refresh_from_db()
    return run


def test_exactly_the_shown_answers_get_a_case_in_the_name_of_who_asked(rule):
    answers, mia = passed_over(3), person("mia")
    assert look_back(rule.pk, now=NOW).cases == 3
    run = opened_by(rule, mia)
    assert (run.opened, run.joined, run.looked_at, run.finished_at) == (3, 0, 3, NOW)
    assert set(Case.objects.values_list("response", flat=True)) == {answer.pk for answer in answers}
    line = Case.objects.first().history.get()
    assert (line.kind, line.actor) == ("opened", mia) and line.note.startswith("Looked at again: Rule “Passives too”")
    assert set(Triage.objects.values_list("case__rule", flat=True)) == {rule.pk}


def test_a_task_that_comes_twice_opens_nothing_twice(rule):
    passed_over(2)
    run = opened_by(rule, person("mia"))
    assert not continue_late_opening(run.pk, now=NOW)
    LateOpening.objects.update(finished_at=None, looked_at=0, opened=0)
    continue_late_opening(run.pk, now=NOW)
    run.refresh_from_db()
    assert (Case.objects.count(), run.opened, run.joined) == (2, 0, 0)


def test_two_answers_of_one_customer_in_one_place_make_one_case(rule):
    passed_over(2, who=customer(), where=touchpoint())
    outlook = look_back(rule.pk, now=NOW)
    assert (outlook.cases, outlook.joining) == (1, 1)
    run = opened_by(rule, person("mia"))
    assert (Case.objects.count(), run.opened, run.joined) == (1, 1, 1)


def test_an_answer_whose_matter_has_an_open_case_is_put_to_it_without_a_second_one(rule):
    standing = case(who=customer(), where=touchpoint())
    Triage.objects.all().delete()
    Response.objects.filter(pk=standing.response_id).delete()
    passed_over(1, who=customer("C-2"), where=touchpoint())
    Case.objects.filter(pk=standing.pk).update(customer=customer("C-2"))
    assert (look_back(rule.pk, now=NOW).cases, look_back(rule.pk, now=NOW).joining) == (0, 1)
    assert (opened_by(rule, person("mia")).joined, Case.objects.count()) == (1, 1)


def test_a_closed_case_is_never_opened_again_for_an_old_answer(rule):
    closed = case(who=customer("C-2"), where=touchpoint())
    decline_case(closed.pk, note="Wants nothing.", actor=person("ben"), now=NOON)
    passed_over(1, who=customer("C-3"), where=touchpoint())
    passed_over(1, who=customer("C-4"), where=touchpoint())
    Case.objects.filter(pk=closed.pk).update(customer=customer("C-3"))
    assert (look_back(rule.pk, now=NOW).resting, look_back(rule.pk, now=NOW).cases) == (1, 1)
    opened_by(rule, person("mia"))
    closed.refresh_from_db()
    assert (closed.status, Case.objects.count()) == ("declined", 2)


def test_a_case_that_was_closed_while_the_rule_looks_back_stays_closed(rule):
    standing = case(who=customer("C-2"), where=touchpoint())
    passed_over(1, who=customer("C-3"), where=touchpoint())
    Case.objects.filter(pk=standing.pk).update(customer=customer("C-3"))
    run = ask_late_opening(rule.pk, seal=look_back(rule.pk, now=NOW).seal, actor=person("mia"), now=NOW)
    decline_case(standing.pk, note="Wants nothing.", actor=person("ben"), now=NOW)
    continue_late_opening(run.pk, now=NOW)
    standing.refresh_from_db()
    run.refresh_from_db()
    assert (standing.status, run.opened, run.joined) == ("declined", 0, 0)


def test_when_other_answers_wait_than_those_shown_nothing_is_asked(rule):
    passed_over(1)
    seal = look_back(rule.pk, now=NOW).seal
    passed_over(1)
    with pytest.raises(NotAllowed, match="Look again"):
        ask_late_opening(rule.pk, seal=seal, actor=person("mia"), now=NOW)


def test_one_rule_looks_back_once_at_a_time(rule):
    passed_over(1)
    seal, mia = look_back(rule.pk, now=NOW).seal, person("mia")
    ask_late_opening(rule.pk, seal=seal, actor=mia, now=NOW)
    with pytest.raises(NotAllowed, match="already"):
        ask_late_opening(rule.pk, seal=seal, actor=mia, now=NOW)


def test_many_answers_are_opened_in_parts_and_switching_the_rule_off_ends_it(rule, monkeypatch):
    monkeypatch.setattr(late_openings, "AT_ONCE", 2)
    passed_over(5)
    run = ask_late_opening(rule.pk, seal=look_back(rule.pk, now=NOW).seal, actor=person("mia"), now=NOW)
    assert continue_late_opening(run.pk, now=NOW)
    run.refresh_from_db()
    assert (run.looked_at, Case.objects.count()) == (2, 2)
    TriageRule.objects.update(is_active=False)
    assert not continue_late_opening(run.pk, now=NOW)
    assert Case.objects.count() == 2


def test_a_run_whose_task_was_lost_is_found_and_finished_by_the_sweep(rule, time_machine):
    time_machine.move_to(NOW)
    passed_over(2)
    ask_late_opening(rule.pk, seal=look_back(rule.pk, now=NOW).seal, actor=person("mia"), now=NOW)
    sweep_late_openings()
    assert Case.objects.count() == 2 and not mail.outbox
    assert LateOpening.objects.get().finished_at is not None


# The page.
def inside(role: str):
    user = staff(role)
    user.is_staff = True
    user.save()
    return browser(user)


@pytest.fixture
def office(time_machine):
    time_machine.move_to(NOW)
    return inside("admin")


def address(rule: TriageRule, name: str = "rehearse") -> str:
    return reverse(f"admin:loop_triagerule_{name}", args=[rule.pk])


def test_the_page_shows_the_number_and_opens_nothing_by_being_looked_at(office, rule):
    passed_over(2)
    page = office.get(address(rule))
    assert "Open 2 cases now" in page.content.decode()
    assert not Case.objects.exists() and not LateOpening.objects.exists()


def test_confirmed_the_cases_are_asked_for_and_the_page_shows_how_far_it_is(office, rule):
    passed_over(2)
    seal = office.get(address(rule)).context["outlook"].seal
    page = office.post(address(rule, "open_now"), {"seal": seal, "sure": "on"}, follow=True)
    assert "0 of 2" in page.content.decode() and page.headers["Refresh"] == "3"
    assert list(LateOpening.objects.get().answers) == list(Response.objects.order_by("pk").values_list("pk", flat=True))
    assert LogEntry.objects.get(object_id=rule.pk).change_message == "Looks back at 2 answers."


@pytest.mark.parametrize("change", [{"sure": None}, {"seal": None}, {"seal": "x"}])
def test_unconfirmed_or_with_another_list_nothing_is_asked(office, rule, change):
    passed_over(1)
    sent = {"seal": office.get(address(rule)).context["outlook"].seal, "sure": "on"} | change
    office.post(address(rule, "open_now"), {name: value for name, value in sent.items() if value})
    assert not LateOpening.objects.exists()


def test_a_rule_that_is_off_offers_nothing_to_open(office, rule):
    passed_over(1)
    TriageRule.objects.filter(pk=rule.pk).update(is_active=False)
    page = office.get(address(rule)).content.decode()
    assert "The rule is off" in page and "Open 1 case now" not in page


def test_who_may_not_change_rules_opens_none_and_looking_at_the_address_opens_none_either(office, rule):
    passed_over(1)
    sent = {"seal": look_back(rule.pk, now=NOW).seal, "sure": "on"}
    assert inside("agent").post(address(rule, "open_now"), sent).status_code == 403
    assert office.get(address(rule, "open_now")).status_code == 405
    assert not LateOpening.objects.exists()
