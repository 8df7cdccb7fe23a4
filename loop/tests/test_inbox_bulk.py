import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from loop.models import Case
from loop.services.cases import assign_case, record_contact
from loop.tests.rows import MINUTE, NOON, case, customer, person, posted_resolution, team
from loop.tests.staff import browser, staff
from surveys.models import Team

pytestmark = pytest.mark.django_db
BULK, UNDO = reverse("loop:inbox_bulk"), reverse("loop:inbox_undo")


@pytest.fixture
def care():
    return team("Care")


@pytest.fixture
def ana(care):
    return staff("agent", "ana", team=care)


@pytest.fixture
def desk(ana):
    return browser(ana)


def opened(care, number="C-1", **fields) -> Case:
    row = case(who=customer(number))
    Case.objects.filter(pk=row.pk).update(team=care, **fields)
    row.refresh_from_db()
    return row


def picked(*cases: Case) -> list[str]:
    return [f"{row.pk}:{row.version}" for row in cases]


def told(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_selected_cases_become_mine_and_the_list_says_which(desk, ana, care):
    rows = [opened(care), opened(care, "C-2")]
    response = desk.post(BULK, {"act": "mine", "case": picked(*rows)})
    assert list(Case.objects.values_list("owner", flat=True)) == [ana.pk, ana.pk]
    assert told(response) == [f"Done: {rows[0].code}, {rows[1].code}"]


def test_a_case_that_somebody_else_changed_is_left_alone_and_told_in_its_own_line(desk, ana, care):
    stale, fresh = opened(care), opened(care, "C-2")
    seen = picked(stale, fresh)
    cho = person("cho", care)
    assign_case(stale.pk, owner=cho, actor=cho, now=NOON)
    response = desk.post(BULK, {"act": "mine", "case": seen})
    stale.refresh_from_db()
    assert stale.owner == cho
    assert told(response) == [
        f"Done: {fresh.code}",
        f"{stale.code}: Somebody else changed this case while you were editing it.",
    ]


def test_a_case_of_another_team_is_answered_like_none_and_stays_as_it_is(desk):
    foreign = opened(team("Billing"))
    response = desk.post(BULK, {"act": "mine", "case": picked(foreign)})
    foreign.refresh_from_db()
    assert (foreign.owner, told(response)) == (None, ["?: There is no such case."])


def test_selected_cases_sleep_until_the_chosen_moment(desk, care):
    row = opened(care)
    desk.post(BULK, {"act": "snooze", "case": picked(row), "until": "3d"})
    row.refresh_from_db()
    assert row.snoozed_until is not None


def test_closing_many_needs_cause_action_outcome_and_note(desk, care):
    row = opened(care)
    response = desk.post(BULK, {"act": "close", "case": picked(row)})
    assert told(response) == [
        "Root cause: choose or fill in.",
        "Action taken: choose or fill in.",
        "Outcome: choose or fill in.",
        "In your words: choose or fill in.",
    ]


def test_closing_many_closes_what_may_be_closed_and_says_why_the_rest_may_not(desk, ana, care):
    ready, early = opened(care), opened(care, "C-2")
    ready = record_contact(ready.pk, channel="phone", reached=True, actor=ana, now=NOON)
    response = desk.post(BULK, {"act": "close", "case": picked(ready, early), **posted_resolution()})
    ready.refresh_from_db()
    assert ready.status == Case.Status.RESOLVED
    assert told(response)[1:] == [
        f"{early.code}: A case is resolved after somebody has reached the customer: note the contact first."
    ]


def test_an_agent_cannot_give_cases_to_somebody_else(desk, care):
    row, cho = opened(care), person("cho", care)
    desk.post(BULK, {"act": "assign", "case": picked(row), "owner": cho.pk})
    row.refresh_from_db()
    assert row.owner is None


def test_a_manager_can_give_cases_to_somebody_else(care):
    row, cho = opened(care), person("cho", care)
    browser(staff("manager")).post(BULK, {"act": "assign", "case": picked(row), "owner": cho.pk})
    row.refresh_from_db()
    assert row.owner == cho


@pytest.mark.parametrize("sent", [[], ["x"], ["1"], ["1:1:1"], ["-1:1"], ["1:1"] * 501])
def test_a_selection_that_makes_no_sense_is_told_and_changes_nothing(desk, sent):
    assert len(told(desk.post(BULK, {"act": "mine", "case": sent}))) == 1


@pytest.mark.parametrize("act", ["", "delete", "mine'"])
def test_an_act_that_does_not_exist_is_told(desk, care, act):
    assert told(desk.post(BULK, {"act": act, "case": picked(opened(care))}))


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example/?a=b", "javascript:alert(1)"])
def test_the_way_back_never_leads_elsewhere(desk, care, back):
    response = desk.post(BULK, {"act": "mine", "case": picked(opened(care)), "back": back})
    assert response.headers["Location"].startswith("/inbox/?")


def test_the_list_stands_as_before_afterwards(desk, care):
    response = desk.post(BULK, {"act": "mine", "case": picked(opened(care)), "back": "view=all&severity=high"})
    assert response.headers["Location"] == "/inbox/?view=all&severity=high"


def test_a_selection_cannot_be_sent_by_a_link(desk):
    assert desk.get(BULK).status_code == 405


def test_taking_many_cases_can_be_undone(desk, care):
    row = opened(care)
    desk.post(BULK, {"act": "mine", "case": picked(row)})
    assert desk.get(reverse("loop:inbox")).context["undo"] == 1
    response = desk.post(UNDO)
    row.refresh_from_db()
    assert (row.owner, row.status, told(response)[-1]) == (None, Case.Status.NEW, f"Undone: {row.code}")


def test_an_undone_assignment_goes_back_to_who_had_it_before(care):
    cho, ben = person("cho", care), person("ben", care)
    row = opened(care, owner=cho, status=Case.Status.ASSIGNED)
    mia = browser(staff("manager"))
    mia.post(BULK, {"act": "assign", "case": picked(row), "owner": ben.pk})
    mia.post(UNDO)
    row.refresh_from_db()
    assert row.owner == cho


@pytest.mark.parametrize("act", ["assign", "mine"])
def test_cases_that_leave_their_team_need_the_reason_and_the_others_go_without(care, act):
    cho, mia = person("cho", care), staff("manager", "mia")
    team("Billing").members.add(mia)
    kept = opened(care, owner=cho, status=Case.Status.ASSIGNED)
    free = opened(Team.objects.get(name="Billing"), "C-2")
    desk, sent = browser(mia), {"act": act, "case": picked(kept, free), "owner": mia.pk}
    assert told(desk.post(BULK, sent)) == [
        f"Done: {free.code}",
        f"{kept.code}: Say why somebody outside the team Care gets this case.",
    ]
    desk.post(BULK, sent | {"case": picked(kept), "why": "Cho is ill"})
    kept.refresh_from_db()
    assert (kept.owner, kept.history.last().note) == (mia, "Cho is ill")


def test_what_had_left_its_team_comes_back_to_who_had_it_when_undone(care):
    cho, mia = person("cho", care), staff("manager", "mia")
    person("ben", care)
    Team.objects.get().members.remove(cho)
    row = opened(care, owner=cho, status=Case.Status.ASSIGNED)
    desk = browser(mia)
    desk.post(BULK, {"act": "mine", "case": picked(row), "why": "Cho is ill"})
    desk.post(UNDO)
    row.refresh_from_db()
    assert row.owner == cho


def test_an_undone_snooze_wakes_the_case(desk, care):
    row = opened(care)
    desk.post(BULK, {"act": "snooze", "case": picked(row), "until": "3d"})
    desk.post(UNDO)
    row.refresh_from_db()
    assert row.snoozed_until is None


def test_a_case_that_somebody_changed_since_is_not_undone(desk, ana, care):
    row = opened(care)
    desk.post(BULK, {"act": "mine", "case": picked(row)})
    cho = person("cho", care)
    assign_case(row.pk, owner=cho, actor=cho, now=NOON)
    response = desk.post(UNDO)
    row.refresh_from_db()
    assert (row.owner, told(response)[-1]) == (cho, f"{row.code}: Somebody has changed this case since.")


def test_what_was_done_can_be_undone_for_a_minute_only(ana, care, time_machine):
    row = opened(care)
    time_machine.move_to(NOON)
    desk = browser(ana)
    desk.post(BULK, {"act": "mine", "case": picked(row)})
    time_machine.move_to(NOON + 2 * MINUTE)
    assert told(desk.post(UNDO))[-1] == "It is too late to undo that."
    row.refresh_from_db()
    assert row.owner is not None


def test_nobody_undoes_what_somebody_else_did(desk, care):
    row = opened(care)
    desk.post(BULK, {"act": "mine", "case": picked(row)})
    browser(staff("manager")).post(UNDO)
    row.refresh_from_db()
    assert row.owner is not None
