"""Rotating questions: one of each slot, the same for one person, a share of everybody, frozen with the version."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.definition.check import check
from surveys.definition.check_wording import estimated_seconds
from surveys.definition.diff import compare
from surveys.definition.rotation import drawn, with_drawn
from surveys.definition.schema import DefinedQuestion, Definition, read_definition

OPENING = DefinedQuestion("nps", "nps", "Would you recommend us?", minimum=0, maximum=10)


def item(key: str, slot: str = "research", **parts) -> DefinedQuestion:
    return DefinedQuestion(key, "text", f"{key}?", rotation_slot=slot, **parts)


def survey(*items: DefinedQuestion, percent: int = 100) -> Definition:
    return Definition("visit", "Visit", privacy_notice="x", questions=(OPENING, *items), rotation_percent=percent)


@given(st.integers(), st.integers(1, 100))
def test_one_person_sees_one_question_of_a_slot_at_most_and_always_the_same(person, percent):
    definition = survey(item("a"), item("b"), item("c"), percent=percent)
    keys = drawn(definition, person)
    assert len(keys) <= 1
    assert drawn(definition, person) == keys


def test_everybody_gets_one_and_each_question_gets_its_part():
    definition = survey(item("a"), item("b"), item("c"))
    counts = Counter(key for person in range(6000) for key in drawn(definition, person))
    assert sum(counts.values()) == 6000
    assert all(abs(count - 2000) < 150 for count in counts.values())  # four standard deviations


def test_a_share_of_people_is_drawn():
    definition = survey(item("a"), item("b"), percent=20)
    assert abs(sum(bool(drawn(definition, person)) for person in range(6000)) - 1200) < 125


@given(st.integers(), st.integers(1, 99))
def test_a_larger_share_keeps_everybody_who_was_in_the_smaller_one(person, percent):
    small, large = (drawn(survey(item("a"), item("b"), percent=share), person) for share in (percent, percent + 1))
    assert small <= large


@given(st.integers())
def test_a_further_question_leaves_people_with_theirs_or_gets_them_itself(person):
    before = drawn(survey(item("a"), item("b")), person)
    after = drawn(survey(item("a"), item("b"), item("c")), person)
    assert after in (before, {"c"})


def test_two_slots_are_drawn_apart():
    definition = survey(item("a"), item("b"), item("c", "other"), item("d", "other"))
    pairs = Counter(drawn(definition, person) for person in range(4000))
    assert set(map(frozenset, pairs)) == {frozenset(pair) for pair in ("ac", "ad", "bc", "bd")}
    assert all(abs(count - 1000) < 120 for count in pairs.values())


def test_what_was_not_drawn_is_not_in_the_survey():
    seen = with_drawn(survey(item("a"), item("b")), frozenset({"b"}))
    assert [one.key for one in seen.questions] == ["nps", "b"]


def test_only_the_longest_of_a_slot_counts_for_the_length():
    assert estimated_seconds(survey(item("a"), item("b"))) == estimated_seconds(survey(item("a")))


def test_the_version_keeps_it_and_older_versions_are_read_as_before():
    definition = survey(item("a"), percent=30)
    assert read_definition(definition.as_data()) == definition
    plain = survey().as_data()
    assert "rotation_percent" not in plain and "rotation_slot" not in plain["questions"][0]


@pytest.mark.parametrize(
    ("definition", "words"),
    [
        (survey(item("a", is_required=True), item("b")), "cannot be required"),
        (
            Definition(
                "v", "V", questions=(DefinedQuestion("nps", "nps", "?", minimum=0, maximum=10, rotation_slot="x"),)
            ),
            "is the first score",
        ),
        (survey(item("a")), "is alone in its rotation slot"),
    ],
)
def test_a_rotation_that_could_not_work_is_told(definition, words):
    assert any(words in problem.sentence for problem in check(definition))


def test_a_change_of_the_share_is_a_mark_on_the_trend():
    changes = compare(survey(item("a"), percent=20), survey(item("a"), percent=50))
    assert [change.effect for change in changes] == ["comparable"]
    assert "50 % of people instead of 20 %" in changes[0].sentence
