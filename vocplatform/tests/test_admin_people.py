"""People and roles in the admin, and its first page."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from loop.tests.staff import browser, staff
from surveys.services.journeys import create_from_template
from surveys.services.surveys import create_from_template as begin_survey
from surveys.services.surveys import publish_survey

pytestmark = pytest.mark.django_db


def into_admin(role: str):
    user = staff(role)
    user.is_staff = True
    user.save()
    return browser(user)


def data_of(user, **changes) -> dict:
    groups = list(user.groups.values_list("pk", flat=True))
    return {"username": user.username, "email": user.email, "is_active": "on", "groups": groups} | changes


def test_an_admin_gives_somebody_a_role():
    admin = into_admin("admin")
    ben = get_user_model().objects.create_user("ben", "ben@example.org")
    agent = Group.objects.get(name="agent")
    admin.post(reverse("admin:auth_user_change", args=[ben.pk]), data_of(ben, groups=[agent.pk]))
    assert list(ben.groups.all()) == [agent]


def test_an_admin_makes_nobody_mightier_than_the_own_role():
    admin = into_admin("admin")
    ben = get_user_model().objects.create_user("ben", "ben@example.org")
    admin.post(reverse("admin:auth_user_change", args=[ben.pk]), data_of(ben, is_superuser="on"))
    ben.refresh_from_db()
    assert not ben.is_superuser


def test_an_admin_cannot_touch_a_superuser():
    admin = into_admin("admin")
    root = get_user_model().objects.create_superuser("root", "root@example.org", "a-password-of-its-own")
    assert admin.post(reverse("admin:auth_user_change", args=[root.pk]), data_of(root)).status_code == 403
    password = reverse("admin:auth_user_password_change", args=[root.pk])
    assert admin.post(password, {"password1": "x", "password2": "x"}).status_code == 403


def test_the_five_roles_cannot_be_bent_in_the_admin():
    admin = into_admin("admin")
    role = Group.objects.get(name="designer")
    assert admin.post(reverse("admin:auth_group_change", args=[role.pk]), {"name": "designer"}).status_code == 403


def test_the_first_page_names_the_next_step():
    page = into_admin("admin").get(reverse("admin:index")).content.decode()
    assert "The loop is set up: 0 of 9" in page
    assert "A journey with touchpoints" in page


def test_the_first_page_counts_what_is_there():
    create_from_template("lifecycle", packs=["common"])
    publish_survey(begin_survey("nps", locale="en").pk, actor=None, now=timezone.now())
    page = into_admin("designer").get(reverse("admin:index")).content.decode()
    assert "The loop is set up: 2 of" in page


def test_the_first_page_of_an_agent_leads_to_the_workspace():
    page = into_admin("agent").get(reverse("admin:index")).content.decode()
    assert "To the workspace" in page


def test_the_ways_of_the_sidebar_are_those_of_the_role():
    page = into_admin("designer").get(reverse("admin:index")).content.decode()
    assert reverse("admin:surveys_survey_changelist") in page
    assert reverse("admin:surveys_apikey_changelist") not in page
