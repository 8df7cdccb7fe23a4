import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from loop.models import StaffProfile
from loop.tests.rows import NOON, case, customer, person
from loop.tests.staff import browser, staff
from vocplatform import accounts
from vocplatform.navigation import WAYS

TEMPLATES = Path(settings.BASE_DIR) / "templates"
STAFF = [
    path
    for path in TEMPLATES.rglob("*.html")
    if not {"admin", "emails"} & set(path.relative_to(TEMPLATES).parts) and "email" not in path.name
]
ICON = re.compile(r'{% icon "([a-z]+)"')
# The customer's page brings its few styles along, allowed by their digest, and so does paper; a staff page brings none.
INLINE = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)|\sstyle=|\son[a-z]+=|javascript:")
INLINE_STYLE = re.compile(r"<style")


def drawn() -> set[str]:
    sheet = Path(settings.BASE_DIR) / "vocplatform/static/voc/icons.svg"
    return set(re.findall(r'<symbol id="([a-z]+)"', sheet.read_text()))


def test_every_icon_that_a_page_names_is_drawn():
    named = {name for path in STAFF for name in ICON.findall(path.read_text())}
    named |= {way.icon for _title, ways in WAYS for way in ways}
    assert named - drawn() == set()


@pytest.mark.parametrize("path", STAFF, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_template_carries_a_script_a_style_or_a_handler_of_its_own(path):
    source = path.read_text()
    assert INLINE.findall(source) == []
    assert path.name in {"base_public.html", "poster.html"} or not INLINE_STYLE.findall(source)


@pytest.mark.django_db
def test_the_content_policy_allows_only_what_is_ours(client):
    policy = client.get(reverse("login")).headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.django_db
@pytest.mark.parametrize(("cookie", "says"), [("dark", 'data-bs-theme="dark"'), ("light", 'data-bs-theme="light"')])
def test_chosen_colours_are_drawn_by_the_server_without_a_script(client, cookie, says):
    client.cookies["voc_theme"] = cookie
    assert says in client.get(reverse("login")).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("cookie", ['"><script>alert(1)</script>', "purple", ""])
def test_a_colour_that_does_not_exist_is_not_drawn(client, cookie):
    client.cookies["voc_theme"] = cookie
    assert "data-bs-theme" not in client.get(reverse("login")).content.decode()


@pytest.mark.django_db
def test_no_cache_keeps_a_page_of_somebody_who_is_logged_in():
    assert browser(staff("agent")).get(reverse("home")).headers["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_times_are_in_the_zone_of_the_reader():
    reader = staff("manager")
    StaffProfile.objects.create(user=reader, time_zone="Asia/Tokyo")
    row = case(now=NOON)
    assert "23 Nov, 21:00" in browser(reader).get(row.get_absolute_url()).content.decode()


@pytest.mark.django_db
def test_a_zone_that_does_not_exist_falls_back_to_the_one_of_the_account():
    reader = staff("manager")
    StaffProfile.objects.create(user=reader, time_zone="Mars/Olympus")
    assert "23 Nov, 12:00" in browser(reader).get(case(now=NOON).get_absolute_url()).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "ways"),
    [
        (
            "agent",
            {
                "Start",
                "Inbox",
                "Customers",
                "Dashboard",
                "Drivers",
                "Metrics",
                "Journey",
                "Themes",
                "Responses",
                "Saved and shared",
                "Machine reading",
                "Effect",
                "Praise",
            },
        ),
        (
            "analyst",
            {
                "Start",
                "Customers",
                "Dashboard",
                "Drivers",
                "Metrics",
                "Journey",
                "Themes",
                "Responses",
                "Saved and shared",
                "Machine reading",
                "Effect",
                "Initiatives",
                "Objectives",
                "Programme",
                "Playbooks",
                "Praise",
                "Promoters",
            },
        ),
        ("designer", {"Start"}),
    ],
)
def test_everybody_is_shown_the_ways_that_are_open_to_the_role(role, ways):
    groups = browser(staff(role)).get(reverse("home")).context["groups"]
    assert {str(way.title) for group in groups for way in group.ways} == ways


