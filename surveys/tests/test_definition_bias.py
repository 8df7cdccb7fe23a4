"""Hints about questions that push: each one is held against wordings that must stay quiet."""

import pytest

from surveys.definition.check_bias import check_bias
from surveys.definition.schema import DefinedChoice, DefinedQuestion, Definition


def hints(text: str = "How was it?", locale: str = "en", kind: str = "text", **parts) -> list[str]:
    choices = tuple(DefinedChoice(str(number), words) for number, words in enumerate(parts.pop("choices", ())))
    question = DefinedQuestion("q", kind, text, choices=choices, **parts)
    return [problem.sentence for problem in check_bias(Definition("v", "V", locale=locale, questions=(question,)))]


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("Don’t you agree that our staff was friendly?", "en"),
        ("How great was your visit?", "en"),
        ("How much did you love our new app?", "en"),
        ("Finden Sie nicht auch, dass es schnell ging?", "de"),
        ("Wie hervorragend war unser Service?", "de"),
    ],
)
def test_a_leading_question_is_hinted_at(text, locale):
    assert len(hints(text, locale)) == 1 and "leads" in hints(text, locale)[0]


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("How satisfied are you with the delivery?", "en"),
        ("How likely is it that you would recommend us to a friend or colleague?", "en"),
        ("The company made it easy for me to handle my issue.", "en"),
        ("Wie zufrieden sind Sie mit der Lieferung?", "de"),
        ("C’est génial, non ?", "fr"),
    ],
)
def test_a_plain_question_and_a_language_without_a_list_stay_quiet(text, locale):
    assert hints(text, locale) == []


def test_choices_that_are_nearly_all_good_do_not_balance():
    assert len(hints(kind="single", choices=["Excellent", "Very good", "Good", "Poor"])) == 1


@pytest.mark.parametrize(
    "choices",
    [
        ["Very satisfied", "Satisfied", "Neither", "Dissatisfied", "Very dissatisfied"],
        ["Very satisfied", "Satisfied", "Not satisfied", "Not at all satisfied"],
        ["By bus", "On foot", "By car"],
        ["Good price", "Fast delivery"],
    ],
)
def test_balanced_choices_and_plain_lists_stay_quiet(choices):
    assert hints(kind="single", choices=choices) == []


def test_a_scale_from_good_to_excellent_has_no_other_side():
    assert len(hints(kind="rating", low_label="good", high_label="excellent", minimum=1, maximum=5)) == 1


@pytest.mark.parametrize(
    ("low", "high"),
    [
        ("poor", "excellent"),
        ("not at all likely", "extremely likely"),
        ("very dissatisfied", "very satisfied"),
        ("a little", "a lot"),
    ],
)
def test_a_scale_with_two_sides_stays_quiet(low, high):
    assert hints(kind="rating", low_label=low, high_label=high, minimum=1, maximum=5) == []
