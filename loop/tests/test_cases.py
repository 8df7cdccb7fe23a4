import pytest
from django.db import IntegrityError, transaction

from loop.models import Case, Cause, Notice, WrongMove
from loop.services import cases, desk
from loop.services.history import NotAllowed, StaleEdit
from loop.services.intake import triage_response
from loop.tests.rows import DAY, HOUR, NOON, case, customer, person, resolution, response, team, touchpoint
from surveys.models import Team

pytestmark = pytest.mark.django_db
Status = Case.Status


@pytest.fixture
def ben():
    return person("ben")


def contacted(ben) -> Case:
    opened = case(owner=ben)
    return cases.record_contact(opened.pk, channel="phone", reached=True, actor=ben, now=NOON + HOUR)


def resolved(ben) -> Case:
    return cases.resolve_case(contacted(ben).pk, **resolution(), actor=ben, now=NOON + 2 * HOUR)


def test_a_case_goes_from_new_to_resolved_and_its_history_tells_each_step(ben):
    opened = case()
    cases.assign_case(opened.pk, owner=ben, actor=ben, now=NOON)
    cases.record_contact(opened.pk, channel="phone", reached=True, note="Spoke for ten minutes", actor=ben, now=NOON)
    cases.start_work(opened.pk, actor=ben, now=NOON)
    cases.resolve_case(opened.pk, **resolution(), actor=ben, now=NOON + DAY)
    steps = opened.history.exclude(went_to="").values_list("came_from", "went_to")
    assert list(steps) == [
        ("", "new"),
        ("new", "assigned"),
        ("assigned", "contacted"),
        ("contacted", "in_progress"),
        ("in_progress", "resolved"),
    ]


def test_a_case_cannot_be_resolved_before_anybody_spoke_to_the_customer(ben):
    opened = case(owner=ben)
    with pytest.raises(WrongMove):
        cases.resolve_case(opened.pk, **resolution(), actor=ben, now=NOON)
    opened.refresh_from_db()
    assert (opened.status, opened.history.count()) == (Status.ASSIGNED, 1)


def test_a_failed_attempt_is_kept_and_the_clock_of_first_contact_runs_on(ben):
    opened = case(owner=ben)
    after = cases.record_contact(opened.pk, channel="phone", reached=False, note="Nobody there", actor=ben, now=NOON)
    assert (after.status, after.contacted_at) == (Status.ASSIGNED, None)
    assert opened.history.filter(kind="contact", changes__reached=["", "no"]).exists()


def test_who_makes_contact_on_a_case_that_nobody_owns_takes_it(ben):
    after = cases.record_contact(case().pk, channel="phone", reached=True, actor=ben, now=NOON)
    assert (after.owner, after.status) == (ben, Status.CONTACTED)


def test_first_contact_is_counted_once(ben):
    opened = contacted(ben)
    again = cases.record_contact(opened.pk, channel="phone", reached=True, actor=ben, now=NOON + DAY)
    assert again.contacted_at == NOON + HOUR


def test_the_first_thing_a_person_does_acknowledges_the_case(ben):
    opened = case(owner=ben)
    assert opened.acknowledged_at is None
    desk.add_note(opened.pk, text="Looking at it", actor=ben, now=NOON + HOUR)
    opened.refresh_from_db()
    assert opened.acknowledged_at == NOON + HOUR


def test_a_cause_must_be_one_of_the_second_level(ben):
    opened = contacted(ben)
    upper = Cause.objects.filter(parent__isnull=True).first()
    with pytest.raises(NotAllowed, match="too general"):
        cases.resolve_case(opened.pk, **resolution() | {"cause": upper}, actor=ben, now=NOON)


def test_the_note_on_the_outcome_must_say_something(ben):
    opened = contacted(ben)
    with pytest.raises(NotAllowed, match="how it ended"):
        cases.resolve_case(opened.pk, **resolution() | {"note": "  "}, actor=ben, now=NOON)


