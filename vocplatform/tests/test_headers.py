"""What every answer says to the browser about itself, address by address."""

from collections.abc import Iterator

import pytest
from django.http import HttpResponse
from django.test import Client

from loop.tests.staff import browser, staff
from surveys.models import Team
from vocplatform.tests.doors import PUBLIC, Door, doors
from vocplatform.tests.test_roles import address, programme  # noqa: F401  one row of everything

pytestmark = pytest.mark.django_db
PROBES = {"healthz", "readyz", "metrics"}  # for programs, and answered before anything else can fail
CUSTOMERS = ("s/", "c/", "u/", "f/", "n/", "q/", "r/", "shared/")
KEY_IS_ALL = "v1/"  # shop pages send events here with a key and no cookie
PICTURES = {"c/<str:code>/qr.svg", "c/<str:code>/qr.png"}  # of an address that hangs in a shop: may be kept


@pytest.fixture
def answers(programme) -> list[tuple[Door, HttpResponse]]:  # noqa: F811
    """Of every address: to somebody of the role that may do most, and to a customer where it is hers."""
    user = staff("admin", team=Team.objects.get())
    user.is_staff = True
    user.save()
    return list(walk(browser(user), programme))


def walk(insider: Client, rows: dict[str, str]) -> Iterator[tuple[Door, HttpResponse]]:
    for door in doors():
        if door.route not in PROBES:
            client = Client() if door.needs == PUBLIC else insider
            yield door, client.get(address(door, rows))


def directives(answer: HttpResponse) -> dict[str, str]:
    policy = answer.headers.get("Content-Security-Policy", "")
    return {part.split()[0]: " ".join(part.split()[1:]) for part in policy.split(";") if part.strip()}


def problems(door: Door, answer: HttpResponse) -> Iterator[str]:
    """What is missing or too much, in words."""
    yield from problems_of_policy(door, answer) if answer.status_code != 303 else ()
    if answer.headers.get("X-Content-Type-Options") != "nosniff":
        yield "its type may be guessed"
    if answer.headers.get("Referrer-Policy") not in {"same-origin", "no-referrer"}:
        yield "it tells other houses where a reader came from"
    if answer.headers.get("Access-Control-Allow-Origin") and not door.route.startswith(KEY_IS_ALL):
        yield "pages of other houses may read it"
    is_private = door.needs != PUBLIC or door.route.startswith(CUSTOMERS)
    if is_private and door.route not in PICTURES and "no-store" not in answer.headers.get("Cache-Control", ""):
        yield "a cache may keep it"
    if any(cookie["samesite"] not in {"Lax", "Strict"} for cookie in answer.cookies.values()):
        yield "a cookie goes along from other houses"


def problems_of_policy(door: Door, answer: HttpResponse) -> Iterator[str]:
    policy = directives(answer)
    is_strict = policy.get("default-src") in {"'self'", "'none'"} and policy.get("base-uri") == "'none'"
    if not is_strict or policy.get("object-src", policy.get("default-src")) != "'none'":
        yield f"policy lets something in: {policy}"
    if policy.get("frame-ancestors") not in {"'self'", "'none'"}:
        yield "another house may frame it"
    for_admin = {"'unsafe-eval'"} if door.route.startswith("admin/") else set()
    if set(policy.get("script-src", "").split()) - {"'self'", "'none'"} - for_admin:
        yield f"scripts: {policy['script-src']}"


def test_every_address_says_who_may_frame_keep_read_and_run_what(answers):
    found = {door.route: list(problems(door, answer)) for door, answer in answers}
    assert {route: said for route, said in found.items() if said} == {}


def test_the_cookie_of_a_log_in_is_kept_from_scripts_and_from_other_houses(client, django_user_model):
    django_user_model.objects.create_user("ana", password="a long enough one")
    cookie = client.post("/login/", {"username": "ana", "password": "a long enough one"}).cookies["voc_session"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
