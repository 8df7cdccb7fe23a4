from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.definition.diff import Effect, compare, gravest
from surveys.definition.schema import DefinedChoice, DefinedQuestion, Definition, ShowIf
from surveys.definition.wording import is_same_wording

SCORE = DefinedQuestion("score", "nps", "Would you recommend us?", minimum=0, maximum=10, polarity="high_good")
WHY = DefinedQuestion("why", "text", "What is the main reason?")
HOW = DefinedQuestion(
    "how", "single", "How did you order?", choices=(DefinedChoice("web", "On the web"), DefinedChoice("shop", "Shop"))
)
SURVEY = Definition("support", "Your visit", questions=(SCORE, WHY, HOW))


def effect_of(after: Definition) -> Effect | None:
    return gravest(compare(SURVEY, after))


def with_question(key: str, **changes) -> Definition:
    questions = tuple(replace(one, **changes) if one.key == key else one for one in SURVEY.questions)
    return replace(SURVEY, questions=questions)


def with_choices(*choices: tuple[str, str]) -> Definition:
    return with_question("how", choices=tuple(DefinedChoice(*choice) for choice in choices))


def test_a_survey_that_did_not_change_has_no_changes():
    assert compare(SURVEY, SURVEY) == []
    assert effect_of(SURVEY) is None


@pytest.mark.parametrize("field", ["title", "introduction", "thanks_text", "privacy_notice"])
def test_greetings_are_harmless(field):
    assert effect_of(replace(SURVEY, **{field: "Something else"})) is Effect.HARMLESS


def test_a_slip_of_the_pen_is_harmless():
    assert effect_of(with_question("score", text="Would you recomend us ?")) is Effect.HARMLESS


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "Would you not recommend us?"},
        {"is_required": True},
        {"show_if": ShowIf("how", "is", "web")},
        {"page": 2},
    ],
)
def test_another_wording_or_another_circle_of_people_gets_a_mark(changes):
    assert effect_of(with_question("score", **changes)) is Effect.COMPARABLE


@pytest.mark.parametrize("changes", [{"maximum": 5}, {"minimum": 1}, {"polarity": "low_good"}, {"kind": "rating"}])
def test_another_scale_breaks_the_series(changes):
    assert effect_of(with_question("score", **changes)) is Effect.BREAKING


def test_other_words_at_the_end_of_the_scale_break_the_series():
    assert effect_of(with_question("score", high_label="certainly")) is Effect.BREAKING


def test_a_new_choice_gets_a_mark():
    assert effect_of(with_choices(("web", "On the web"), ("shop", "Shop"), ("app", "App"))) is Effect.COMPARABLE


def test_a_choice_that_means_something_else_breaks_the_series():
    assert effect_of(with_choices(("web", "By telephone"), ("shop", "Shop"))) is Effect.BREAKING


def test_a_choice_taken_away_breaks_the_series():
    changes = compare(SURVEY, with_choices(("web", "On the web")))
    assert [change.sentence for change in changes] == ["“How did you order?” no longer offers “Shop”."]
    assert changes[0].effect is Effect.BREAKING


def test_choices_in_another_order_get_a_mark():
    changes = compare(SURVEY, with_choices(("shop", "Shop"), ("web", "On the web")))
    assert [change.sentence for change in changes] == ["“How did you order?” offers its choices in another order."]


def test_a_moved_question_is_named_and_the_others_are_not():
    changes = compare(SURVEY, replace(SURVEY, questions=(WHY, HOW, SCORE)))
    assert [change.question for change in changes] == ["score"]


def test_new_and_dropped_questions_are_named():
    other = DefinedQuestion("other", "text", "Anything else?")
    changes = compare(SURVEY, replace(SURVEY, questions=(SCORE, HOW, other)))
    assert {change.question: change.effect for change in changes} == {
        "other": Effect.COMPARABLE,
        "why": Effect.COMPARABLE,
    }


def test_the_gravest_change_stands_first():
    after = replace(with_question("score", maximum=5), title="Another title", locale="de")
    effects = [change.effect for change in compare(SURVEY, after)]
    assert effects == [Effect.BREAKING, Effect.COMPARABLE, Effect.HARMLESS]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("How easy was it?", "how easy was it"),
        ("Would you recomend us?", "Would you recommend us?"),
        ("Your recieved parcel", "Your received parcel"),
        ("What hapened?", "What happened?"),
    ],
)
def test_slips_keep_the_wording(one, other):
    assert is_same_wording(one, other)
    assert is_same_wording(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("How satisfied are you?", "How dissatisfied are you?"),
        ("It was not easy", "It was now easy"),
        ("A typical day", "An atypical day"),
        ("within 2400 hours", "within 2500 hours"),
        ("I was able to", "I was unable to"),
        ("It was easy", "It was easy and quick"),
    ],
)
def test_a_turned_meaning_is_another_wording(one, other):
    assert not is_same_wording(one, other)


@settings(max_examples=60)
@given(st.lists(st.sampled_from("abcdefgh"), unique=True), st.lists(st.sampled_from("abcdefgh"), unique=True))
def test_a_difference_is_found_exactly_when_there_is_one(old, new):
    def survey(keys):
        return Definition("s", "S", questions=tuple(DefinedQuestion(key, "text", f"Question {key}?") for key in keys))

    assert bool(compare(survey(old), survey(new))) is (old != new)
