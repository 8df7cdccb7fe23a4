"""The survey page in a real browser: by thumb, by keyboard, without script, day and night, both reading directions."""

import itertools
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from playwright.sync_api import Browser, Page, expect

from feedback.models import Answer, Response
from feedback.tests.survey_page import EVERY_KIND, NPS, THREE_PAGES, WHY, ask, choices, invite, path_of, publish
from surveys.definition.schema import ShowIf

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 390, "height": 844}
WIDTHS = (320, 390, 768, 1280)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CONTROLS = ".cell, .choice, button, textarea"
WHEN_LOW = ask(
    "cause", "single", "What went wrong?", choices=choices("Late", "Broken"), show_if=ShowIf("nps", "at_most", 6)
)


@pytest.fixture
def address(live_server):
    """Publish questions and give the address of a fresh invitation."""
    cache.clear()
    counter = itertools.count()

    def publish_at(*questions, **fields) -> str:
        version = publish(*questions, slug=f"survey-{next(counter)}", **fields)
        return live_server.url + path_of(invite(version))

    return publish_at


def open_page(browser: Browser, url: str, **context) -> Page:
    page = browser.new_context(**{"viewport": PHONE} | context).new_page()
    page.goto(url)
    return page


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found]


def test_every_kind_is_answered_without_script(browser, address):
    page = open_page(browser, address(*EVERY_KIND), java_script_enabled=False)
    page.get_by_role("radio", name="0 not at all likely").check()
    page.get_by_role("textbox").fill("Late, and rude.")
    for group, name in (("happy", "5 very satisfied"), ("ease", "1 strongly disagree"), ("stars", "3")):
        page.locator(f"[data-key={group}]").get_by_role("radio", name=name).check()
    page.get_by_role("radio", name="Broken").check()
    page.get_by_role("checkbox", name="Web").check()
    page.get_by_role("checkbox", name="Phone").check()
    page.locator("[data-key=solved]").get_by_role("radio", name="No").check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Thank you for your answers")).to_be_visible()
    stored = {answer.question_key: answer.value for answer in Answer.objects.all()}
    assert (
        stored["nps"] == 0 and stored["ease"] == 1 and stored["used"] == ["web", "phone"] and stored["solved"] == ["no"]
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["en", "ar"])
def test_no_rule_of_accessibility_is_broken_with_or_without_errors(browser, address, scheme, locale):
    page = open_page(browser, address(*EVERY_KIND, locale=locale), color_scheme=scheme)
    assert violations(page) == []
    page.locator("button.send").click()
    expect(page.locator(".problems")).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_ends_a_survey_breaks_no_rule_either(browser, address, scheme):
    url = address(NPS)
    page = open_page(browser, url + "?score=9", color_scheme=scheme)
    page.locator("button.send").click()
    assert violations(page) == []
    page.goto(url)
    assert violations(page) == []
    page.goto(url.replace("/s/", "/s/x"))
    assert violations(page) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_every_target_is_large_enough_and_nothing_scrolls_sideways(browser, address, width):
    page = open_page(browser, address(*EVERY_KIND), viewport={"width": width, "height": 900})
    boxes = [box for box in (one.bounding_box() for one in page.locator(CONTROLS).all()) if box]
    assert min(min(box["width"], box["height"]) for box in boxes) >= 44
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_eleven_points_stand_in_rows_of_six_and_five_on_a_small_phone(browser, address):
    page = open_page(browser, address(NPS), viewport={"width": 320, "height": 640})
    tops = [round(cell.bounding_box()["y"]) for cell in page.locator(".cell").all()]
    assert [len(list(row)) for _, row in itertools.groupby(tops)] == [6, 5]


