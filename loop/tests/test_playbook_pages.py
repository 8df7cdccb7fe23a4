"""Playbooks on screen: the list, the readout, starting and stopping, the case page and the admin."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from loop.models import Arm, AuthorityLimit, CannedReply, Deed, Placement, Playbook
from loop.services.placements import leave_out, place_case
from loop.tests.plays import playbook, running
from loop.tests.rows import DAY, case, customer, leaf, person
from loop.tests.staff import browser, staff
from loop.tests.test_report_trial import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    user = staff("manager")
    user.is_staff = True
    user.save()
    return browser(user)


@pytest.fixture
def drawn() -> Placement:
    now = timezone.now()
    running(now=now - DAY, owed="Refund")
    return place_case(case(now=now).pk, now=now)


def page(desk, book: Playbook) -> str:
    return desk.get(book.get_absolute_url()).content.decode()


# The list.
def test_an_empty_list_says_what_a_playbook_is_and_where_to_begin(desk):
    shown = desk.get(reverse("loop:playbooks")).content.decode()
    assert "No playbook yet" in shown
    assert reverse("admin:loop_playbook_add") in shown


def test_the_list_shows_how_far_each_playbook_is(desk, drawn):
    shown = desk.get(reverse("loop:playbooks")).content.decode()
    assert "Late parcels" in shown
    assert '<td data-says="planned in each arm" class="amount">150</td>' in shown


def test_the_list_asks_the_database_as_often_for_many_as_for_one(desk):
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            desk.get(reverse("loop:playbooks"))
        return len(caught)

    running(name="First")
    few = queries()
    for number in range(5):
        running(name=f"Book {number}")
    assert queries() == few


# The page.
def test_a_draft_says_what_is_missing_and_how_many_cases_it_will_take(desk):
    shown = page(desk, playbook(arms=("Call", "Mail"), purpose="", usual_percent=25, difference_points=10))
    assert "Write down the purpose." in shown
    assert "326 cases in each arm, 652 in all" in shown


def test_before_the_first_look_the_page_says_that_it_cannot_tell(desk, drawn):
    shown = page(desk, drawn.playbook)
    assert "Cannot tell yet" in shown
    assert "when 60 cases have been drawn" in shown


def test_a_look_shows_both_arms_the_difference_its_interval_and_the_verdict(desk):
    now = timezone.now()
    book = running(now=now - 200 * DAY)
    world(book, 120, usual=0.05, better=1, start=now - 150 * DAY)
    shown = page(desk, book)
    assert "“Mail” against “Call”" in shown
    assert "look 1 of 5, the first 60 cases" in shown
    assert "helped" in shown
    assert "Interval of this look" in shown


def test_the_last_look_may_say_that_there_is_no_larger_effect(desk):
    now = timezone.now()
    book = running(now=now - 200 * DAY, difference_points=40)
    Playbook.objects.filter(pk=book.pk).update(planned_per_arm=100)
    world(book, 200, usual=0.3, better=0.3, start=now - 150 * DAY)
    assert "no effect larger than" in page(desk, Playbook.objects.get(pk=book.pk))


def test_the_seed_is_secret_until_the_draw_is_over(desk, drawn):
    assert drawn.playbook.seed not in page(desk, drawn.playbook)
    desk.post(reverse("loop:playbook_stop", args=[drawn.playbook_id]), {"reason": "Enough."})
    assert drawn.playbook.seed in page(desk, drawn.playbook)


def test_a_manager_starts_a_draft(desk):
    book = playbook()
    desk.post(reverse("loop:playbook_start", args=[book.pk]))
    book.refresh_from_db()
    assert book.is_running


def test_what_keeps_it_from_starting_is_said(desk):
    book = playbook(purpose="")
    shown = desk.post(reverse("loop:playbook_start", args=[book.pk]), follow=True).content.decode()
    assert "Write down the purpose." in shown
    assert not Playbook.objects.running().exists()


def test_stopping_without_a_reason_is_refused_beside_the_field(desk, drawn):
    refused = desk.post(reverse("loop:playbook_stop", args=[drawn.playbook_id]), {"reason": ""})
    assert refused.status_code == 422
    assert "This field is required." in refused.content.decode()


def test_a_copy_opens_as_a_draft(desk, drawn):
    shown = desk.post(reverse("loop:playbook_copy", args=[drawn.playbook_id]), follow=True).content.decode()
    assert "Late parcels (2)" in shown


def test_an_analyst_reads_and_starts_nothing(drawn):
    reader = browser(staff("analyst"))
    assert reader.get(drawn.playbook.get_absolute_url()).status_code == 200
    assert reader.post(reverse("loop:playbook_stop", args=[drawn.playbook_id]), {"reason": "x"}).status_code == 403


# The case page.
def case_page(desk, drawn, do: str = "") -> str:
    return desk.get(drawn.case.get_absolute_url() + (f"?do={do}" if do else "")).content.decode()


def test_the_case_shows_its_arm_the_reason_and_the_purpose(desk, drawn):
    shown = case_page(desk, drawn)
    assert drawn.arm.text in shown
    assert "Drawn by lot between Call, Mail" in shown
    assert "Learn which way is kinder" in shown


def test_the_letter_of_the_arm_is_one_click_away(desk, drawn):
    reply = CannedReply.objects.first()
    Arm.objects.update(reply=reply)
    assert f"?do=message&amp;reply={reply.pk}" in case_page(desk, drawn)


def test_staff_do_something_else_with_a_reason(desk, drawn):
    refund = Arm.objects.get(name="Refund")
    sent = {"version": drawn.case.version, "arm": refund.pk, "reason": "It is owed."}
    desk.post(reverse("loop:act", args=[drawn.case.code, "otherwise"]), sent)
    assert Placement.objects.get().given_arm == refund
    assert "Instead of" in case_page(desk, drawn)


def test_something_else_without_a_reason_is_refused_beside_the_field(desk, drawn):
    sent = {"version": drawn.case.version, "arm": Arm.objects.get(name="Refund").pk, "reason": ""}
    refused = desk.post(reverse("loop:act", args=[drawn.case.code, "otherwise"]), sent)
    assert refused.status_code == 422
    assert Placement.objects.get().given_arm is None


def test_a_case_is_left_out_from_its_page(desk, drawn):
    sent = {"version": drawn.case.version, "reason": "She asked for peace."}
    desk.post(reverse("loop:act", args=[drawn.case.code, "leave-out"]), sent)
    assert "Left out: She asked for peace." in case_page(desk, drawn)
    assert "?do=otherwise" not in case_page(desk, drawn)


def test_a_case_left_out_before_the_draw_still_opens(desk):
    running(now=timezone.now() - DAY)
    left = case(now=timezone.now())
    leave_out(left.pk, reason="A court case.", actor=person("eva"), now=timezone.now())
    assert "Left out: A court case." in desk.get(left.get_absolute_url()).content.decode()


def test_the_cause_can_be_named_before_the_case_is_solved(desk):
    opened = case(now=timezone.now())
    desk.post(reverse("loop:act", args=[opened.code, "cause"]), {"version": opened.version, "cause": leaf().pk})
    opened.refresh_from_db()
    assert (opened.cause, opened.is_open) == (leaf(), True)


def test_goodwill_is_refused_in_words_without_a_limit_and_kept_with_one(desk):
    opened = case(now=timezone.now())
    assert (
        "Your role may give no more goodwill" in desk.get(f"{opened.get_absolute_url()}?do=goodwill").content.decode()
    )
    AuthorityLimit.objects.create(role=Group.objects.get(name="manager"), amount=25)
    url = reverse("loop:act", args=[opened.code, "goodwill"])
    assert desk.post(url, {"version": opened.version, "amount": "26"}).status_code == 422
    desk.post(url, {"version": opened.version, "amount": "20"})
    assert [deed.cost for deed in Deed.objects.all()] == [20]
    assert "1 action, 20.00" in desk.get(opened.get_absolute_url()).content.decode()


def test_minutes_are_kept_where_somebody_says_them(desk):
    opened = case(now=timezone.now(), who=customer("C-3"))
    sent = {"version": opened.version, "channel": "phone", "reached": "yes", "minutes": "7"}
    desk.post(reverse("loop:act", args=[opened.code, "contact"]), sent)
    assert [(deed.kind, deed.minutes) for deed in Deed.objects.all()] == [("call", 7)]


# The admin.
def arm_rows(*arms: dict) -> dict:
    sent = {"arms-TOTAL_FORMS": len(arms), "arms-INITIAL_FORMS": 0, "steps-TOTAL_FORMS": 0, "steps-INITIAL_FORMS": 0}
    for number, arm in enumerate(arms):
        sent |= {f"arms-{number}-{name}": value for name, value in {"text": "Do it.", "kind": "call", **arm}.items()}
    return sent


DRAFT = {"name": "New", "purpose": "Learn.", "position": 10, "severities": ["high"], "score_kind": "csat"}
PLAN = {"usual_percent": 25, "difference_points": 10, "outcome_days": 30}


def test_a_playbook_is_made_with_its_arms(desk):
    arms = arm_rows({"name": "Call", "is_comparison": "on"}, {"name": "Mail"})
    desk.post(reverse("admin:loop_playbook_add"), DRAFT | PLAN | arms)
    book = Playbook.objects.get()
    assert book.severities == ["high"]
    assert [arm.name for arm in book.arms.all()] == ["Call", "Mail"]


@pytest.mark.parametrize(
    ("arm", "says"),
    [
        ({"name": "Voucher", "kind": "goodwill"}, "Say up to which amount"),
        ({"name": "Refund", "is_owed": "on", "is_comparison": "on"}, "takes no part in a comparison"),
    ],
)
def test_arms_that_cannot_be_are_refused_in_words(desk, arm, says):
    refused = desk.post(reverse("admin:loop_playbook_add"), DRAFT | PLAN | arm_rows(arm))
    assert says in refused.content.decode()
    assert not Playbook.objects.exists()


def test_a_started_playbook_can_be_read_and_not_changed(desk, drawn):
    url = reverse("admin:loop_playbook_change", args=[drawn.playbook_id])
    assert 'name="usual_percent"' not in desk.get(url).content.decode()
    assert desk.post(url, DRAFT | PLAN | arm_rows()).status_code == 403