@pytest.mark.django_db
def test_every_way_that_is_shown_to_a_manager_opens():
    desk = browser(staff("manager"))
    for group in desk.get(reverse("home")).context["groups"]:
        for way in group.ways:
            assert desk.get(way.href).status_code == 200, way.href


@pytest.mark.django_db
def test_an_agent_starts_with_the_cases_that_wait_and_sees_no_others_desk():
    shown = browser(staff("agent")).get(reverse("home"))
    assert "Waiting for people" in shown.content.decode()
    assert "loads" not in shown.context


@pytest.mark.django_db
def test_a_manager_starts_with_who_has_how_much():
    case(who=customer("C-1"))
    assert "Who has how much" in browser(staff("manager")).get(reverse("home")).content.decode()


@pytest.mark.django_db
def test_an_analyst_starts_with_figures_and_no_figure_stands_without_saying_what_it_rests_on():
    shown = browser(staff("analyst")).get(reverse("home")).content.decode()
    assert shown.count("no answers") == 4


@pytest.mark.django_db
def test_a_designer_starts_with_the_surveys():
    assert "No survey yet" in browser(staff("designer")).get(reverse("home")).content.decode()


@pytest.mark.django_db
def test_somebody_without_a_role_is_told_whom_to_ask():
    assert "No role yet" in browser(person("new")).get(reverse("home")).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["ana", "nobody"])
def test_a_wrong_password_says_the_same_whether_the_person_exists_or_not(client, name):
    staff("agent", "ana")
    shown = client.post(reverse("login"), {"username": name, "password": "wrong"}).content.decode()
    assert "Please enter a correct username and password" in shown


@pytest.mark.django_db
def test_too_many_wrong_passwords_close_the_way_in_for_a_while(client, settings):
    settings.AXES_ENABLED, settings.AXES_FAILURE_LIMIT = True, 2
    answers = [client.post(reverse("login"), {"username": "ana", "password": "wrong"}) for _ in range(3)]
    assert answers[-1].status_code == 429
    assert "Too many attempts" in answers[-1].content.decode()