def test_a_long_word_wraps(browser, address):
    url = address(ask("a", "csat", "Rechtsschutzversicherungsgesellschaftsberatungszufriedenheit?"))
    page = open_page(browser, url, viewport={"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_scale_runs_against_the_reading_direction_in_no_language(browser, address):
    page = open_page(browser, address(NPS, locale="ar"))
    first, second = (page.locator(".cell").nth(place).bounding_box()["x"] for place in (0, 1))
    assert first > second
    page.get_by_role("radio", name="0 ").first.check()
    page.locator("button.send").click()
    assert Answer.objects.get().number == 0


def test_two_keys_answer_a_preselected_score(browser, address):
    page = open_page(browser, address(NPS) + "?score=10")
    for key in ("Tab", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert Answer.objects.get().number == 10


def test_arrows_walk_the_scale_and_leave_nobody_behind(browser, address):
    page = open_page(browser, address(NPS))
    url = page.url
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.value") == "10"
    assert page.url == url


def test_the_focus_can_be_seen(browser, address):
    page = open_page(browser, address(NPS, WHY))
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement.nextElementSibling).outlineWidth") == "3px"
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"


def test_an_error_takes_the_focus_and_leads_to_the_question(browser, address):
    page = open_page(browser, address(NPS, WHY))
    page.get_by_role("textbox").fill("Kept.")
    page.get_by_role("button", name="Send").click()
    expect(page).to_have_title(re.compile("^Error: "))
    assert page.evaluate("document.activeElement.className") == "problems"
    page.get_by_role("link", name=re.compile("Choose a number")).click()
    assert page.evaluate("document.activeElement.id") == "q-nps-0"
    expect(page.get_by_role("textbox")).to_have_value("Kept.")


def test_a_low_score_brings_up_its_question_without_script(browser, address):
    page = open_page(browser, address(NPS, WHEN_LOW), java_script_enabled=False)
    late = page.get_by_text("Late")
    expect(late).to_be_hidden()
    page.get_by_role("radio", name="6").check()
    expect(late).to_be_visible()
    page.get_by_role("radio", name="7").check()
    expect(late).to_be_hidden()


def test_back_and_forth_and_again_keeps_every_answer(browser, address):
    page = open_page(browser, address(*THREE_PAGES))
    page.get_by_role("radio", name="3").check()
    page.get_by_role("textbox").fill("Late again.")
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_title(re.compile("^Questions 3 to 4 of 5 – "))
    page.get_by_role("radio", name="Broken").check()
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_role("textbox")).to_have_value("Late again.")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("radio", name="Broken")).to_be_checked()


def test_the_browsers_own_back_and_reload_keep_answers_and_send_nothing_twice(browser, address):
    page = open_page(browser, address(*THREE_PAGES))
    page.get_by_role("radio", name="3").check()
    page.get_by_role("button", name="Continue").click()
    page.reload()
    expect(page).to_have_title(re.compile("^Questions 3 to 4"))
    page.go_back()
    expect(page.get_by_role("radio", name="3", exact=True)).to_be_checked()
    assert Response.objects.count() == 1


def test_who_closed_the_browser_goes_on_where_she_stopped(browser, address):
    url = address(*THREE_PAGES)
    page = open_page(browser, url)
    page.get_by_role("radio", name="9").check()
    page.get_by_role("button", name="Continue").click()
    page.context.close()
    page = open_page(browser, url)
    expect(page.get_by_role("radio", name="9")).to_be_checked()
    page.get_by_role("link", name="Continue where you stopped").click()
    expect(page.locator("[data-key=ease]")).to_be_visible()


def test_the_page_is_one_request_to_our_own_host_and_no_cookie(browser, address):
    context = browser.new_context(viewport=PHONE)
    page, asked = context.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    url = address(*EVERY_KIND)
    page.goto(url, wait_until="networkidle")
    assert [one for one in asked if not one.endswith("/favicon.ico")] == [url]
    assert context.cookies() == []


def test_nothing_is_said_by_colour_alone(browser, address):
    page = open_page(browser, address(NPS) + "?score=3", forced_colors="active")
    chosen, other = (page.locator(".cell > span").nth(place) for place in (3, 4))
    look = "e => ['borderTopWidth', 'textDecorationLine', 'fontWeight'].map(name => getComputedStyle(e)[name])"
    assert chosen.evaluate(look) != other.evaluate(look)


def test_nothing_moves_for_those_who_asked_for_stillness(browser, address):
    page = open_page(browser, address(NPS), reduced_motion="reduce")
    assert (
        page.locator(".cell > span").first.evaluate("element => getComputedStyle(element).transitionDuration") == "0s"
    )


def test_a_printed_page_has_no_buttons(browser, address):
    page = open_page(browser, address(NPS))
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Send")).to_be_hidden()
