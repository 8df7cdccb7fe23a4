import pytest
from django.test import Client
from django.urls import reverse

from loop.models import Case, CaseEvent, Outcome
from loop.services import cases
from loop.tests.rows import HOUR, NOON, case, customer, person, posted_resolution, resolution, team
from loop.tests.staff import browser, staff
from loop.views.acts import ACT_BY_KEY

pytestmark = pytest.mark.django_db


@pytest.fixture
def care():
    return team("Care")


@pytest.fixture
def ana(care):
    return staff("agent", "ana", team=care)


@pytest.fixture
def desk(ana):
    return browser(ana)


@pytest.fixture
def opened(care) -> Case:
    row = case()
    Case.objects.filter(pk=row.pk).update(team=care)
    row.refresh_from_db()
    return row


def act(desk, row: Case, key: str, **written):
    row.refresh_from_db()
    return desk.post(reverse("loop:act", args=[row.code, key]), {"version": row.version, **written})


def offered(response) -> set[str]:
    return {each.key for each in [*response.context["acts"], *response.context["minor_acts"]]}


def test_a_stranger_is_sent_to_the_login(opened):
    assert Client().get(opened.get_absolute_url()).headers["Location"].startswith(reverse("login"))


@pytest.mark.parametrize("role", ["analyst", "designer"])
def test_a_role_that_works_no_cases_is_refused(opened, role):
    assert browser(staff(role)).get(opened.get_absolute_url()).status_code == 403


def test_a_case_of_another_team_is_not_there(care):
    foreign = case(who=customer("C-9"))
    Case.objects.filter(pk=foreign.pk).update(team=team("Billing"))
    assert browser(staff("agent", team=care)).get(foreign.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("key", [*ACT_BY_KEY, "seen"])
def test_nothing_can_be_done_to_a_case_of_another_team(desk, key):
    foreign = case(who=customer("C-9"))
    Case.objects.filter(pk=foreign.pk).update(team=team("Billing"))
    before = Case.objects.values().get(pk=foreign.pk)
    assert desk.post(reverse("loop:act", args=[foreign.code, key]), {"version": 1}).status_code == 404
    assert Case.objects.values().get(pk=foreign.pk) == before


def test_only_moves_that_are_possible_are_offered(desk, opened):
    keys = offered(desk.get(opened.get_absolute_url()))
    assert {"take", "contact", "decline"} <= keys
    assert not {"resolve", "start", "reopen"} & keys


def test_a_resolved_case_offers_to_be_reopened_and_not_to_be_resolved_again(desk, ana, opened):
    cases.record_contact(opened.pk, channel="phone", reached=True, actor=ana, now=NOON)
    cases.resolve_case(opened.pk, **resolution(), actor=ana, now=NOON + HOUR)
    keys = offered(desk.get(opened.get_absolute_url()))
    assert "reopen" in keys
    assert not {"resolve", "contact", "snooze", "assign"} & keys


def test_taking_a_case_makes_it_mine(desk, ana, opened):
    act(desk, opened, "take")
    opened.refresh_from_db()
    assert (opened.owner, opened.status) == (ana, Case.Status.ASSIGNED)


def test_a_case_goes_from_new_to_resolved_by_its_buttons(desk, opened):
    act(desk, opened, "take")
    act(desk, opened, "contact", channel="phone", reached="yes", note="Ten minutes")
    act(desk, opened, "start")
    act(desk, opened, "resolve", **posted_resolution() | {"note": "A new one was sent."})
    opened.refresh_from_db()
    assert (opened.status, opened.outcome) == (Case.Status.RESOLVED, Outcome.objects.first())
    shown = desk.get(opened.get_absolute_url()).content.decode()
    assert "Put right" in shown and "A new one was sent." in shown


def test_closing_asks_for_cause_action_outcome_and_note_each_beside_its_field(desk, ana, opened):
    cases.record_contact(opened.pk, channel="phone", reached=True, actor=ana, now=NOON)
    response = act(desk, opened, "resolve", note=" ")
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"cause", "action", "outcome", "note"}


def test_what_was_typed_stays_when_the_form_is_refused(desk, ana, opened):
    cases.record_contact(opened.pk, channel="phone", reached=True, actor=ana, now=NOON)
    assert "a long story" in act(desk, opened, "resolve", note="a long story").content.decode()


def test_another_team_gets_a_case_only_with_a_reason_asked_beside_its_field(opened):
    mia, billing = staff("manager"), team("Billing")
    said = {"owner": "", "team": billing.pk}
    response = act(browser(mia), opened, "assign", **said)
    assert (response.status_code, set(response.context["form"].errors)) == (422, {"note"})
    act(browser(mia), opened, "assign", **said, note="It is about the bill.")
    opened.refresh_from_db()
    assert opened.team == billing


def test_who_asks_to_resolve_too_early_gets_the_form_of_the_contact_and_is_told_why(desk, opened):
    page = desk.get(f"{opened.get_absolute_url()}?do=resolve")
    assert page.context["act"].key == "contact"
    assert "note the contact first" in page.content.decode()


def test_what_a_closed_case_cannot_take_any_more_says_what_to_do_first(desk, ana, opened):
    cases.decline_case(opened.pk, note="Wants nothing.", actor=ana, now=NOON)
    for key in ("snooze", "resolve"):
        page = desk.get(f"{opened.get_absolute_url()}?do={key}")
        assert page.context["form"] is None and "Reopen it first." in page.content.decode()