def test_the_database_keeps_no_resolved_case_without_a_cause(ben):
    opened = contacted(ben)
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=opened.pk).update(status=Status.RESOLVED)


def test_resolving_starts_the_clock_of_confirmation(ben):
    assert resolved(ben).confirm_due_at == NOON + 2 * HOUR + 14 * DAY


def test_a_closed_case_has_no_running_clock(ben):
    closed = Case.objects.get(pk=resolved(ben).pk)
    assert (closed.next_due_at, closed.escalate_at) == (None, None)


def test_no_service_lets_staff_confirm_a_case(ben):
    with pytest.raises(TypeError):
        cases.confirm_case(resolved(ben).pk, note="", actor=ben, now=NOON)


def test_unreachable_needs_an_attempt_first(ben):
    opened = case(owner=ben)
    with pytest.raises(NotAllowed, match="attempt"):
        cases.mark_unreachable(opened.pk, actor=ben, now=NOON)
    cases.record_contact(opened.pk, channel="phone", reached=False, actor=ben, now=NOON)
    assert cases.mark_unreachable(opened.pk, actor=ben, now=NOON).status == Status.UNREACHABLE


def test_an_attempt_before_the_reopening_does_not_count(ben):
    opened = case(owner=ben)
    cases.record_contact(opened.pk, channel="phone", reached=False, actor=ben, now=NOON)
    cases.mark_unreachable(opened.pk, actor=ben, now=NOON)
    cases.reopen_case(opened.pk, note="He called", actor=ben, now=NOON + DAY)
    with pytest.raises(NotAllowed):
        cases.mark_unreachable(opened.pk, actor=ben, now=NOON + DAY)


def test_declining_needs_a_reason(ben):
    opened = case(owner=ben)
    with pytest.raises(NotAllowed):
        cases.decline_case(opened.pk, note=" ", actor=ben, now=NOON)
    assert cases.decline_case(opened.pk, note="Wants no call", actor=ben, now=NOON).status == Status.DECLINED


def test_a_reopened_case_is_resolved_anew_with_new_due_times(ben):
    closed = resolved(ben)
    again = cases.reopen_case(closed.pk, note="Still broken", actor=ben, now=NOON + 2 * DAY)
    assert (again.resolved_at, again.confirm_due_at) == (None, None)
    assert again.resolve_due_at == NOON + 7 * DAY  # three working days from Wednesday, over a weekend
    assert again.contacted_at == NOON + HOUR


def test_reopening_tells_the_owner(ben):
    closed = resolved(ben)
    cases.reopen_case(closed.pk, note="Still broken", now=NOON + DAY)
    assert Notice.objects.filter(recipient=ben, kind="reopened").count() == 1


def test_a_case_that_is_worked_on_must_keep_an_owner(ben):
    opened = contacted(ben)
    with pytest.raises(NotAllowed, match="owner"):
        cases.assign_case(opened.pk, owner=None, actor=ben, now=NOON)


def test_a_case_handed_back_to_the_team_is_new_again(ben):
    opened = case(owner=ben)
    assert cases.assign_case(opened.pk, owner=None, actor=ben, now=NOON).status == Status.NEW


def test_a_person_who_has_left_cannot_get_a_case(ben):
    gone = person("gone")
    type(gone).objects.filter(pk=gone.pk).update(is_active=False)
    gone.refresh_from_db()
    with pytest.raises(NotAllowed, match="left"):
        cases.assign_case(case().pk, owner=gone, actor=ben, now=NOON)


def test_a_new_owner_hears_of_it_and_one_who_takes_it_does_not(ben):
    opened, eva = case(), person("eva")
    cases.assign_case(opened.pk, owner=eva, actor=ben, now=NOON)
    cases.assign_case(opened.pk, owner=ben, actor=ben, now=NOON)
    assert list(Notice.objects.values_list("recipient__username", flat=True)) == ["eva"]


