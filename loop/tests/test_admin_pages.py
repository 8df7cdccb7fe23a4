"""What managers keep in the admin: hours, lists of choices, people."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse

from loop.admin.calendars import read_spans, write_spans
from loop.models import BusinessCalendar, Case, Cause, StaffProfile
from loop.tests import rows
from loop.tests.staff import browser, staff
from surveys.models import Team

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager():
    user = staff("manager")
    user.is_staff = True
    user.save()
    return browser(user)


def week(**days) -> dict:
    hours = {f"day_{day}": "" for day in range(7)} | days
    return {"name": "Office", "time_zone": "Europe/Berlin", **hours} | {
        "holidays-TOTAL_FORMS": 0,
        "holidays-INITIAL_FORMS": 0,
    }


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("", []),
        ("9:00-17:00", [["09:00", "17:00"]]),
        ("09:00 – 12:00; 13:00-17:30", [["09:00", "12:00"], ["13:00", "17:30"]]),
        ("00:00-24:00", [["00:00", "24:00"]]),
    ],
)
def test_hours_are_read_as_people_write_them(text, spans):
    assert read_spans(text) == spans
    assert read_spans(write_spans(spans)) == spans


@pytest.mark.parametrize(
    "text", ["nine to five", "17:00-09:00", "09:00-09:00", "25:00-26:00", "09:00-12:00, 11:00-13:00", "09:00-24:30"]
)
def test_hours_that_cannot_be_are_refused(text):
    with pytest.raises(ValidationError):
        read_spans(text)


def test_a_calendar_is_saved_with_its_week(manager):
    manager.post(reverse("admin:loop_businesscalendar_add"), week(day_0="09:00-17:00", day_5="10:00-12:00"))
    assert BusinessCalendar.objects.get().hours == {"0": [["09:00", "17:00"]], "5": [["10:00", "12:00"]]}


def test_a_calendar_opens_with_the_hours_it_has(manager):
    calendar = BusinessCalendar.objects.create(name="Office", hours={"2": [["08:00", "16:00"]]})
    page = manager.get(reverse("admin:loop_businesscalendar_change", args=[calendar.pk])).content.decode()
    assert 'value="08:00-16:00"' in page


def test_a_new_calendar_begins_with_office_hours(manager):
    page = manager.get(reverse("admin:loop_businesscalendar_add")).content.decode()
    assert page.count('value="09:00-17:00"') == 5


def test_a_calendar_in_which_nobody_works_is_refused(manager):
    page = manager.post(reverse("admin:loop_businesscalendar_add"), week())
    assert "Nobody ever works" in page.content.decode()


def test_a_cause_that_stands_in_a_case_cannot_be_deleted(manager):
    case = rows.case()
    Case.objects.filter(pk=case.pk).update(cause=rows.leaf())
    assert manager.post(reverse("admin:loop_cause_delete", args=[rows.leaf().pk]), {"post": "yes"}).status_code == 403


def test_a_cause_is_part_of_an_upper_one_only(manager):
    rows.case()
    page = manager.get(reverse("admin:loop_cause_add")).content.decode()
    lower = Cause.objects.filter(parent__isnull=False).first()
    assert f'<option value="{lower.pk}"' not in page


def test_languages_are_written_with_commas(manager):
    profile = StaffProfile.objects.create(user=rows.person())
    url = reverse("admin:loop_staffprofile_change", args=[profile.pk])
    shown = manager.get(url).context["adminform"].form.initial
    manager.post(url, {name: value for name, value in shown.items() if value} | {"languages": "DE, en,, de"})
    profile.refresh_from_db()
    assert profile.languages == ["de", "en"]


def test_a_manager_chooses_members_by_name_without_seeing_accounts(manager):
    team, ben = rows.team(), rows.person()
    url = reverse("admin:surveys_team_change", args=[team.pk])
    manager.post(url, {"name": team.name, "slug": team.slug, "members": [ben.pk]})
    assert list(Team.objects.get().members.all()) == [ben]
    assert manager.get(reverse("admin:auth_user_changelist")).status_code == 403


def test_cases_of_other_teams_are_not_listed_for_an_agent():
    case = rows.case()
    agent = staff("agent", team=rows.team("Another"))
    agent.is_staff = True
    agent.save()
    assert case.code not in browser(agent).get(reverse("admin:loop_case_changelist")).content.decode()


@pytest.mark.parametrize("sent", ["../x", "", "-1", "9" * 18, "٩", "<script>", "1.5"])
def test_a_choice_that_is_no_row_is_refused_in_the_field_and_shown_again(manager, sent):
    answer = manager.post(reverse("admin:loop_playbook_add"), {"name": "Late", "causes": sent, "touchpoints": sent})
    assert answer.status_code == 200
    assert ">Late<" in answer.content.decode() or 'value="Late"' in answer.content.decode()


def test_a_number_that_no_row_can_have_is_the_senders_mistake(manager):
    """PostgreSQL compares it and finds nothing; SQLite cannot even be asked."""
    manager.raise_request_exception = False
    answer = manager.post(reverse("admin:loop_playbook_add"), {"name": "Late", "causes": "9" * 30})
    assert answer.status_code == (200 if connection.vendor == "postgresql" else 400)
