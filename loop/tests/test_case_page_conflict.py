import pytest
from django.urls import reverse

from loop.models import Case
from loop.services import cases, desk
from loop.tests.rows import NOON, case, person, team
from loop.tests.staff import browser, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def care():
    return team("Care")


@pytest.fixture
def mia():
    return staff("manager", "mia")


@pytest.fixture
def opened(care) -> Case:
    row = case()
    Case.objects.filter(pk=row.pk).update(team=care)
    row.refresh_from_db()
    return row


def change(user, row: Case, key: str, version: int, **written):
    return browser(user).post(reverse("loop:act", args=[row.code, key]), {"version": version, **written})


def test_a_change_on_top_of_an_unseen_one_is_refused_with_409_and_nothing_is_overwritten(opened, mia, care):
    cho, ben = person("cho", care), person("ben", care)
    seen = opened.version
    cases.assign_case(opened.pk, owner=cho, actor=cho, now=NOON)
    response = change(mia, opened, "assign", seen, owner=ben.pk)
    opened.refresh_from_db()
    assert (response.status_code, opened.owner) == (409, cho)


def test_the_page_shows_what_it_was_what_they_made_of_it_and_what_i_wanted(opened, mia, care):
    cho, ben = person("cho", care), person("ben", care)
    seen = opened.version
    cases.assign_case(opened.pk, owner=cho, actor=cho, now=NOON)
    shown = change(mia, opened, "assign", seen, owner=ben.pk).context["differences"]
    owner = next(each for each in shown if each.label == "owner")
    assert (owner.theirs, owner.mine, owner.is_contested) == ("cho", "ben", True)


def test_statuses_are_shown_in_words(opened, mia, care):
    cho, seen = person("cho", care), opened.version
    cases.assign_case(opened.pk, owner=cho, actor=cho, now=NOON)
    cases.record_contact(opened.pk, channel="phone", reached=True, actor=cho, now=NOON)
    shown = change(mia, opened, "start", seen).context["differences"]
    status = next(each for each in shown if each.label == "status")
    assert (status.theirs, status.mine) == ("contacted", "in progress")


def test_my_change_can_be_put_on_top_of_theirs_with_what_i_had_written(opened, mia, care):
    cho, ben = person("cho", care), person("ben", care)
    seen = opened.version
    cases.assign_case(opened.pk, owner=cho, actor=cho, now=NOON)
    refused = change(mia, opened, "assign", seen, owner=ben.pk, note="speaks Polish")
    written = dict(refused.context["written"])
    assert written == {"owner": str(ben.pk), "note": "speaks Polish"}
    change(mia, opened, "assign", refused.context["case"].version, **written)
    opened.refresh_from_db()
    assert opened.owner == ben


def test_two_notes_written_at_once_are_both_kept(opened, mia, care):
    cho, seen = person("cho", care), opened.version
    desk.add_note(opened.pk, text="from cho", actor=cho, now=NOON)
    cases.assign_case(opened.pk, owner=cho, actor=cho, now=NOON)
    assert change(mia, opened, "note", seen, text="from mia").status_code == 302
    assert set(opened.history.filter(kind="note").values_list("note", flat=True)) == {"from cho", "from mia"}


@pytest.mark.parametrize("version", ["", "0", "-1", "x", "1e3"])
def test_a_form_without_a_version_that_makes_sense_changes_nothing(opened, mia, version):
    response = change(mia, opened, "take", version)
    opened.refresh_from_db()
    assert (response.status_code, opened.owner) == (422, None)


def test_two_people_at_one_case_see_each_other(opened, mia, care):
    ana = staff("agent", "ana", team=care)
    seen = reverse("loop:seen", args=[opened.code])
    browser(ana).post(seen, {"doing": "message", "version": opened.version})
    assert "ana is replying" in browser(mia).post(seen, {"version": opened.version}).content.decode()


def test_an_open_page_is_told_that_the_case_has_changed(opened, mia):
    shown = browser(mia).post(reverse("loop:seen", args=[opened.code]), {"version": opened.version + 1})
    assert "The case has changed." in shown.content.decode()
