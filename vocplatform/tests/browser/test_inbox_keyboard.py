"""A morning's triage without a mouse: every key of the inbox, in a real browser."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from loop.models import Case
from loop.tests.rows import case, customer, team
from loop.tests.staff import browser as session_of
from loop.tests.staff import staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def care():
    return team("Care")


@pytest.fixture
def mia(care):
    return staff("manager", "mia", team=care)


@pytest.fixture
def ten_cases(care) -> list[Case]:
    rows = [case(who=customer(f"C-{number}"), nps=number % 7) for number in range(10)]
    Case.objects.update(team=care)
    return rows


@pytest.fixture
def desk(page: Page, live_server, mia, ten_cases) -> Page:
    """The list of all open cases, with mia logged in. Whoever clicks breaks the promise of this file."""
    session = session_of(mia).cookies["voc_session"].value
    page.context.add_cookies([{"name": "voc_session", "value": session, "url": live_server.url}])
    page.goto(f"{live_server.url}{reverse('loop:inbox')}?view=all")
    return page


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def press_and_arrive(page: Page, *keys: str) -> None:
    """The last key sends something; wait for the page that answers it."""
    press(page, *keys[:-1])
    with page.expect_navigation():
        page.keyboard.press(keys[-1])


def current_name(page: Page) -> str:
    return page.locator('[data-row][aria-current="true"] [data-open]').inner_text()


def test_ten_cases_are_triaged_by_keys_alone(desk: Page, mia):
    press(desk, "j")
    for _number in range(6):
        press_and_arrive(desk, "m")  # what was taken moves down, and the next case is at hand
    press(desk, "x", "j", "x", "s")
    expect(desk.locator('[data-bulk="snooze"]')).to_be_focused()
    press_and_arrive(desk, "Tab", "Enter")
    press(desk, "/")
    desk.keyboard.type(Case.objects.filter(owner=None, snoozed_until=None).first().code)
    press_and_arrive(desk, "Enter")
    press(desk, "j", "x", "a")
    expect(desk.locator('[data-bulk="assign"]')).to_be_focused()
    desk.keyboard.type("mia")
    press_and_arrive(desk, "Tab", "Enter")
    assert Case.objects.filter(owner=mia).count() == 7
    assert Case.objects.filter(snoozed_until__isnull=False).count() == 2


def test_j_and_k_walk_the_rows_and_o_opens_the_one_at_hand(desk: Page):
    press(desk, "j", "j", "k", "j")
    name = current_name(desk)
    press_and_arrive(desk, "o")
    expect(desk.get_by_role("heading", level=1)).to_have_text(name)
    press_and_arrive(desk, "u")
    expect(desk.locator('[data-row][aria-current="true"] [data-open]')).to_have_text(name)


def test_a_case_is_worked_from_contact_to_resolved_by_keys(desk: Page):
    press_and_arrive(desk, "j", "o")
    press_and_arrive(desk, "m")
    press_and_arrive(desk, "c")
    expect(desk.locator("[name=channel]")).to_be_focused()
    press_and_arrive(desk, "Tab", "Space", "Tab", "Tab", "Tab", "Enter")
    press_and_arrive(desk, "e")
    expect(desk.locator("[name=cause]")).to_be_focused()
    press(desk, "ArrowDown", "Tab", "ArrowDown", "Tab", "ArrowDown", "Tab")
    desk.keyboard.type("A new one was sent.")
    press_and_arrive(desk, "Tab", "Tab", "Enter")
    expect(desk.locator(".case-head")).to_contain_text("resolved")


def test_e_before_any_contact_says_what_comes_first_and_shows_that_form(desk: Page):
    press_and_arrive(desk, "j", "o")
    press_and_arrive(desk, "e")
    expect(desk.get_by_role("alert")).to_contain_text("note the contact first")
    expect(desk.locator("[name=channel]")).to_be_focused()


def test_n_writes_a_note_and_r_a_letter(desk: Page):
    press_and_arrive(desk, "j", "n")
    expect(desk.locator("[name=text]")).to_be_focused()
    desk.keyboard.type("j k o are letters here")
    press_and_arrive(desk, "Tab", "Enter")
    expect(desk.locator(".card-note")).to_have_text("j k o are letters here")
    press_and_arrive(desk, "r")
    expect(desk.locator("[name=subject]")).to_be_focused()


def test_slash_searches_and_g_goes_elsewhere(desk: Page):
    press(desk, "/")
    expect(desk.locator("[name=q]")).to_be_focused()
    press(desk, "Escape", "g", "c")
    expect(desk).to_have_url(re.compile(r"/customers/$"))


def test_t_tags_what_is_selected_and_enter_never_does_what_another_button_does(desk: Page):
    press(desk, "j", "x", "j", "x", "t")
    desk.keyboard.type("Late, strike")
    press_and_arrive(desk, "Enter")
    assert Case.objects.filter(tags__name="strike").count() == 2
    assert Case.objects.filter(owner__isnull=False).count() == 0
    press_and_arrive(desk, "z")
    assert Case.objects.filter(tags__name="strike").count() == 0


@pytest.mark.parametrize(("letter", "view"), [("y", "mine"), ("u", "unassigned"), ("b", "breaching"), ("a", "all")])
def test_g_and_a_letter_change_the_view(desk: Page, letter, view):
    press_and_arrive(desk, "g", letter)
    expect(desk).to_have_url(re.compile(f"view={view}$"))


def test_two_agents_at_one_case_lose_nothing(desk: Page, live_server, browser, care, ten_cases):
    """Mia and Ben have the same page open; both write a note, both tag, and the second decision meets the first."""
    ben = staff("manager", "ben", team=care)
    page = live_server.url + ten_cases[0].get_absolute_url()
    other = browser.new_context()
    cookie = {"name": "voc_session", "value": session_of(ben).cookies["voc_session"].value, "url": live_server.url}
    other.add_cookies([cookie])
    bens = other.new_page()
    for each, words in ((desk, "mia asks the courier"), (bens, "ben rings the shop")):
        each.goto(f"{page}?do=note")
        each.locator("[name=text]").fill(words)
    for each in (desk, bens):
        each.get_by_role("button", name="Keep the note").click()
    for each, words in ((desk, "courier"), (bens, "vip")):
        each.goto(f"{page}?do=tags")
        each.locator("[name=tags]").fill(words)
    for each in (desk, bens):
        each.get_by_role("button", name="Keep the tags").click()
    for each, severity in ((desk, "critical"), (bens, "low")):
        each.goto(f"{page}?do=severity")
        each.locator("[name=severity]").select_option(severity)
        each.locator("[name=note]").fill("as the customer told me")
    for each in (desk, bens):
        each.get_by_role("button", name="Change severity").click()
    expect(bens.get_by_role("main")).to_contain_text("critical")  # theirs beside mine
    expect(bens.get_by_role("main")).to_contain_text("low")
    row = Case.objects.get(pk=ten_cases[0].pk)
    assert row.severity == "critical"
    assert set(row.tags.values_list("name", flat=True)) == {"courier", "vip"}
    notes = set(row.history.filter(kind="note").values_list("note", flat=True))
    assert notes == {"mia asks the courier", "ben rings the shop"}
    other.close()


def test_the_keys_are_explained_and_can_be_switched_off_for_good(desk: Page):
    press(desk, "?")
    expect(desk.get_by_role("dialog")).to_be_visible()
    desk.locator("#keys-on").focus()
    press(desk, "Space", "Escape", "j")
    expect(desk.locator('[data-row][aria-current="true"]')).to_have_count(0)
    desk.reload()
    press(desk, "j")
    expect(desk.locator('[data-row][aria-current="true"]')).to_have_count(0)


def test_nothing_on_the_page_breaks_the_content_policy(desk: Page):
    complaints = []
    desk.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    desk.reload()
    press(desk, "j", "o")
    expect(desk.locator("#presence")).to_be_attached()
    desk.wait_for_load_state("networkidle")
    assert complaints == []
