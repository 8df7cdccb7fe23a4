"""The survey designer in a real browser: built, previewed, sorted and published, by mouse or by keyboard."""

import re
import time
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import FrameLocator, Locator, Page, expect

from feedback.models import Response
from surveys.models import Survey
from surveys.services.surveys import create_from_template, publish_survey
from surveys.tests.designer import change_url, client_of, staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_CLICKS, MOST_SECONDS = 12, 180
REST = 400  # milliseconds


class Desk:
    """A page with somebody logged in, who counts the clicks."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base, self.clicks = page, base, 0

    def open(self, path: str) -> None:
        self.page.goto(self.base + path)

    def click(self, target: Locator) -> None:
        self.clicks += 1
        target.click()

    def add(self, kind: str, text: str) -> None:
        self.click(self.page.locator(f"[data-add-kind={kind}]"))
        self.page.keyboard.type(text)

    def card(self, number: int) -> Locator:
        return self.page.locator(".voc-card").nth(number - 1)

    def field(self, number: int, name: str) -> Locator:
        return self.card(number).locator(f"> .voc-card-body [name$='-{name}']").first

    def summaries(self) -> list[str]:
        return self.page.locator(".voc-cards > .voc-card").evaluate_all(
            "cards => cards.map(card => card.querySelector('[name$=-text]').value)"
        )

    @property
    def preview(self) -> FrameLocator:
        return self.page.frame_locator("iframe[name=voc-preview]")

    def save(self) -> None:
        self.click(self.page.get_by_role("button", name="Save draft"))
        expect(self.page.locator(".voc-standing")).to_be_visible()


@pytest.fixture
def desk(page: Page, live_server) -> Iterator[Desk]:
    """Ends when the preview has come to rest: a request still under way would find its tables emptied."""
    session = client_of(staff("designer")).cookies["voc_session"].value
    page.context.add_cookies([{"name": "voc_session", "value": session, "url": live_server.url}])
    yield Desk(page, live_server.url)
    page.goto("about:blank")
    page.wait_for_timeout(REST)


@pytest.fixture
def survey() -> Survey:
    return create_from_template("delivery", locale="en")


def test_a_survey_is_built_from_nothing_previewed_and_published(desk: Desk):
    desk.open(reverse("admin:surveys_survey_add"))
    desk.page.fill("#id_name", "Visit to the branch")
    desk.page.fill("#id_title", "Your visit")
    desk.add("nps", "Would you recommend us?")
    desk.add("single", "How did you come?")
    choices = desk.card(2).locator(".voc-choice-text input[type=text]")
    choices.nth(0).fill("By bus")
    choices.nth(1).fill("On foot")
    choices.nth(1).press("Enter")
    desk.page.keyboard.type("By car")
    desk.add("text", "What went wrong?")
    desk.click(desk.card(3).locator("summary"))
    desk.field(3, "waits_for").select_option(label="1. Would you recommend us?")
    expect(desk.card(3).locator(".voc-marks")).to_contain_text("only if 1 is at most 6")

    desk.preview.locator("#q-nps-10").check(force=True)
    expect(desk.preview.get_by_text("What went wrong?")).to_be_hidden()
    desk.preview.locator("#q-nps-0").check(force=True)
    expect(desk.preview.get_by_text("What went wrong?")).to_be_visible()
    desk.preview.get_by_role("button", name="Send").click()
    expect(desk.preview.get_by_text("Preview: nothing was stored.")).to_be_visible()

    desk.click(desk.page.get_by_role("button", name="Save and publish…"))
    desk.click(desk.page.get_by_role("button", name="Publish version 1"))
    expect(desk.page.get_by_text("Version 1 is live.")).to_be_visible()

    live = Survey.objects.get(slug="visit-to-the-branch").live_version.definition
    assert [question["key"] for question in live["questions"]] == ["nps", "how-did-you-come", "what-went-wrong"]
    assert [choice["text"] for choice in live["questions"][1]["choices"]] == ["By bus", "On foot", "By car"]
    assert live["questions"][2]["show_if"] == {"question": "nps", "operator": "at_most", "value": 6}
    assert not Response.objects.exists()


def test_from_the_overview_to_a_live_survey_and_a_test_mail_takes_few_clicks_and_minutes(desk: Desk):
    began = time.monotonic()
    desk.open(reverse("admin:index"))
    desk.click(desk.page.locator("#nav-sidebar a", has_text="Surveys"))
    desk.click(desk.page.get_by_role("link", name="New from a template"))
    desk.click(desk.page.locator(".voc-tile", has_text="Recommendation (NPS)").get_by_role("button"))
    desk.click(desk.page.get_by_role("button", name="Save and publish…"))
    desk.click(desk.page.get_by_role("button", name="Publish version 1"))
    desk.click(desk.page.get_by_role("link", name="Send a test to me"))
    desk.click(desk.page.get_by_role("button", name="Send the test"))
    expect(desk.page.get_by_text("The test is on its way to designer@example.org.")).to_be_visible()
    assert desk.clicks <= MOST_CLICKS
    assert time.monotonic() - began < MOST_SECONDS


def test_what_is_typed_stands_in_the_preview_before_it_is_saved(desk: Desk, survey):
    desk.open(change_url(survey))
    desk.page.fill("#id_title", "How did it arrive?")
    expect(desk.preview.get_by_role("heading", name="How did it arrive?")).to_be_visible()
    survey.refresh_from_db()
    assert survey.title == "Your delivery"


def test_a_problem_leads_to_its_question(desk: Desk, survey):
    survey.questions.get(key="issues").choices.all().delete()
    desk.open(change_url(survey))
    problem = desk.page.get_by_role("link", name="“What went wrong?” needs at least two choices.")
    desk.click(problem)
    expect(desk.field(2, "text")).to_be_focused()


def test_questions_are_sorted_without_a_mouse(desk: Desk, survey):
    desk.open(change_url(survey))
    desk.card(3).get_by_role("button", name="Move up").first.focus()
    desk.page.keyboard.press("Enter")
    desk.page.keyboard.press("Enter")
    desk.save()
    assert list(survey.questions.values_list("key", flat=True)) == ["comment", "csat", "issues"]


def test_questions_are_sorted_by_dragging(desk: Desk, survey):
    desk.open(change_url(survey))
    handle, target = (desk.card(number).locator(".voc-handle").first for number in (3, 1))
    handle.drag_to(target, target_position={"x": 10, "y": 2})
    desk.save()
    assert survey.questions.order_by("position").first().key == "comment"


def test_taking_a_new_question_away_keeps_what_was_typed_into_the_others(desk: Desk):
    desk.open(reverse("admin:surveys_survey_add"))
    desk.page.fill("#id_name", "Three")
    desk.page.fill("#id_title", "Three")
    for text in ("First?", "Second?", "Third?"):
        desk.add("text", text)
    desk.click(desk.card(2).locator("summary"))
    desk.field(2, "waits_for").select_option(label="1. First?")
    desk.click(desk.card(1).get_by_role("button", name="Duplicate"))
    desk.click(desk.card(1).get_by_role("button", name="Remove").first)
    assert desk.summaries() == ["First?", "Second?", "Third?"]
    desk.save()
    assert list(Survey.objects.get().questions.values_list("key", flat=True)) == ["first", "second", "third"]


def test_a_saved_question_taken_away_can_be_kept_after_all(desk: Desk, survey):
    desk.open(change_url(survey))
    desk.click(desk.card(3).get_by_role("button", name="Remove").first)
    desk.click(desk.card(3).get_by_role("button", name="Keep it").first)
    desk.save()
    assert survey.questions.count() == 3


def test_a_question_is_duplicated_with_its_choices(desk: Desk, survey):
    desk.open(change_url(survey))
    desk.click(desk.card(2).get_by_role("button", name="Duplicate"))
    desk.save()
    twin = survey.questions.get(key="what-went-wrong")
    assert twin.choices.count() == 6
    assert twin.show_if_question.key == "csat"


def test_a_choice_in_a_condition_is_picked_not_typed(desk: Desk):
    onboarding = create_from_template("onboarding", locale="en")
    desk.open(change_url(onboarding))
    desk.click(desk.card(3).locator("[data-toggle]"))
    desk.click(desk.card(3).locator("summary"))
    desk.card(3).locator("select[data-offer]").select_option(label="I have not started yet")
    desk.save()
    assert onboarding.questions.get(key="stuck").show_if_value == "not_started"


def test_the_second_of_two_editors_is_told(desk: Desk, survey):
    desk.open(change_url(survey))
    desk.page.fill("#id_introduction", "My words")
    survey.questions.filter(key="comment").update(text="Their words?")
    desk.click(desk.page.get_by_role("button", name="Save draft"))
    expect(desk.page.get_by_role("alert").first).to_contain_text("is worded anew: “Their words?”")
    expect(desk.page.locator("#id_introduction")).to_have_value("My words")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_in_the_designer_shuts_anybody_out(desk: Desk, survey, scheme, settings):
    settings.DEFAULT_FROM_EMAIL, settings.ORGANISATION_ADDRESS = "us@shop.test", "Market 1"
    publish_survey(survey.pk, actor=None, now=survey.created_at)
    desk.page.emulate_media(color_scheme=scheme)
    desk.open(change_url(survey))
    for number in (1, 2, 3):
        desk.click(desk.card(number).locator("[data-toggle]"))
    expect(desk.page.get_by_text("No problems found")).to_be_visible()
    found = Axe().run(desk.page, context={"include": [[".voc-designer"]], "exclude": [["iframe"]]})
    violations = found.response["violations"]
    assert [(one["id"], node["html"]) for one in violations for node in one["nodes"]] == []


def test_on_a_phone_nothing_runs_out_of_the_page(desk: Desk, survey):
    desk.page.set_viewport_size({"width": 390, "height": 844})
    desk.open(change_url(survey))
    desk.click(desk.card(2).locator("[data-toggle]"))
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert re.search("satisfaction", desk.card(1).inner_text())
