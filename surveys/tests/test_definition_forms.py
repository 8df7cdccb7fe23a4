"""One page as it is asked and read, the signed form, the rules that bring up questions, and the colour."""

import uuid
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.definition.colour import NIGHT, READABLE, WHITE, contrast, lightened_for
from surveys.definition.schema import DefinedChoice, DefinedQuestion, Definition, ShowIf
from surveys.forms.asked import ask_page
from surveys.forms.loaded import LoadedSurvey
from surveys.forms.reading import BadAnswer, read_answer
from surveys.forms.reveal import reveal_rules
from surveys.forms.sheet import cut, mark
from surveys.forms.state import EDIT, FormState, new_state, read_state, sign_state

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NPS = DefinedQuestion("nps", "nps", "Recommend?", minimum=0, maximum=10)
CAUSE = DefinedQuestion(
    "cause", "single", "Why?", choices=(DefinedChoice("late", "Late"), DefinedChoice("rude", "Rude"))
)
USED = DefinedQuestion("used", "multiple", "What?", choices=(DefinedChoice("web", "Web"), DefinedChoice("app", "App")))
WHY = DefinedQuestion("why", "text", "Why?")


@pytest.mark.parametrize(
    ("raw", "value"), [("0", 0), ("10", 10), (0, 0), (10, 10), (["7"], 7), ("", None), (None, None)]
)
def test_a_score_is_read_from_a_form_and_from_json(raw, value):
    assert read_answer(NPS, raw) == value
    assert type(read_answer(NPS, raw)) is type(value)


@pytest.mark.parametrize("raw", [11, -1, 9.0, "9.0", True, False, " 9", "9 ", "٩", "1_0", {}, [[1]], ["1", "2"], b"9"])
def test_what_is_nearly_a_score_is_refused(raw):
    with pytest.raises(BadAnswer):
        read_answer(NPS, raw)


@pytest.mark.parametrize(("raw", "value"), [("late", "late"), (["rude"], "rude"), ([], None)])
def test_a_choice_is_read_by_its_key(raw, value):
    assert read_answer(CAUSE, raw) == value


@pytest.mark.parametrize("raw", ["Late", "gone", ["late", "rude"], {"late": 1}, 0])
def test_a_choice_by_its_words_is_refused(raw):
    with pytest.raises(BadAnswer):
        read_answer(CAUSE, raw)


def test_several_choices_keep_the_order_of_the_survey_and_lose_repeats():
    assert read_answer(USED, ["app", "web", "app"]) == ("web", "app")


@pytest.mark.parametrize(
    ("raw", "value"), [("a\x00b", "ab"), ("\ud800x", "x"), ("  ", None), ("\r\n", None), (" x ", " x ")]
)
def test_words_lose_only_what_a_database_refuses(raw, value):
    assert read_answer(WHY, raw) == value


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_any_words_can_be_stored(text):
    value = read_answer(WHY, text)
    assert value is None or (value.encode() and "\x00" not in value)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10) | st.text(max_size=3) | st.booleans() | st.floats() | st.none())
def test_a_score_is_one_of_the_scale_or_refused(raw):
    try:
        assert read_answer(NPS, raw) in {None, *range(11)}
    except BadAnswer:
        assert raw not in {str(number) for number in range(11)}


def test_a_form_is_read_back_by_the_link_it_was_signed_for():
    state = FormState(uuid.uuid4(), NOON, 7, EDIT)
    assert read_state(sign_state(state, "token"), "token") == state


def test_a_form_of_another_link_is_no_form():
    assert read_state(sign_state(new_state(1, now=NOON), "token"), "other") is None


@pytest.mark.parametrize("text", ["", "x", "a.b.c.d:e", "::::", "\x00", "x" * 9000])
def test_rubbish_is_no_form(text):
    assert read_state(text, "token") is None


def test_a_form_outlives_a_change_of_the_key(settings):
    signed = sign_state(new_state(1, now=NOON), "token")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    assert read_state(signed, "token") is not None


def test_a_low_score_brings_up_its_question_without_script():
    why = DefinedQuestion("why", "text", "Why?", show_if=ShowIf("nps", "at_most", 1))
    rules = reveal_rules(ask_page(Definition("s", "S", questions=(NPS, why)), 1, {}))
    assert '.q[data-key="why"]{display:none}' in rules
    assert 'form:has([name="q_nps"]:is([value="0"],[value="1"]):checked) .q[data-key="why"]{display:block}' in rules


def test_a_question_that_waits_for_two_others_needs_both():
    cause = DefinedQuestion("cause", "single", "Why?", choices=CAUSE.choices, show_if=ShowIf("nps", "is", 0))
    more = DefinedQuestion("more", "text", "More?", show_if=ShowIf("cause", "is", "late"))
    rules = reveal_rules(ask_page(Definition("s", "S", questions=(NPS, cause, more)), 1, {}))
    assert 'form:has([name="q_nps"]:is([value="0"]):checked):has([name="q_cause"]:is([value="late"]):checked)' in rules


def test_a_question_that_waits_for_an_earlier_page_needs_no_rule():
    why = DefinedQuestion("why", "text", "Why?", page=2, show_if=ShowIf("nps", "at_most", 6))
    assert reveal_rules(ask_page(Definition("s", "S", questions=(NPS, why)), 2, {"nps": 3})) == ""


def test_a_page_counts_its_questions_on_this_path():
    later = DefinedQuestion("more", "text", "More?", page=2, show_if=ShowIf("nps", "at_most", 6))
    definition = Definition("s", "S", questions=(NPS, later, DefinedQuestion("ease", "text", "?", page=3)))
    assert ask_page(definition, 1, {}).progress == "Question 1 of at most 3"
    assert ask_page(definition, 3, {"nps": 9}).progress == "Question 2 of 2"
    assert ask_page(definition, 3, {"nps": 3}).progress == "Question 3 of 3"


def test_slots_are_filled_and_never_filled_again():
    sheet = cut(f"<p>{mark('name')}</p>{mark('other')}", "")
    assert sheet.fill({"name": mark("other"), "other": "x"}) == f"<p>{mark('other')}</p>x"


def test_a_drawn_sheet_is_kept():
    survey = LoadedSurvey(1, "c", Definition("s", "S", questions=(NPS,)))
    drawn = []
    for _ in range(3):
        survey.sheet(("page",), lambda: drawn.append(1) or cut("", ""))
    assert len(drawn) == 1


def test_contrast_is_as_published():
    assert contrast("#000000", WHITE) == pytest.approx(21)
    assert contrast("#767676", WHITE) == pytest.approx(4.54, abs=0.01)


@settings(max_examples=60, deadline=None)
@given(st.from_regex(r"#[0-9a-f]{6}", fullmatch=True))
def test_any_colour_can_be_read_at_night(colour):
    assert contrast(lightened_for(NIGHT, colour), NIGHT) >= READABLE
