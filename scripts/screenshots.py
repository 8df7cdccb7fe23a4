"""Take the pictures in docs/img from a demo of its own: each page on phone and desktop, light and dark.

With names of pages (`screenshots.py dashboard drivers`) only those.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "img"
PORT = int(os.environ.get("PORT", "8099"))
BASE = f"http://127.0.0.1:{PORT}"
SIZES = {"phone": (390, 844), "desktop": (1280, 860)}
SURVEY_LINK: dict[str, str] = {}
TALLEST = 1900  # a whole dashboard is longer than anybody wants to scroll in a README
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


@contextmanager
def demo(state_dir: Path) -> Iterator[str]:
    """A demo of its own; yields the password of its people."""
    env = {**os.environ, "STATE_DIR": str(state_dir), "PORT": str(PORT), "LOG_LEVEL": "ERROR"}
    for command in (["migrate", "--verbosity", "0"], ["seed_demo"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=env, check=True)
    process = subprocess.Popen([sys.executable, "manage.py", "run"], cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
    try:
        wait_until_ready()
        SURVEY_LINK["path"] = re.search(r"/c/\w+/", (state_dir / "welcome.txt").read_text())[0]
        yield (state_dir / "demo_password").read_text()
    finally:
        process.terminate()
        process.wait(timeout=60)


def wait_until_ready() -> None:
    for _ in range(240):
        try:
            urllib.request.urlopen(f"{BASE}/readyz", timeout=2).close()
            return
        except OSError:
            time.sleep(0.5)
    raise TimeoutError("The demo did not become ready within two minutes.")


def log_in(page: Page, name: str, password: str) -> None:
    page.goto(f"{BASE}/login/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{BASE}/")


def first_link(path: str, selector: str) -> Callable[[Page], None]:
    def go(page: Page) -> None:
        page.goto(BASE + path)
        page.goto(BASE + page.locator(selector).first.get_attribute("href"))

    return go


def named_link(path: str, name: str) -> Callable[[Page], None]:
    def go(page: Page) -> None:
        page.goto(BASE + path)
        page.goto(BASE + page.get_by_role("link", name=name, exact=True).first.get_attribute("href"))

    return go


def to(path: str) -> Callable[[Page], None]:
    return lambda page: page.goto(BASE + path.format(survey=SURVEY_LINK.get("path", "")))


def customer_of_a_case(page: Page) -> None:
    """The first case whose customer has a name."""
    page.goto(f"{BASE}/inbox/?view=all")
    for address in page.locator("a.case-name").evaluate_all("links => links.map(link => link.getAttribute('href'))"):
        page.goto(BASE + address)
        customer = page.locator("main a[href^='/customers/']")
        if customer.count():
            page.goto(BASE + customer.first.get_attribute("href"))
            return
    raise LookupError("No case in the demo has a customer.")


PAGES = {
    "survey": ("admin", to("{survey}")),
    "designer": ("admin", first_link("/admin/surveys/survey/", "#result_list a[href*='/change/']")),
    "inbox": ("manager", to("/inbox/?view=all")),
    "case": ("manager", first_link("/inbox/?view=all", "a.case-name")),
    "dashboard": ("manager", to("/dashboard/")),
    "journey": ("manager", to("/journeys/urgent-care/")),
    "customer": ("manager", customer_of_a_case),
    "themes": ("manager", to("/themes/")),
    "drivers": ("manager", first_link("/drivers/", "main a[href^='/drivers/']")),
    "metrics": ("manager", to("/measures/")),
    "at-risk": ("manager", to("/customers/at-risk/")),
    "effect": ("manager", to("/effect/")),
    "playbook": ("manager", named_link("/playbooks/", "Call or letter")),
    "initiative": ("manager", named_link("/initiatives/", "Ring back instead of holding")),
    "objective": ("manager", first_link("/objectives/", "main a.strong[href^='/objectives/']")),
    "programme": ("manager", to("/programme/")),
}


def take_all(browser: Browser, password: str, wanted: list[str]) -> None:
    pages = {name: PAGES[name] for name in wanted or PAGES}
    for size, (width, height) in SIZES.items():
        for scheme in ("light", "dark"):
            context = {"viewport": {"width": width, "height": height}, "color_scheme": scheme}
            for person in sorted({person for person, _ in pages.values()}):
                page = browser.new_context(**context).new_page()
                log_in(page, person, password)
                for name, (who, go) in pages.items():
                    if who == person:
                        go(page)
                        page.wait_for_timeout(700)
                        take(page, PICTURES / f"{name}-{size}-{scheme}.png", width)
                page.context.close()


def take(page: Page, path: Path, width: int) -> None:
    tall = page.evaluate("document.documentElement.scrollHeight")
    page.screenshot(path=path, full_page=True, clip={"x": 0, "y": 0, "width": width, "height": min(tall, TALLEST)})
    print(path.relative_to(ROOT))


def main() -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("There is no Chromium on this machine: install Debian's package chromium.")
    if unknown := [name for name in sys.argv[1:] if name not in PAGES]:
        sys.exit(f"There is no page {', '.join(unknown)}; there are {', '.join(PAGES)}.")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="voc-pictures-") as folder,
        demo(Path(folder)) as password,
        sync_playwright() as driver,
    ):
        browser = driver.chromium.launch(executable_path=chromium, args=QUIET)
        take_all(browser, password, sys.argv[1:])
        browser.close()


if __name__ == "__main__":
    main()
