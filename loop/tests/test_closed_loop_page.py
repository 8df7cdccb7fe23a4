"""docs/closed-loop.md says what the code does."""

import re

import pytest
from django.conf import settings

from loop.models import Case, Severity
from loop.rules.facts import (
    HAPPY_AT_LEAST,
    UNHAPPY_AT_MOST,
    AnswerSeen,
    CustomerSeen,
    ReadingSeen,
    ResponseSeen,
    facts_of,
)
from loop.services.defaults import TARGETS


@pytest.fixture(scope="module")
def page():
    return (settings.BASE_DIR / "docs/closed-loop.md").read_text()


def rows(page, heading):
    section = page.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


def test_the_page_lists_every_move(page):
    written = {came_from: set(goes_to.split(", ")) for came_from, goes_to in rows(page, "The states")}
    assert written == {str(came_from): set(map(str, goes_to)) for came_from, goes_to in Case.MOVES.items()}


def test_the_page_lists_the_default_targets(page):
    written = {severity: tuple(map(int, minutes)) for severity, *minutes in rows(page, "The clocks")}
    assert written == {str(severity): TARGETS[severity] for severity in Severity}


def test_the_page_names_every_fact(page):
    written = set(re.findall(r"`([\w.]+)`", "".join(row[0] for row in rows(page, "Which answers open a case"))))
    seen = ResponseSeen(
        survey="s",
        touchpoint="t",
        stage="s",
        channel="email",
        locale="en",
        answers=tuple(AnswerSeen(kind, kind, 10 if kind == "nps" else 5) for kind in UNHAPPY_AT_MOST),
        readings=(ReadingSeen(-0.9, "negative", "en", "response_needed"),),
        customer=CustomerSeen("en", None, {"plan": "gold"}),
    )
    known = {re.sub(r"^(answer|customer)\..*", r"\1.", name) for name in facts_of(seen)}
    assert {name.replace("KEY", "").replace("NAME", "") for name in written} == known


def test_the_page_names_the_limits_of_unhappy_and_happy(page):
    for kind, limit in UNHAPPY_AT_MOST.items():
        assert re.search(rf"{kind} [01]–{limit}\b", page, re.IGNORECASE)
    for kind, limit in HAPPY_AT_LEAST.items():
        assert re.search(rf"{kind} {limit}\b", page, re.IGNORECASE)