def test_a_closed_case_is_not_assigned_any_more(ben):
    closed = resolved(ben)
    with pytest.raises(NotAllowed, match="closed"):
        cases.assign_case(closed.pk, owner=person("eva"), actor=ben, now=NOON)


def test_the_history_keeps_names_that_are_readable_without_the_rows(ben):
    opened, care = case(owner=ben), team("Care")
    cases.assign_case(opened.pk, owner=person("eva"), team=care, actor=ben, now=NOON)
    assert opened.history.last().changes == {"owner": ["ben", "eva"], "team": ["", "Care"]}


def test_handing_a_case_to_another_team_needs_a_reason_and_the_history_keeps_it(ben):
    opened, billing = case(owner=ben), team("Billing")
    Case.objects.filter(pk=opened.pk).update(team=team("Care"))
    with pytest.raises(NotAllowed, match="Say why"):
        cases.assign_case(opened.pk, owner=ben, team=billing, note=" ", actor=ben, now=NOON)
    assert Case.objects.get(pk=opened.pk).team.name == "Care"
    cases.assign_case(opened.pk, owner=None, team=billing, note="It is about the bill.", actor=ben, now=NOON)
    line = opened.history.last()
    assert (line.changes["team"], line.note) == (["Care", "Billing"], "It is about the bill.")


def test_within_a_team_and_for_the_first_team_no_reason_is_asked(ben):
    opened, care = case(owner=ben), team("Care", lead=ben)
    for owner in (person("eva", care), ben):
        assert cases.assign_case(opened.pk, owner=owner, team=care, actor=ben, now=NOON).team == care


@pytest.fixture
def kept_by_care(ben):
    """A case that eva of Care has; ben is of another team."""
    opened, care = case(), team("Care")
    Case.objects.filter(pk=opened.pk).update(team=care, owner=person("eva", care), status=Status.ASSIGNED)
    return opened


def test_a_case_goes_to_somebody_outside_its_team_only_for_a_reason(ben, kept_by_care):
    with pytest.raises(NotAllowed, match="outside the team Care"):
        cases.assign_case(kept_by_care.pk, owner=person("kim"), note=" ", actor=ben, now=NOON)
    cases.assign_case(kept_by_care.pk, owner=person("max"), note="Speaks Dutch", actor=ben, now=NOON)
    assert kept_by_care.history.last().note == "Speaks Dutch"


def test_who_takes_a_case_from_a_person_of_another_team_says_why_and_one_that_nobody_has_is_free(ben, kept_by_care):
    with pytest.raises(NotAllowed, match="outside"):
        cases.assign_case(kept_by_care.pk, owner=ben, actor=ben, now=NOON)
    Case.objects.filter(pk=kept_by_care.pk).update(owner=None, status=Status.NEW)
    assert cases.assign_case(kept_by_care.pk, owner=ben, actor=ben, now=NOON).owner == ben


def test_back_to_the_team_and_among_its_people_nobody_is_asked_why(ben, kept_by_care):
    kim = person("kim")
    Team.objects.update(lead=kim)
    Case.objects.filter(pk=kept_by_care.pk).update(owner=ben)
    for owner in (ben, kim, None, person("max", Team.objects.get())):
        cases.assign_case(kept_by_care.pk, owner=owner, actor=ben, now=NOON)


def test_a_team_of_nobody_has_no_people_to_be_left(ben, kept_by_care):
    Team.objects.get().members.clear()
    assert cases.assign_case(kept_by_care.pk, owner=ben, actor=ben, now=NOON).owner == ben


@pytest.mark.parametrize("has_lead", [True, False])
def test_the_new_team_is_told_by_its_lead_or_where_it_has_none_by_everybody(ben, has_lead):
    kim, eva = person("kim"), person("eva")
    billing = team("Billing", lead=kim if has_lead else None)
    billing.members.add(kim, eva, ben)
    opened = case(owner=ben)
    Case.objects.filter(pk=opened.pk).update(team=team("Care"))
    cases.assign_case(opened.pk, owner=None, team=billing, note="A bill", actor=ben, now=NOON)
    told = Notice.objects.filter(kind="handed").values_list("recipient__username", flat=True)
    assert set(told) == ({"kim"} if has_lead else {"kim", "eva"})


