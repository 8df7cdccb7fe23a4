"""All ways through a survey, held against trying every combination of answers."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.definition import paths as ways
from surveys.definition.flow import shown, values_of
from surveys.definition.kinds import KINDS
from surveys.definition.paths import all_paths, said, unreachable
from surveys.definition.schema import DefinedChoice, DefinedQuestion, Definition, ShowIf

CHOICES = (DefinedChoice("a", "A"), DefinedChoice("b", "B"), DefinedChoice("c", "C"))


def question(key: str, kind: str = "csat", **parts) -> DefinedQuestion:
    nature = KINDS[kind]
    choices = CHOICES if nature.needs_choices else tuple(DefinedChoice(*each) for each in nature.choices)
    return DefinedQuestion(
        key, kind, f"{key}?", minimum=nature.minimum, maximum=nature.maximum, **{"choices": choices} | parts
    )


def survey(*questions: DefinedQuestion, **parts) -> Definition:
    return Definition("visit", "Visit", questions=questions, **parts)


def by_trying(definition: Definition) -> set[tuple[str, ...]]:
    """Every combination of every answer: slow, simple and right."""
    given = []
    for one in definition.questions:
        values = values_of(one) or ["…", "a", "yes", "z"]
        if one.kind == "multiple":
            keys = ["a", "b", "c"]
            values = [
                tuple(key for key, is_in in zip(keys, ticks, strict=True) if is_in)
                for ticks in product([0, 1], repeat=3)
            ]
            values = [value for value in values if value]
        given.append(values if one.is_required else [*values, None])
    found = set()
    for answers in product(*given):
        known = {one.key: value for one, value in zip(definition.questions, answers, strict=True) if value is not None}
        found.add(tuple(one.key for one in shown(definition, known)))
    return found


@st.composite
def surveys(draw) -> Definition:
    kinds = draw(st.lists(st.sampled_from(["csat", "single", "multiple", "yes_no", "text"]), min_size=1, max_size=4))
    questions = []
    for place, kind in enumerate(kinds):
        show_if = None
        if questions and draw(st.booleans()):
            parent = draw(st.sampled_from(questions))
            operators = ["is", "is_not", "answered", "not_answered", "at_least", "at_most"]
            value = draw(st.sampled_from([1, 3, 5, 9] if parent.kind == "csat" else ["a", "yes", "z"]))
            show_if = ShowIf(parent.key, draw(st.sampled_from(operators)), value)
        questions.append(question(f"q{place}", kind, is_required=draw(st.booleans()), show_if=show_if))
    return survey(*questions)


@settings(max_examples=150, deadline=None)
@given(surveys())
def test_the_listed_paths_are_those_that_trying_everything_finds(definition):
    assert {path.keys for path in all_paths(definition).paths} == by_trying(definition)


@settings(max_examples=150, deadline=None)
@given(surveys())
def test_what_is_called_unreachable_is_what_no_answers_lead_to(definition):
    seen = {key for keys in by_trying(definition) for key in keys}
    assert {one.key for one in unreachable(definition)} == {one.key for one in definition.questions} - seen


@settings(max_examples=100, deadline=None)
@given(surveys())
def test_the_answers_beside_a_path_lead_along_it(definition):
    for path in all_paths(definition).paths:
        assert tuple(one.key for one in shown(definition, path.answers)) == path.keys


def test_of_a_rotation_slot_each_path_has_one_question():
    first, second = (question(key, rotation_slot="extra") for key in ("one", "two"))
    found = all_paths(survey(question("csat"), first, second))
    assert [path.keys for path in found.paths] == [("csat", "one"), ("csat", "two")]


def test_with_a_share_below_everybody_there_is_a_path_without_the_rotating_question():
    found = all_paths(survey(question("csat"), question("one", rotation_slot="extra"), rotation_percent=20))
    assert [path.keys for path in found.paths] == [("csat", "one"), ("csat",)]


def test_a_question_that_waits_for_a_rival_in_its_own_slot_is_never_seen():
    waiting = question("two", rotation_slot="extra", show_if=ShowIf("one", "at_most", 3))
    assert unreachable(survey(question("one", rotation_slot="extra"), waiting)) == [waiting]


def test_very_many_paths_are_cut_and_the_list_says_so():
    asked = [question(f"y{number}", "yes_no", is_required=True) for number in range(8)]
    waiting = [question(f"w{number}", "text", show_if=ShowIf(f"y{number}", "is", "yes")) for number in range(8)]
    found = all_paths(survey(*asked, *waiting))
    assert (len(found.paths), found.is_cut, found.unreachable) == (ways.MOST_PATHS, True, ())


def test_a_long_survey_without_end_takes_no_time_to_list():
    asked = [question(f"y{number}", "yes_no") for number in range(60)]
    waiting = [question(f"w{number}", "text", show_if=ShowIf(f"y{number}", "answered")) for number in range(60)]
    found = all_paths(survey(*(one for pair in zip(asked, waiting, strict=True) for one in pair)))
    assert found.is_cut


def test_answers_are_said_in_the_words_of_the_survey():
    assert said(question("q", "multiple"), ("a", "c")) == "A, C"
    assert said(question("q"), 4) == "4"
    assert said(question("q", "text"), "…") == "some words"
