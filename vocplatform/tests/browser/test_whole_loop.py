"""One customer's way through the whole product, walked as its users would, with real web, worker, beat and broker."""

import email
import email.policy
import json
import re
import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from loop.services.recovery import MAY_BE_TAKEN_BACK
from vocplatform.tests.faults.platform import Platform, until

pytestmark = [pytest.mark.browser]
ANGRY = "Nobody called back for three weeks. This is the worst service I have ever had, never again!"
CASE_SECONDS = 5
MAIL_SECONDS = 40
LINK = re.compile(r"https?://\S+/s/[\w-]+/\S*")


def log_in(page: Page, base: str, platform: Platform, name: str) -> None:
    page.goto(f"{base}/login/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill((platform.state_dir / "demo_password").read_text())
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_url(f"{base}/")


def mails_to(platform: Platform, address: str) -> list[email.message.EmailMessage]:
    files = sorted((platform.state_dir / "mail").glob("*.eml"))
    letters = [email.message_from_bytes(Path(file).read_bytes(), policy=email.policy.default) for file in files]
    return [letter for letter in letters if address in str(letter["To"])]


def links_in(letter: email.message.EmailMessage) -> list[str]:
    return LINK.findall(letter.get_body(("plain",)).get_content())


def post_event(base: str, key: str, event: dict) -> int:
    request = urllib.request.Request(
        f"{base}/api/v1/events",
        json.dumps(event).encode(),
        {"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.status


def responses_counted(page: Page, base: str) -> int:
    page.goto(f"{base}/dashboard/")
    words = page.get_by_role("link", name=re.compile(r"^\s*[\d,]+ responses?$")).first.inner_text()
    return int(re.sub(r"\D", "", words))


def publish_a_survey(page: Page, base: str) -> None:
    page.goto(f"{base}/admin/surveys/survey/add/")
    page.get_by_label("Name", exact=False).first.fill("After the call back")
    page.locator("#id_title").fill("Did we call you back?")
    page.get_by_role("button", name=re.compile("Recommendation 0–10")).click()
    page.get_by_role("button", name="Text", exact=True).click()
    texts = page.locator("[name^='questions-'][name$='-text']:not([name*='__prefix__'])")
    texts.nth(0).fill("How likely is it that you would recommend us to a friend or colleague?")
    texts.nth(1).fill("What is the most important reason for your score?")
    page.get_by_role("button", name=re.compile("Save and publish")).click()
    page.get_by_role("button", name=re.compile("^Publish")).click()
    expect(page.get_by_text(re.compile("is live", re.IGNORECASE)).first).to_be_visible()


def add_a_rule(page: Page, base: str) -> None:
    page.goto(f"{base}/admin/surveys/triggerrule/add/")
    page.locator("#id_name").fill("Call back")
    page.locator("#id_touchpoint").select_option("1")
    page.locator("#id_survey").select_option(label="After the call back")
    page.locator("#id_priority").fill("1")
    page.locator("#id_is_active").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text(re.compile("was added successfully")).first).to_be_visible()


def test_an_angry_customer_is_asked_heard_helped_and_confirms(platform: Platform, browser: Browser):
    base = f"http://127.0.0.1:{platform.port}"
    office, staff = browser.new_context().new_page(), browser.new_context().new_page()
    log_in(office, base, platform, "admin")
    publish_a_survey(office, base)
    add_a_rule(office, base)
    counted = responses_counted(office, base)

    key = platform.manage("create_api_key", "shop").strip().splitlines()[-1]
    event = {
        "event_id": "call-1",
        "touchpoint": "advice-line",
        "customer": {"external_id": "N-1", "email": "new@customers.example", "locale": "en"},
        "occurred_at": datetime.now(UTC).isoformat(),
    }
    assert post_event(base, key, event) == 201
    assert until(lambda: mails_to(platform, "new@customers.example"), seconds=MAIL_SECONDS), platform.transcript()
    zero = next(link for link in links_in(mails_to(platform, "new@customers.example")[0]) if link.endswith("score=0"))

    phone = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False).new_page()
    phone.goto(zero)
    expect(phone.get_by_role("radio", checked=True)).to_have_value("0")
    phone.get_by_role("textbox").press_sequentially(ANGRY, delay=25)  # a person; faster is taken for a program
    phone.get_by_role("button", name="Send").click()
    answered_at = time.monotonic()
    expect(phone.get_by_role("heading", level=1)).to_be_visible()

    log_in(staff, base, platform, "agent")
    row = staff.get_by_text("Nobody called back for three weeks").first
    assert until(lambda: [staff.goto(f"{base}/inbox/?view=all"), row.count()][1] > 0, seconds=20), platform.transcript()
    assert time.monotonic() - answered_at < CASE_SECONDS + 3  # logging in and loading pages take part of this
    staff.get_by_role("link", name="N-1").first.click()
    expect(staff.get_by_role("heading", name="N-1")).to_be_visible()

    work_the_case(staff)
    taken_back = MAY_BE_TAKEN_BACK.total_seconds()
    assert until(lambda: len(mails_to(platform, "new@customers.example")) == 2, seconds=taken_back + MAIL_SECONDS)
    phone.goto(links_in(mails_to(platform, "new@customers.example")[-1])[0])
    phone.get_by_role("radio", name="Yes").check()
    phone.wait_for_timeout(1500)  # nobody reads faster
    phone.get_by_role("button", name="Send").click()
    expect(phone.get_by_role("heading", level=1)).to_be_visible()

    confirmed = staff.locator(".case-head").get_by_text("confirmed")
    assert until(lambda: [staff.reload(), confirmed.count()][1] > 0, seconds=20), staff.content()
    assert until(lambda: responses_counted(office, base) == counted + 1, seconds=40)


def work_the_case(staff: Page) -> None:
    take = staff.get_by_role("button", name=re.compile("To me"))
    if take.count():
        take.click()
    staff.get_by_role("link", name=re.compile("^\\s*Contact")).click()
    staff.get_by_label("Yes, we spoke").check()
    staff.get_by_role("button", name="Keep the attempt").click()
    staff.get_by_role("link", name=re.compile("^\\s*Resolve")).click()
    staff.get_by_label("Root cause").select_option(index=1)
    staff.get_by_label("Action taken").select_option(index=1)
    staff.get_by_label("Outcome").select_option(label="Put right")
    staff.get_by_label("In your words").fill("Called back and arranged what was missing.")
    staff.get_by_role("button", name="Resolve").click()
    expect(staff.locator(".case-head").get_by_text("resolved")).to_be_visible()