# Two people, one case.
def test_a_stale_edit_writes_nothing_and_shows_both_values(ben):
    opened, eva, kim = case(owner=ben), person("eva"), person("kim")
    seen = opened.version
    cases.assign_case(opened.pk, owner=eva, version=seen, actor=ben, now=NOON)
    with pytest.raises(StaleEdit) as stale:
        cases.assign_case(opened.pk, owner=kim, version=seen, actor=ben, now=NOON)
    assert stale.value.theirs == {"owner": ("ben", "eva")}
    assert stale.value.mine["owner"] == "kim"
    opened.refresh_from_db()
    assert opened.owner == eva


def test_several_changes_by_others_are_shown_from_first_to_last(ben):
    opened, eva, kim = case(owner=ben), person("eva"), person("kim")
    seen = opened.version
    cases.assign_case(opened.pk, owner=eva, actor=ben, now=NOON)
    cases.assign_case(opened.pk, owner=kim, actor=ben, now=NOON)
    with pytest.raises(StaleEdit) as stale:
        cases.decline_case(opened.pk, note="no", version=seen, actor=ben, now=NOON)
    assert stale.value.theirs == {"owner": ("ben", "kim")}


def test_notes_never_make_an_edit_stale(ben):
    opened = case(owner=ben)
    desk.add_note(opened.pk, text="One", actor=ben, now=NOON)
    desk.add_note(opened.pk, text="Two", actor=person("eva"), now=NOON)
    cases.decline_case(opened.pk, note="Wants nothing", version=opened.version, actor=ben, now=NOON)
    assert list(opened.history.filter(kind="note").values_list("note", flat=True)) == ["One", "Two"]


# Merging.
def test_a_duplicate_is_closed_and_linked_from_both_sides(ben):
    first, second = case(owner=ben), case(who=customer("C-2"), where=touchpoint("claim"))
    merged = cases.mark_duplicate(second.pk, of=first, actor=ben, now=NOON)
    assert (merged.status, merged.duplicate_of) == (Status.DUPLICATE, first)
    assert first.history.filter(changes__merged=["", second.code]).exists()


def test_what_was_merged_into_a_duplicate_follows_it(ben):
    one, two, three = (case(who=customer(f"C-{n}"), owner=ben) for n in range(3))
    cases.mark_duplicate(one.pk, of=two, actor=ben, now=NOON)
    cases.mark_duplicate(two.pk, of=three, actor=ben, now=NOON)
    one.refresh_from_db()
    assert one.duplicate_of == three


def test_a_case_is_no_duplicate_of_itself_nor_of_a_duplicate(ben):
    one, two = case(owner=ben), case(who=customer("C-2"))
    with pytest.raises(NotAllowed, match="itself"):
        cases.mark_duplicate(one.pk, of=one, actor=ben, now=NOON)
    cases.mark_duplicate(one.pk, of=two, actor=ben, now=NOON)
    one.refresh_from_db()
    with pytest.raises(NotAllowed, match="merged into"):
        cases.mark_duplicate(two.pk, of=one, actor=ben, now=NOON)


def test_the_next_answer_of_a_merged_customer_goes_to_the_case_that_is_left(ben):
    first, second = case(owner=ben), case(who=customer("C-2"))
    Case.objects.filter(pk=second.pk).update(customer=first.customer)
    cases.mark_duplicate(second.pk, of=first, actor=ben, now=NOON)
    again = response(who=first.customer, where=first.touchpoint, at=NOON + HOUR)
    assert triage_response(again.pk, now=NOON + HOUR).case == first
