"""A rule is tried on older answers and opens them: the whole confirmation, clicked in a real browser."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from loop.models import Case, LateOpening, TriageRule
from loop.services.intake import triage_response
from loop.tests.rows import response
from surveys.tests.designer import client_of, staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def rule() -> TriageRule:
    """It came after two answers that it would have spoken for."""
    now = timezone.now()
    for days in (2, 3):
        triage_response(response(nps=8, at=now - timedelta(days=days)).pk, now=now)
    row = TriageRule.objects.create(name="Passives too")
    row.conditions.create(fact="nps", operator="at_most", value="8")
    return row


@pytest.fixture
def desk(page: Page, live_server, rule) -> Page:
    session = client_of(staff("admin")).cookies["voc_session"].value
    page.context.add_cookies([{"name": "voc_session", "value": session, "url": live_server.url}])
    page.goto(live_server.url + reverse("admin:loop_triagerule_change", args=[rule.pk]))
    page.get_by_role("link", name="Try on the last 30 days").click()
    return page


def test_older_answers_become_cases_by_a_tick_and_a_click_and_the_page_says_how_many(desk: Page):
    go = desk.get_by_role("button", name="Open 2 cases now")
    go.click()
    expect(desk.get_by_role("checkbox")).to_be_focused()  # the browser asks for the tick and sends nothing
    assert not LateOpening.objects.exists()
    desk.get_by_role("checkbox").check()
    go.click()
    expect(desk.get_by_text("The cases are being opened; this page shows how far it is.")).to_be_visible()
    expect(desk.get_by_role("row").last.get_by_role("cell")).to_contain_text(["", "a-admin", "2", "2", "0"])
    expect(go).to_have_count(0)
    assert Case.objects.count() == 2


def test_when_another_answer_came_in_between_nothing_is_opened_and_the_new_number_is_shown(desk: Page):
    response(nps=7, at=timezone.now())
    desk.get_by_role("checkbox").check()
    desk.get_by_role("button", name="Open 2 cases now").click()
    expect(desk.get_by_text("Look again.")).to_be_visible()
    expect(desk.get_by_role("button", name="Open 3 cases now")).to_be_visible()
    assert not LateOpening.objects.exists()
