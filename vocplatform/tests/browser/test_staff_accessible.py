"""axe-core over the staff pages, in both schemes, on a desk and on a phone; and no page scrolls sideways."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from loop.models import CannedReply, Case, InboxView
from loop.services import cases, desk, tags
from loop.tests.rows import NOON, case, customer, team
from loop.tests.staff import browser as logged_in
from loop.tests.staff import staff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOKS = [("light", 1280), ("dark", 390)]
PAGES = [
    "/",
    "/inbox/?view=all",
    "/inbox/?view=all&q=nothing-like-this",
    "/inbox/views/new/?view=all&severity=high",
    "/cases/{code}/",
    "/cases/{code}/?do=tags",
    "/cases/{code}/?do=message",
    "/cases/{code}/?do=note",
    "/cases/{code}/?do=resolve",
    "/cases/{code}/?do=contact",
    "/customers/",
    "/customers/{customer}/",
    "/no-such-page/",
]


@pytest.fixture
def worked() -> Case:
    """A case with something of everything in its story."""
    care = team("Care")
    mia = staff("manager", "mia", team=care)
    row = case(who=customer("C-1", name="Marta Nowak"), nps=0, comment="Rude driver", compound=-0.6)
    Case.objects.update(team=care)
    CannedReply.objects.create(name="Sorry", locale="en", subject="Sorry", body="Dear {{ customer }}")
    cases.record_contact(row.pk, channel="phone", reached=True, note="Ten minutes", actor=mia, now=NOON)
    desk.add_note(row.pk, text="Ask the courier", actor=mia, now=NOON)
    tags.tag_case(row.pk, add=["late", "courier strike"], actor=mia, now=NOON)
    InboxView.objects.create(owner=mia, name="Late parcels", query="view=all&tag=late")
    desk.pause_case(row.pk, reason="Waiting for the courier", actor=mia, now=NOON)
    row.refresh_from_db()
    return row


@pytest.fixture
def visit(browser: Browser, live_server, worked):
    def open_page(path: str, scheme: str, width: int) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        session = logged_in(worked.owner).cookies["voc_session"].value
        context.add_cookies([{"name": "voc_session", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.goto(live_server.url + path.format(code=worked.code, customer=worked.customer_id))
        return page

    return open_page


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
@pytest.mark.parametrize("path", PAGES)
def test_a_staff_page_keeps_every_rule_of_axe_and_fits_its_screen(visit, path, scheme, width):
    page = visit(path, scheme, width)
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("path", ["/inbox/?view=all", "/cases/{code}/?do=message"])
def test_a_page_can_be_read_at_320_pixels(visit, path):
    assert visit(path, "light", 320).evaluate("document.documentElement.scrollWidth") <= 320