DOORS = [
    ("/login/", {"username": "{}", "password": "wrong"}, "logins"),
    ("/admin/login/", {"username": "{}", "password": "wrong"}, "logins"),
    ("/password/forgotten/", {"email": "{}@example.com"}, "resets"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("door", "said", "limit"), DOORS)
@pytest.mark.parametrize("spread", ["one name from many addresses", "many names from one address"])
def test_trying_is_slowed_down_however_it_is_spread_and_nobody_is_locked_for_long(
    client, time_machine, door, said, limit, spread
):
    cache.clear()
    time_machine.move_to(datetime(2026, 3, 2, 12, tzinfo=UTC))
    by_name = spread.startswith("one name")
    rule = getattr(accounts, f"{limit.upper()}_{('AS' if limit == 'logins' else 'FOR') if by_name else 'FROM'}")

    def knock(number: int) -> int:
        name, address = ("ana", f"198.51.100.{number}") if by_name else (f"name{number}", "198.51.100.7")
        fields = {field: value.format(name) for field, value in said.items()}
        return client.post(door, fields, REMOTE_ADDR=address)

    for _earlier in range(rule.most - 1):
        rule.wait("ana@example.com" if "email" in said and by_name else "ana" if by_name else "198.51.100.7")
    in_time, late = knock(200), knock(201)
    assert in_time.status_code in {200, 302}
    assert late.status_code == 429
    assert 0 < int(late["Retry-After"]) <= rule.seconds
    cache.clear()  # as time does
    assert knock(202).status_code != 429


@pytest.mark.django_db
def test_a_session_ends_with_the_log_out_with_a_new_password_and_when_the_account_is_closed():
    user = staff("agent")
    first, second, third = browser(user), browser(user), browser(user)
    old = first.cookies["voc_session"].value
    first.post(reverse("logout"))
    first.cookies["voc_session"] = old
    assert first.get("/inbox/").status_code == 302
    user.set_password("a-brand-new-password")
    user.save()
    assert second.get("/inbox/").status_code == 302
    assert third.get("/inbox/").status_code == 302
    fourth = browser(user)
    user.is_active = False
    user.save()
    assert fourth.get("/inbox/").status_code == 302


@pytest.mark.django_db
def test_logging_in_takes_a_new_session_whatever_the_browser_brought_along(client):
    user = staff("agent")
    user.set_password("right-password")
    user.save()
    client.cookies["voc_session"] = "chosen-by-somebody-else"
    client.post(reverse("login"), {"username": user.username, "password": "right-password"})
    assert client.cookies["voc_session"].value != "chosen-by-somebody-else"
    assert client.get("/inbox/").status_code == 200


@pytest.mark.django_db
def test_the_link_to_a_new_password_works_once(client):
    user = staff("agent", "ana")
    user.set_password("right-password")
    user.save()
    client.post(reverse("password_reset"), {"email": user.email})
    link = re.search(r"/password/new/\S+", mail.outbox[0].body)[0]
    new = {"new_password1": "quite-another-one-7", "new_password2": "quite-another-one-7"}
    form = client.get(link).headers["Location"]
    assert client.post(form, new).status_code == 302
    assert "Location" not in Client().get(link).headers


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["\0", "a\0b", "x" * 10_000, "'\"\\%_", "\u202e", "é", "{{7*7}}", "\r\nX: y", "９"])
@pytest.mark.parametrize(("door", "said", "_limit"), DOORS)
def test_no_name_breaks_the_doors_of_the_house(client, door, said, _limit, name):
    cache.clear()
    answer = client.post(door, {field: value.format(name) for field, value in said.items()})
    assert answer.status_code in {200, 302}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "goes_to", ["//evil.example", "https://evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_the_login_leads_nowhere_else(client, goes_to):
    user = staff("agent")
    user.set_password("right-password")
    user.save()
    said = {"username": user.username, "password": "right-password", "next": goes_to}
    assert client.post(reverse("login"), said).headers["Location"] == "/"


@pytest.mark.django_db
def test_nobody_is_logged_out_by_a_link():
    assert browser(staff("agent")).get(reverse("logout")).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "letters"), [("agent@example.com", 1), ("nobody@example.com", 0)])
def test_a_forgotten_password_answers_the_same_and_mails_only_whom_it_knows(client, address, letters):
    staff("agent").set_password("x")
    user = staff("analyst")
    user.set_password("right-password")
    user.email = "agent@example.com"
    user.save()
    answer = client.post(reverse("password_reset"), {"email": address})
    assert answer.headers["Location"] == reverse("password_reset_done")
    assert len(mail.outbox) == letters


@pytest.mark.django_db
def test_the_link_to_a_new_password_uses_our_own_address_and_not_the_asker_s(client, settings):
    settings.ALLOWED_HOSTS = ["evil.example"]
    user = staff("agent")
    user.set_password("right-password")
    user.save()
    client.post(reverse("password_reset"), {"email": user.email}, headers={"Host": "evil.example"})
    assert f"{settings.PUBLIC_URL}/password/new/" in mail.outbox[0].body
    assert "evil" not in mail.outbox[0].body


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "status"), [("/nothing/", 404), ("/cases/NOSUCH/", 404)])
def test_what_is_not_there_has_a_page_that_says_so_and_nothing_else(path, status):
    answer = browser(staff("agent")).get(path)
    assert (answer.status_code, "There is nothing here" in answer.content.decode()) == (status, True)


@pytest.mark.django_db
def test_a_role_that_is_refused_gets_a_page_in_words():
    assert "You may not open this" in browser(staff("designer")).get(reverse("loop:inbox")).content.decode()


@pytest.mark.django_db
def test_a_form_that_is_too_old_says_that_nothing_was_changed():
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(staff("agent"))
    assert "This form is too old" in strict.post(reverse("logout")).content.decode()
