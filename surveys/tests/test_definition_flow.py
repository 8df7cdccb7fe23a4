"""Who sees which question: three-valued conditions, paths, pages."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.definition.flow import holds, may_show, missing, next_page, previous_page, shown, still_possible
from surveys.definition.schema import OPERATORS, DefinedQuestion, Definition, ShowIf


def number(key: str, **fields) -> DefinedQuestion:
    return DefinedQuestion(key, "nps", key, minimum=0, maximum=10, **fields)


def keys(questions) -> list[str]:
    return [question.key for question in questions]


SURVEY = Definition(
    "s",
    "S",
    questions=(
        number("nps", is_required=True),
        DefinedQuestion("why", "text", "why", is_required=True, show_if=ShowIf("nps", "at_most", 6)),
        DefinedQuestion("more", "text", "more", page=2, show_if=ShowIf("why", "answered")),
        number("ease", page=3),
    ),
)


@pytest.mark.parametrize(
    ("operator", "value", "answer", "expected"),
    [
        ("is", 0, 0, True),
        ("is", 0, None, None),
        ("is_not", 0, None, None),
        ("is_not", 0, 1, True),
        ("at_most", 6, 0, True),
        ("at_most", 6, None, None),
        ("at_least", 0, 0, True),
        ("at_least", 3, "3", None),
        ("at_least", 3, "text", None),
        ("is", 3, "3", None),
        ("is", "late", "late", True),
        ("is", "late", "Late", False),
        ("is", "web", ("app", "web"), True),
        ("is_not", "web", ("app",), True),
        ("answered", None, 0, True),
        ("answered", None, None, False),
        ("not_answered", None, None, True),
        ("not_answered", None, 0, False),
    ],
)
def test_a_condition_holds_fails_or_stays_undecided(operator, value, answer, expected):
    assert holds(ShowIf("q", operator, value), answer) is expected


def test_a_missing_answer_is_not_a_zero():
    assert keys(shown(SURVEY, {})) == ["nps", "ease"]


def test_a_zero_brings_up_what_waits_for_a_low_score():
    assert keys(shown(SURVEY, {"nps": 0})) == ["nps", "why", "ease"]


def test_an_answer_to_a_hidden_question_brings_up_nothing():
    assert keys(shown(SURVEY, {"nps": 9, "why": "typed before the score was changed"})) == ["nps", "ease"]


def test_only_shown_questions_are_required():
    assert keys(missing(SURVEY, {"nps": 9})) == []
    assert keys(missing(SURVEY, {"nps": 3})) == ["why"]


def test_a_page_offers_what_its_own_answers_may_bring_up():
    assert keys(may_show(SURVEY, 1, {})) == ["nps", "why"]


def test_a_page_with_nothing_to_ask_is_passed_over_both_ways():
    assert next_page(SURVEY, 1, {"nps": 9}) == 3
    assert previous_page(SURVEY, 3, {"nps": 9}) == 1
    assert next_page(SURVEY, 1, {"nps": 3, "why": "x"}) == 2


def test_a_condition_on_an_unknown_or_later_question_shows_nothing():
    odd = Definition("s", "S", questions=(number("a", show_if=ShowIf("b", "answered")), number("b")))
    assert keys(shown(odd, {"a": 1, "b": 1})) == ["b"]


def test_what_earlier_pages_settled_is_not_counted_as_possible():
    assert keys(still_possible(SURVEY, 2, {"nps": 9})) == ["ease"]
    assert keys(still_possible(SURVEY, 1, {})) == ["nps", "why", "more", "ease"]


VALUES = st.none() | st.integers(0, 10) | st.text(max_size=3) | st.tuples(st.text(max_size=2))


@st.composite
def surveys(draw) -> Definition:
    questions = []
    for place in range(draw(st.integers(1, 6))):
        waits = place and draw(st.booleans())
        condition = ShowIf(
            f"q{draw(st.integers(0, place))}", draw(st.sampled_from(sorted(OPERATORS))), draw(st.integers(0, 10))
        )
        page = draw(st.integers(questions[-1].page if questions else 1, 3))
        questions.append(number(f"q{place}", page=page, show_if=condition if waits else None))
    return Definition("s", "S", questions=tuple(questions))


@settings(max_examples=100, deadline=None)
@given(surveys(), st.dictionaries(st.sampled_from([f"q{n}" for n in range(6)]), st.integers(0, 10)))
def test_every_shown_question_of_a_page_was_offered_there(definition, answers):
    for page in definition.pages:
        offered = set(keys(may_show(definition, page, answers)))
        assert {one.key for one in shown(definition, answers) if one.page == page} <= offered


@settings(max_examples=100, deadline=None)
@given(surveys(), st.dictionaries(st.sampled_from([f"q{n}" for n in range(6)]), st.integers(0, 10)))
def test_turning_pages_always_ends_and_passes_every_shown_question(definition, answers):
    page, seen = definition.pages[0], []
    while page is not None:
        seen.append(page)
        page = next_page(definition, page, answers)
    assert seen == sorted(set(seen))
    assert {one.page for one in shown(definition, answers)} <= set(seen)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(OPERATORS)), st.integers(0, 10) | st.text(max_size=3), VALUES)
def test_no_condition_ever_raises(operator, value, answer):
    assert holds(ShowIf("q", operator, value), answer) in {True, False, None}