def test_taking_a_case_from_a_person_of_another_team_asks_why_on_the_page(opened, ana, care):
    ana.teams.add(care)
    Case.objects.filter(pk=opened.pk).update(owner=ana, status=Case.Status.ASSIGNED)
    mia = browser(staff("manager"))
    response = act(mia, opened, "take")
    assert (response.status_code, set(response.context["form"].errors)) == (422, {"note"})
    act(mia, opened, "take", note="Ana is ill")
    opened.refresh_from_db()
    assert opened.owner.username == "manager"


def test_an_attempt_that_reached_nobody_is_kept_and_stops_no_clock(desk, opened):
    act(desk, opened, "take")
    act(desk, opened, "contact", channel="phone", reached="no")
    opened.refresh_from_db()
    assert (opened.contacted_at, opened.history.filter(kind=CaseEvent.Kind.CONTACT).count()) == (None, 1)


def test_a_note_is_marked_as_internal_where_it_is_written_and_where_it_is_read(desk, opened):
    assert "internal: colleagues only" in desk.get(f"{opened.get_absolute_url()}?do=note").content.decode()
    act(desk, opened, "note", text="Ask the courier")
    shown = desk.get(opened.get_absolute_url()).content.decode()
    assert "Internal note" in shown
    assert "card-note" in shown


def test_a_colleague_who_is_named_in_a_note_is_told(desk, opened, care):
    cho = person("cho", care)
    act(desk, opened, "note", text="@cho please look, thanks @nobody")
    assert list(opened.notices.filter(kind="mentioned").values_list("recipient", flat=True)) == [cho.pk]


def test_a_case_sleeps_until_a_day_that_was_named(desk, opened):
    act(desk, opened, "snooze", until="3h", on="2031-05-05")
    opened.refresh_from_db()
    assert opened.snoozed_until.year == 2031


def test_a_day_that_is_over_is_refused_in_words(desk, opened):
    response = act(desk, opened, "snooze", until="3h", on="2001-05-05")
    assert "Choose a time in the future." in response.content.decode()


def test_stopped_clocks_are_shown_with_their_reason(desk, opened):
    act(desk, opened, "pause", reason="The customer looks for the receipt")
    assert "Stopped: The customer looks for the receipt" in desk.get(opened.get_absolute_url()).content.decode()


def test_a_case_is_merged_into_another_one_by_its_code(desk, opened, care):
    stays = case(who=customer("C-2"))
    Case.objects.filter(pk=stays.pk).update(team=care)
    act(desk, opened, "duplicate", of=stays.code.lower())
    opened.refresh_from_db()
    assert (opened.status, opened.duplicate_of) == (Case.Status.DUPLICATE, stays)


def test_a_case_cannot_be_merged_into_one_that_the_person_may_not_see(desk, opened):
    hidden = case(who=customer("C-2"))
    Case.objects.filter(pk=hidden.pk).update(team=team("Billing"))
    response = act(desk, opened, "duplicate", of=hidden.code)
    assert f"There is no case with the code “{hidden.code}”." in response.content.decode()


def test_an_agent_cannot_give_a_case_to_somebody_else(desk, opened, care):
    response = act(desk, opened, "assign", owner=person("cho", care).pk)
    assert response.status_code == 422


def test_a_manager_can_give_a_case_to_somebody_else(opened, care):
    cho = person("cho", care)
    act(browser(staff("manager")), opened, "assign", owner=cho.pk, note="Knows the courier")
    opened.refresh_from_db()
    assert opened.owner == cho


@pytest.mark.parametrize("role", ["manager", "agent"])
def test_the_form_begins_with_who_has_the_case_and_sent_as_it_is_takes_it_from_nobody(opened, care, role):
    holder, reader = person("cho"), staff(role, "mia", team=care)
    Case.objects.filter(pk=opened.pk).update(owner=holder, status=Case.Status.ASSIGNED)
    page = browser(reader).get(f"{opened.get_absolute_url()}?do=assign").content.decode()
    assert f'<option value="{holder.pk}" selected>' in page
    act(browser(reader), opened, "assign", owner=holder.pk, note="He will ring at noon.")
    opened.refresh_from_db()
    assert opened.owner == holder


def test_a_manager_names_himself_and_the_lead_of_a_team_too(opened, care):
    kim, mia = person("kim"), staff("manager", "mia")
    care.lead = kim
    care.save()
    form = browser(mia).get(f"{opened.get_absolute_url()}?do=assign").context["form"]
    assert {kim, mia} <= set(form.fields["owner"].queryset)


def test_a_look_at_the_page_and_its_forms_changes_no_row(desk, opened):
    before = (list(Case.objects.values()), CaseEvent.objects.count())
    for key in ACT_BY_KEY:
        desk.get(f"{opened.get_absolute_url()}?do={key}")
    assert (list(Case.objects.values()), CaseEvent.objects.count()) == before


@pytest.mark.parametrize("key", ["take", "nonsense"])
def test_nothing_is_done_by_a_link(desk, opened, key):
    assert desk.get(reverse("loop:act", args=[opened.code, key])).status_code == 405


def test_an_act_that_does_not_exist_is_not_there(desk, opened):
    assert act(desk, opened, "explode").status_code == 404


def test_a_form_from_elsewhere_is_refused(ana, opened):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ana)
    assert strict.post(reverse("loop:act", args=[opened.code, "take"]), {"version": 1}).status_code == 403
