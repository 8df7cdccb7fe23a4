import pytest
from django.urls import reverse

from feedback.models import Theme, ThemeMention
from loop.models import Case
from loop.tests import rows
from loop.tests.staff import browser, staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def late():
    """A theme with one part, of which the response of one case speaks."""
    case = rows.case()
    case.response = case.response or rows.response(comment="Late again.", compound=-0.8)
    case.save(update_fields=["response"])
    delivery = Theme.objects.create(name="Delivery", slug="delivery")
    part = Theme.objects.create(name="On time", slug="on-time", parent=delivery)
    answer = case.response.answers.filter(kind="text").first() or case.response.answers.first()
    ThemeMention.objects.create(answer=answer, response=case.response, theme=part, taxonomy_version=1, label="negative")
    return case


def shown(role: str, slug: str) -> str:
    return browser(staff(role)).get(reverse("theme", args=[slug])).content.decode()


@pytest.mark.parametrize("slug", ["delivery", "on-time"])
def test_a_theme_says_how_many_cases_are_open_because_of_it(late, slug):
    assert "1 open case" in shown("manager", slug)


def test_closed_cases_and_cases_of_others_are_not_counted(late):
    assert "open case" not in shown("analyst", "delivery")
    Case.objects.filter(pk=late.pk).update(status=Case.Status.DUPLICATE)
    assert "open case" not in shown("manager", "delivery")
