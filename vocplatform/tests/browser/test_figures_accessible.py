"""axe-core over every page with figures, in both schemes, on a phone and on a desk; and no page scrolls sideways."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from feedback.analytics.filters import Filters
from feedback.metrics import METRICS
from feedback.models import Alert, Investigation, ShareLink
from feedback.services.kept import keep_figure
from feedback.services.rollups import refresh_rollups
from feedback.services.sharing import make_link
from feedback.tests.programme import answer, make_version
from feedback.tests.staff import browser as logged_in
from feedback.tests.staff import staff
from feedback.views.shared import TURN_SECONDS
from loop.services.initiatives import plan_initiative
from loop.services.objectives import set_objective
from surveys.models import Touchpoint
from vocplatform.lib.periods import last_days

pytestmark = pytest.mark.browser
WIDTHS = (390, 1280)
OWN_PAGE = re.compile(r"/[a-z/]+/(?!new/|matrix/|lessons/|suggestions/|at-risk/)[\w-]+/")
EVERY_RULE = {"resultTypes": ["violations"]}
COLOURS = EVERY_RULE | {"runOnly": ["color-contrast", "link-in-text-block"]}  # the scheme changes nothing else
PAGES = [
    "/dashboard/",
    "/journeys/",
    "/measures/",
    "/measures/nps/",
    "/measures/clv/",
    "/measures/fcr/events/",
    "/measures/compare/",
    "/measures/alerts/",
    "/measures/changes/",
    "/drivers/",
    "/themes/",
    "/themes/suggestions/",
    "/segments/",
    "/customers/",
    "/customers/at-risk/",
    "/customers/first-100-days/",
    "/responses/",
    "/reading/",
    "/reading/label/",
    "/figures/",
    "/views/",
    "/views/new/",
    "/shares/",
    "/shares/new/",
    "/wall/",
    "/exports/",
    "/exports/new/",
    "/digests/",
    "/digests/new/",
    "/effect/",
    "/effect/causes/",
    "/effect/fairness/",
    "/effect/staffing/",
    "/playbooks/",
    "/initiatives/",
    "/initiatives/matrix/",
    "/initiatives/new/",
    "/initiatives/lessons/",
    "/loops/",
    "/loops/new/",
    "/objectives/",
    "/objectives/new/",
    "/programme/",
    "/programme/return/",
    "/programme/channels/",
    "/programme/steps/baseline/",
    "/promoters/",
    "/promoters/quotes/",
    "/praise/",
]
FIRST_OF = {
    "/drivers/": "/drivers/",
    "/themes/": "/themes/about/",
    "/customers/": "/customers/",
    "/responses/": "/responses/",
    "/playbooks/": "/playbooks/",
    "/measures/alerts/": "/measures/alerts/",
    "/initiatives/": "/initiatives/",
    "/objectives/": "/objectives/",
    "/figures/": "/figures/",
}


@pytest.fixture
def address(live_server, transactional_db, settings, tmp_path) -> str:
    """A small programme in which every kind of page has something to show."""
    settings.STATE_DIR, settings.MAIL_DIR = tmp_path, tmp_path / "mail"
    call_command("seed_demo", "--visits", "12", stdout=StringIO())
    now, manager = timezone.now(), User.objects.get(username="manager")
    today = timezone.localdate(now)
    place = Touchpoint.objects.order_by("pk").first()
    filters = Filters(period=last_days(90, today=today))
    keep_figure(METRICS["nps"], filters, now=now, actor=manager)
    alert = Alert.objects.create(
        reason=Alert.Reason.LEVEL, metric="nps", side="low", first_on=today - timedelta(days=14), value=-10, n=40,
        last_on=today - timedelta(days=1), low=0, high=60, opened_at=now,
    )  # fmt: skip
    Investigation.objects.create(alert=alert, owner=manager)
    plan_initiative(
        name="Shorter queue", problem="People wait.", touchpoint=place, metric="nps", impact=5, effort=2,
        go_live_on=today, read_out_on=today + timedelta(weeks=12), actor=manager, now=now,
    )  # fmt: skip
    set_objective(name="Keep more", baseline=80, target=83, starts_on=today, deadline_on=today + timedelta(days=365))
    make_link(ShareLink(title="Board", page="dashboard", query="", shows_comments=True), days=7, now=now, actor=manager)
    make_link(ShareLink(title="Hall", page="wall", query=""), days=7, now=now, actor=manager)
    return live_server.url


@pytest.fixture
def visit(browser: Browser, live_server) -> Iterator[Callable[[User], Page]]:
    context = browser.new_context(viewport={"width": WIDTHS[0], "height": 900}, reduced_motion="reduce")

    def enter(user: User) -> Page:
        session = logged_in(user).cookies["voc_session"].value
        context.add_cookies([{"name": "voc_session", "value": session, "url": live_server.url}])
        return context.new_page()

    yield enter
    context.close()


def first_of_each(page: Page, address: str) -> Iterator[str]:
    """The first row's own page, for every list that has one."""
    for path, prefix in FIRST_OF.items():
        page.goto(address + path)
        links = page.locator(f'main a[href^="{prefix}"]').evaluate_all("all => all.map(a => a.getAttribute('href'))")
        own = [link for link in links if OWN_PAGE.fullmatch(link.split("?")[0])]
        assert own, f"{path} leads to no row"
        yield own[0]


def broken_rules(page: Page) -> Iterator[tuple]:
    for scheme, options in (("light", EVERY_RULE), ("dark", COLOURS)):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            for rule in Axe().run(page, options=options).response["violations"]:
                yield scheme, width, rule["id"], rule["nodes"][0]["html"]
            if page.evaluate("document.documentElement.scrollWidth") > width:
                yield scheme, width, "scrolls sideways", ""


def test_every_page_with_figures_keeps_every_rule_of_axe_and_fits_its_screen(visit, address):
    page = visit(User.objects.get(username="admin"))
    shared = [f"/shared/{link.token}/" for link in ShareLink.objects.all()]
    broken = {}
    for path in [*PAGES, *first_of_each(page, address), *shared]:
        shown = page.goto(address + path)
        assert shown.status == 200, path
        if found := list(broken_rules(page)):
            broken[path] = found
    assert broken == {}


def test_a_wall_turns_by_itself_until_it_is_stopped_and_then_stays_so(visit, live_server, transactional_db):
    version = make_version()
    for _turn in range(6):
        response = answer(version, at=timezone.now() - timedelta(minutes=5), recommend=9, happy=4)
        refresh_rollups(response.pk, now=timezone.now())
    page = visit(staff("analyst"))
    page.clock.install()
    page.goto(f"{live_server.url}/wall/")
    first = page.url
    page.clock.fast_forward(1000 * TURN_SECONDS)
    page.wait_for_url(lambda url: url != first)
    page.get_by_role("button", name="Stop turning").click()
    expect(page.get_by_role("button", name="Stop turning", pressed=True)).to_be_visible()
    page.get_by_role("link", name="Next").click()
    second = page.url
    page.clock.fast_forward(3000 * TURN_SECONDS)
    assert page.url == second
    page.get_by_role("button", name="Stop turning").click()
    page.clock.fast_forward(1000 * TURN_SECONDS)
    page.wait_for_url(lambda url: url != second)
