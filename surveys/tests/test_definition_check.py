"""Problems of a survey, in sentences; each test is one mistake that somebody makes."""

import pytest

from surveys.definition.check import check, may_publish
from surveys.definition.kinds import KINDS
from surveys.definition.schema import DefinedChoice, DefinedQuestion, Definition, ShowIf


def ask(key: str, kind: str = "nps", text: str | None = None, **fields) -> DefinedQuestion:
    nature = KINDS[kind]
    fields.setdefault("choices", tuple(DefinedChoice(k, str(t)) for k, t in nature.choices))
    fields |= {"minimum": nature.minimum, "maximum": nature.maximum}
    return DefinedQuestion(key, kind, f"About {key}?" if text is None else text, **fields)


def pick(*keys: str) -> tuple[DefinedChoice, ...]:
    return tuple(DefinedChoice(key, key.title()) for key in keys)


def survey(*questions: DefinedQuestion, **fields) -> Definition:
    return Definition("s", **{"title": "Title", "privacy_notice": "Ours."} | fields, questions=questions)


def errors(definition: Definition) -> list[str]:
    return [problem.sentence for problem in check(definition) if problem.is_error]


def warnings(definition: Definition) -> list[str]:
    return [problem.sentence for problem in check(definition) if not problem.is_error]


def test_a_plain_survey_has_no_problem():
    assert check(survey(ask("nps"), ask("why", "text"))) == []


@pytest.mark.parametrize(
    ("definition", "part"),
    [
        (survey(), "asks nothing yet"),
        (survey(ask("nps"), title=""), "has no title"),
        (survey(ask("nps"), privacy_notice=""), "what happens with their answers"),
        (survey(ask("nps"), accent_colour="#ffcc00"), "hard to read: contrast 1."),
        (survey(ask("nps"), accent_colour="red"), "written like #0b5d66"),
        (survey(ask("nps", text="")), "Question nps has no text"),
        (survey(ask("nps"), ask("nps", "text")), "used by more than one question"),
        (survey(ask("a", "single")), "needs at least two choices"),
        (survey(ask("a", "multiple", choices=pick("x"))), "needs at least two choices"),
        (survey(ask("a", "single", choices=(*pick("x"), DefinedChoice("y", "X")))), "offers “x” twice"),
        (survey(ask("a", "single", choices=(*pick("x"), DefinedChoice("x", "Y")))), "two choices with the key “x”"),
        (survey(ask("a", "single", choices=(*pick("x"), DefinedChoice("y", "")))), "a choice without text"),
        (survey(*(ask(f"q{number}") for number in range(201))), "more than 200 questions"),
        (survey(ask("nps", text="Hello {{customer.shoe_size|you}}")), "{{customer.shoe_size}} is unknown"),
        (survey(ask("nps", text="Hello {{name}}")), "“{{name}}” is not a placeholder"),
        (survey(ask("nps", text="Hello {{customer.name")), "“{{customer.name” is not a placeholder"),
        (survey(ask("nps"), ask("why", text="You said {{answer.nps|x}}")), "not given by then"),
        (survey(ask("nps"), introduction="You said {{answer.nps|x}}"), "not given by then"),
        (survey(ask("nps", text="{{customer.name|You}}?"), is_anonymous=True), "in an anonymous survey"),
        (survey(ask("a"), ask("b", show_if=ShowIf("gone", "answered"))), "does not exist: gone"),
        (survey(ask("a", show_if=ShowIf("b", "answered")), ask("b")), "which is asked later"),
        (survey(ask("a", show_if=ShowIf("a", "answered"))), "wait for each other"),
        (
            survey(ask("a", show_if=ShowIf("b", "answered")), ask("b", show_if=ShowIf("a", "answered"))),
            "wait for each other",
        ),
        (survey(ask("a"), ask("b", show_if=ShowIf("a", "at_least", 11))), "is never shown"),
        (survey(ask("a"), ask("b", show_if=ShowIf("a", "is", ""))), "compares “About a?” with nothing"),
        (survey(ask("a", "text"), ask("b", show_if=ShowIf("a", "at_least", 3))), "has no scale"),
        (survey(ask("a", "yes_no"), ask("b", show_if=ShowIf("a", "is", "maybe"))), "which “About a?” does not offer"),
        (survey(ask("a", is_required=True), ask("b", show_if=ShowIf("a", "not_answered"))), "is never shown"),
    ],
)
def test_a_mistake_forbids_publishing_and_is_named(definition, part):
    assert any(part in sentence for sentence in errors(definition)), errors(definition)
    assert not may_publish(definition)


@pytest.mark.parametrize(
    ("definition", "part"),
    [
        (survey(*(ask(f"q{n}", "text") for n in range(8))), "takes about 4 minutes"),
        (survey(ask("a", "csat", "Were staff friendly and fast?")), "two things at once"),
        (survey(ask("a", "csat", "War es schnell und gut?"), locale="de"), "two things at once"),
        (survey(ask("a", text="Same?"), ask("b", text="same?")), "asked more than once"),
        (survey(*(ask(f"q{n}", page=n) for n in range(1, 5))), "has 4 pages"),
        (survey(ask("nps", text="Hello {{customer.name}}!")), "say what should: {{customer.name|…}}"),
        (survey(ask("nps"), thanks_text="Here is your discount."), "advertising"),
        (survey(ask("a", "single", choices=pick(*(f"c{n}" for n in range(21))))), "offers 21 choices"),
        (survey(ask("a", is_required=True), ask("b", show_if=ShowIf("a", "answered"))), "is always shown"),
        (survey(ask("a", is_required=True), ask("b", show_if=ShowIf("a", "at_least", 0))), "is always shown"),
    ],
)
def test_a_doubt_is_named_and_may_be_published(definition, part):
    assert any(part in sentence for sentence in warnings(definition)), warnings(definition)
    assert may_publish(definition)


def test_the_published_nps_wording_is_not_suspected_of_asking_two_things():
    text = "How likely are you to recommend us to a friend and colleague?"
    assert warnings(survey(ask("nps", text=text))) == []


def test_a_problem_names_the_question_it_is_about():
    assert [problem.question for problem in check(survey(ask("a"), ask("b", "single")))] == ["b"]


def test_errors_stand_before_warnings():
    found = check(survey(ask("a", "csat", "Fast and good?"), title=""))
    assert [problem.is_error for problem in found] == [True, False]


def test_a_later_pages_question_may_repeat_an_answer():
    assert errors(survey(ask("nps"), ask("why", "text", "You said {{answer.nps|so}}?", page=2))) == []


def test_an_optional_question_may_be_left_out_and_asked_about():
    assert check(survey(ask("a"), ask("b", "text", show_if=ShowIf("a", "not_answered")))) == []
