"""Values in somebody else's sentence: one pass, escaped for where they land."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.definition.pipe import fill, guest, in_html, in_plain_text, leftovers, pipes

NAME = "Dear {{customer.name|customer}},"


def test_a_known_value_takes_the_place_of_its_placeholder():
    assert fill(NAME, {"customer.name": "Ana"}, str) == "Dear Ana,"


def test_an_unknown_or_empty_value_gives_way_to_the_words_after_the_bar():
    assert fill(NAME, {}, str) == fill(NAME, {"customer.name": " "}, str) == "Dear customer,"


def test_a_zero_is_a_value():
    assert fill("You gave {{answer.nps|nothing}}.", {"answer.nps": 0}, str) == "You gave 0."


def test_a_placeholder_in_a_value_stays_text():
    values = {"customer.name": "{{event.secret}}", "event.secret": "no"}
    assert fill(NAME, values, str) == "Dear {{event.secret}},"


def test_replacement_patterns_are_literal():
    assert fill(NAME, {"customer.name": "$& \\1 \\g<0>"}, str) == "Dear $& \\1 \\g<0>,"


def test_a_long_value_is_cut_at_sixty_signs():
    assert guest("x" * 5000) == "x" * 59 + "…"


def test_a_value_is_one_line_without_marks_that_steer_the_text():
    assert guest("Ana\r\nBcc: x\u202e\x00\u2028end") == "Ana Bcc: x end"


def test_a_value_in_html_is_escaped_and_keeps_its_own_direction():
    assert in_html("<a href=//evil>&") == "\u2068&lt;a href=//evil&gt;&amp;\u2069"


def test_a_value_in_plain_text_makes_no_link():
    assert in_plain_text("https://evil.example/x") == "https: //evil. example/x"


def test_braces_that_are_no_placeholder_are_found():
    assert leftovers("Hello {{name}} and {{customer.name|you}}") == ["{{name}}"]
    assert [pipe.field for pipe in pipes("{{ customer.name }} {{answer.why|-}}")] == ["customer.name", "answer.why"]


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_no_value_breaks_out_of_the_sentence(value):
    shown = fill("<p>{{customer.name|you}}</p>", {"customer.name": value}, in_html)
    inside = shown.removeprefix("<p>").removesuffix("</p>")
    assert "<" not in inside and "\n" not in inside
    assert len(re.sub(r"&#?\w+;", "x", inside)) <= 62
