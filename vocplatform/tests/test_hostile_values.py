"""Every address, given what nobody should send: no failure, no stack, and no row changed by looking.

The values are drawn by a seed, which a failure names: `HOSTILE_SEED=7 pytest …` draws others.
"""

import logging
import os
import random
import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

from loop.tests.staff import browser, staff
from surveys.models import Team
from vocplatform.tests.doors import Door, doors
from vocplatform.tests.hostile import VALUES, Form, Page
from vocplatform.tests.test_roles import address, programme  # noqa: F401  one row of everything

pytestmark = [pytest.mark.django_db, pytest.mark.long]
SEED = int(os.environ.get("HOSTILE_SEED", "1"))
NOBODY = "nobody"
VERB = r"(?:INSERT INTO|UPDATE|DELETE FROM)"
WRITES = re.compile(rf'^\s*(?:{VERB}|WITH\b.*?{VERB})\s+"?(\w+)', re.IGNORECASE | re.DOTALL)
# What a look may write: the visitor's own session.
KEPT_OF_A_LOOK = {"django_session"}


@pytest.fixture(autouse=True)
def _unlogged():
    """Each refusal would be written with its stack, which takes longer than the page."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def draw() -> random.Random:
    print(f"HOSTILE_SEED={SEED}")
    return random.Random(SEED)


def visitor(role: str) -> Client:
    if role == NOBODY:
        client = Client()
    else:
        user = staff(role, team=Team.objects.get())
        user.is_staff = True
        user.save()
        client = browser(user)
    client.raise_request_exception = False
    return client


def undone(client: Client, send: Callable[[], HttpResponse]) -> tuple[HttpResponse, set[str]]:
    """The answer, read to its end, and the tables it wrote to; rows and cookies are as before."""
    written, cookies = set(), client.cookies.copy()

    def watch(execute, sql, params, many, context):
        if found := WRITES.match(sql):
            written.add(found[1])
        return execute(sql, params, many, context)

    with transaction.atomic(), connection.execute_wrapper(watch):
        answer = send()
        if answer.streaming:
            answer.content_read = b"".join(answer.streaming_content)
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer, written


def broken(answer: HttpResponse, route: str) -> str:
    """Nothing where all is well; only the probe may say "not ready" with a 503."""
    if answer.status_code >= 500 and (answer.status_code, route) != (503, "readyz"):
        return f"{answer.status_code} {getattr(answer, 'exc_info', [''] * 2)[1]!r}"[:300]
    if not answer.streaming and b"Traceback (most recent" in answer.content:
        return "shows a stack"
    return ""


def page_of(answer: HttpResponse, url: str) -> Page:
    is_page = answer.status_code == 200 and not answer.streaming and "html" in answer.headers.get("Content-Type", "")
    return Page(url, answer.content.decode() if is_page else "")


def query_of(names: set[str], draw: random.Random) -> dict[str, str]:
    """One value in every place, or a few places with one each."""
    if draw.random() < 0.5:
        return dict.fromkeys(sorted(names), draw.choice(VALUES))
    return {name: draw.choice(VALUES) for name in draw.sample(sorted(names), 3)}


@pytest.mark.parametrize("role", ["designer", "analyst", "agent", NOBODY])
def test_no_address_fails_or_writes_a_row_whatever_its_query_says(role, programme, draw):  # noqa: F811
    client, wrong = visitor(role), []
    for door in doors():
        url = address(door, programme)
        plain, written = undone(client, lambda url=url: client.get(url))
        query = query_of(page_of(plain, url).names, draw)
        asked, written_too = undone(client, lambda url=url, query=query: client.get(url, query))
        if (problem := broken(plain, door.route) or broken(asked, door.route)) or (
            written | written_too
        ) - KEPT_OF_A_LOOK:
            wrong.append((door.route, query, problem, written | written_too))
    assert wrong == [], f"HOSTILE_SEED={SEED}"


def filled(form: Form, draw: random.Random) -> dict[str, str]:
    """The form as its page gives it, with one value that nobody should send in one field, or in every field."""
    names = sorted(form.fields.keys() - {"csrfmiddlewaretoken"})
    chosen = names if draw.random() < 0.5 else draw.sample(names, min(1, len(names)))
    return form.fields | dict.fromkeys(chosen, draw.choice(VALUES))


def fails(pages: list[Door], client: Client, programme: dict, draw: random.Random) -> tuple[int, list]:  # noqa: F811
    """How many forms the pages have, each sent once as nobody should send it, and where that went wrong."""
    sent, wrong = set(), []
    for door in pages:
        url = address(door, programme)
        page, _written = undone(client, lambda url=url: client.get(url))
        for form in page_of(page, url).forms:
            to = form.sent_to(url)
            shape = (urlsplit(to).path, *sorted(form.fields))
            if not form.is_post or shape in sent:
                continue
            sent.add(shape)
            typed = filled(form, draw)
            answer, _written = undone(client, lambda to=to, typed=typed: client.post(to, typed))
            if problem := broken(answer, door.route):
                wrong.append((to, typed, problem))
    return len(sent), wrong


def test_no_form_of_a_staff_page_fails_whatever_is_typed_into_it(programme, draw):  # noqa: F811
    pages = [door for door in doors() if not door.route.startswith("admin/") and not door.is_api]
    n, wrong = fails(pages, visitor("manager"), programme, draw)
    assert n > 20
    assert wrong == [], f"HOSTILE_SEED={SEED}"


def test_no_form_of_the_admin_fails_whatever_is_typed_into_it(programme, draw):  # noqa: F811
    pages = [door for door in doors() if door.route.startswith("admin/")]
    n, wrong = fails(pages, visitor("admin"), programme, draw)
    assert n > 100
    assert wrong == [], f"HOSTILE_SEED={SEED}"
