import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from loop.models import Case, InboxView
from loop.services.tags import tag_case
from loop.tests.rows import HOUR, NOON, case, customer, team
from loop.tests.staff import browser, staff

pytestmark = pytest.mark.django_db
INBOX, NEW = reverse("loop:inbox"), reverse("loop:inbox_view_new")


@pytest.fixture
def care():
    return team("Care")


@pytest.fixture
def ana(care):
    return staff("agent", "ana", team=care)


@pytest.fixture
def ben(care):
    return staff("agent", "ben", team=care)


def opened(care, number="C-1", **fields) -> Case:
    row = case(who=customer(number))
    Case.objects.filter(pk=row.pk).update(team=care, **fields)
    row.refresh_from_db()
    return row


def keep(user, name="Grave", query="view=all&severity=high", **more):
    return browser(user).post(NEW, {"name": name, "query": query, **more})


def tabs(user, **asked) -> dict[str, int]:
    shown = browser(user).get(INBOX, asked or {"view": "all"})
    return {str(tab.title): tab.count for tab in shown.context["tabs"].shown if tab.is_kept}


def test_a_kept_view_leads_to_the_inbox_with_its_filters_in_the_address(ana):
    response = keep(ana, query="view=all&severity=high&order=worth&page=7&evil=1")
    view = InboxView.objects.get()
    assert response.headers["Location"] == f"/inbox/?view=all&order=worth&severity=high&saved={view.code}"


def test_a_kept_view_counts_what_it_shows(ana, care):
    opened(care, severity="high")
    opened(care, "C-2", severity="high", status=Case.Status.DECLINED)
    opened(care, "C-3", severity="low")
    keep(ana)
    assert tabs(ana) == {"Grave": 1}
    assert len(browser(ana).get(f"{INBOX}?{InboxView.objects.get().query}").context["rows"]) == 1


@pytest.mark.parametrize(
    ("query", "count"), [("view=all&status=declined", 1), ("view=all&q=C-3", 1), ("view=all&tag=late", 1)]
)
def test_ended_cases_words_and_tags_are_counted_too(ana, care, query, count):
    opened(care, status=Case.Status.DECLINED)
    tag_case(opened(care, "C-2").pk, add=["late", "vip"], actor=ana, now=NOON)
    opened(care, "C-3")
    keep(ana, query=query)
    assert tabs(ana) == {"Grave": count}


def test_mine_is_whoever_reads(ana, ben, care):
    opened(care, owner=ana)
    keep(ana, "My work", "view=mine", is_shared="on")
    assert (tabs(ana), tabs(ben)) == ({"My work": 1}, {"My work": 0})


def test_a_private_view_is_offered_to_nobody_else(ana, ben):
    keep(ana)
    assert (tabs(ana), tabs(ben)) == ({"Grave": 0}, {})


def test_a_shared_view_is_offered_to_all_and_changed_by_its_owner_alone(ana, ben):
    keep(ana, is_shared="on")
    view = InboxView.objects.get()
    assert tabs(ben) == {"Grave": 0}
    assert browser(ben).get(reverse("loop:inbox_view_change", args=[view.code])).status_code == 404
    assert browser(ben).post(reverse("loop:inbox_view_remove", args=[view.code])).status_code == 404
    assert InboxView.objects.filter(pk=view.pk).exists()


def test_a_shared_view_of_a_team_that_is_not_mine_is_not_offered_to_me(ben):
    billing = team("Billing")
    keep(staff("agent", "eva", team=billing), query=f"view=all&team={billing.pk}", is_shared="on")
    assert tabs(ben) == {}


def test_a_role_sees_its_first_view_and_only_without_an_address_of_its_own(ana):
    agents = Group.objects.get(name="agent")
    keep(staff("manager", "mia"), "Morning", "view=unassigned", first_for=agents.pk)
    view = InboxView.objects.get()
    assert browser(ana).get(INBOX).headers["Location"] == f"/inbox/?view=unassigned&saved={view.code}"
    assert browser(ana).get(f"{INBOX}?view=mine").status_code == 200


