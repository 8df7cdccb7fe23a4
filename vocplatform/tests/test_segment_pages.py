"""Every page that reads the filters takes a segment, or says that it does not."""

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.services.rollups import rebuild_waiting, refresh_rollups
from feedback.services.segments import count_segment
from feedback.tests.programme import answer, make_segment, make_touchpoint, make_version
from loop.tests.staff import browser, staff
from surveys.models import Customer

pytestmark = pytest.mark.django_db
PAGES = (
    "dashboard",
    "journey_map",
    "responses",
    "figures_csv",
    "responses_csv",
    "themes",
    "measures",
    "comparisons",
    "wall",
    "dashboard_pdf",
)


@pytest.fixture
def desk():
    version, place = make_version(), make_touchpoint("Counter")
    for plan, score in (("gold", 10), ("gold", 9), ("tin", 0)):
        who = Customer.objects.create(external_id=f"C-{score}", attributes={"plan": plan})
        said = answer(
            version, at=timezone.now(), customer=who, touchpoint=place, recommend=score, why="x", label="positive"
        )
        refresh_rollups(said.pk, now=timezone.now())
    count_segment(make_segment("gold", ("customer", "plan", "is", "gold")).pk, now=timezone.now())
    rebuild_waiting()
    return browser(staff("manager"))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_with_a_segment_answers_and_does_not_fail(desk, page):
    assert desk.get(reverse(page), {"segment": "gold"}).status_code in {200, 400}


def test_the_dashboard_of_a_segment_counts_its_members(desk):
    shown = desk.get(reverse("dashboard"), {"segment": "gold"})
    line = next(line for line in shown.context["overview"].headlines if line.metric.key == "nps")
    assert (line.figure.n, line.figure.value) == (2, 100)


def test_the_export_of_a_segment_has_its_members_rows(desk):
    rows = b"".join(desk.get(reverse("responses_csv"), {"segment": "gold"}).streaming_content).decode().splitlines()
    assert len(rows) == 3


def test_a_segment_that_does_not_exist_is_refused(desk):
    assert desk.get(reverse("dashboard"), {"segment": "silver"}).status_code == 400