def test_another_first_view_takes_the_place_of_the_former(ana):
    agents, mia = Group.objects.get(name="agent"), staff("manager", "mia")
    keep(mia, "Morning", "view=unassigned", first_for=agents.pk)
    keep(mia, "Evening", "view=breaching", first_for=agents.pk)
    assert {view.name: view.first_for for view in InboxView.objects.all()} == {"Morning": None, "Evening": agents}


def test_an_agent_cannot_decide_what_a_role_sees_first(ana):
    keep(ana, first_for=Group.objects.get(name="agent").pk)
    assert InboxView.objects.get().first_for is None


def test_two_views_of_one_person_have_two_names(ana):
    keep(ana)
    assert "You have a view of this name already." in keep(ana).content.decode()
    view = InboxView.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        InboxView.objects.create(owner=ana, name=view.name)


def test_a_view_with_a_filter_that_does_not_exist_is_not_kept(ana):
    assert "do not exist any more" in keep(ana, query="severity=worst").content.decode()
    assert not InboxView.objects.exists()


def test_a_view_is_renamed_and_keeps_its_filters(ana):
    keep(ana)
    view = InboxView.objects.get()
    browser(ana).post(reverse("loop:inbox_view_change", args=[view.code]), {"name": "Very grave", "query": view.query})
    view.refresh_from_db()
    assert (view.name, view.query) == ("Very grave", "view=all&severity=high")


def test_a_view_is_removed_by_a_post_and_not_by_a_link(ana):
    keep(ana)
    view = InboxView.objects.get()
    assert browser(ana).get(reverse("loop:inbox_view_remove", args=[view.code])).status_code == 405
    browser(ana).post(reverse("loop:inbox_view_remove", args=[view.code]))
    assert not InboxView.objects.exists()


def test_a_view_of_a_colleague_who_is_gone_goes_with_her(ana):
    keep(ana)
    ana.delete()
    assert not InboxView.objects.exists()


def test_the_counters_know_which_view_is_being_looked_at(ana):
    keep(ana)
    view = InboxView.objects.get()
    shown = browser(ana).get(reverse("loop:inbox_counts"), {"view": "all", "saved": view.code, "newest": "0"})
    assert shown.context["tabs"].kept == view
    assert f"saved={view.code}" in shown.content.decode()


def test_a_case_back_from_its_nap_stands_on_top_and_is_marked(ana, care):
    late = opened(care, next_due_at=NOON)
    back = opened(care, "C-2", next_due_at=None, snoozed_until=timezone.now() - HOUR)
    shown = browser(ana).get(f"{INBOX}?view=all")
    assert [row.case for row in shown.context["rows"]] == [back, late]
    assert "back from snooze" in shown.content.decode()


def test_pages_go_on_behind_the_cases_on_top(ana, care, monkeypatch):
    monkeypatch.setattr("loop.views.inbox.ROWS", 2)
    rest = [opened(care, f"C-{n}", next_due_at=NOON + n * HOUR) for n in range(3)]
    back = [opened(care, f"B-{n}", next_due_at=NOON + n * HOUR) for n in range(3)]
    Case.objects.filter(pk__in=[row.pk for row in back]).update(snoozed_until=timezone.now() - HOUR)
    pages = [browser(ana).get(f"{INBOX}?view=all&page={n}").context["rows"] for n in (1, 2, 3)]
    assert [[row.case for row in page] for page in pages] == [back[:2], [back[2], rest[0]], rest[1:]]


def test_the_number_of_queries_grows_neither_with_rows_nor_with_what_hangs_on_them(ana, care):
    def look() -> int:
        with CaptureQueriesContext(connection) as counted:
            browser(ana).get(f"{INBOX}?view=all")
        return len(counted)

    keep(ana)
    for number in range(2):
        tag_case(opened(care, f"A-{number}").pk, add=["late"], actor=ana, now=NOON)
    Case.objects.filter(customer__external_id="A-0").update(snoozed_until=timezone.now() - HOUR)
    look()  # what is measured once an hour is measured now
    few = look()
    for number in range(6):
        tag_case(opened(care, f"B-{number}").pk, add=["late", "vip"], actor=ana, now=NOON)
    Case.objects.filter(customer__external_id__in=["B-0", "B-1"]).update(snoozed_until=timezone.now() - HOUR)
    assert look() == few
