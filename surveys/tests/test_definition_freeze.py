"""From draft rows to plain data and back."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.definition.freeze import canonical, checksum, freeze
from surveys.definition.schema import BadDefinition, read_definition
from surveys.models import Survey

pytestmark = pytest.mark.django_db


def draft(**fields) -> Survey:
    return Survey.objects.create(**{"name": "Delivery", "slug": "delivery", "title": "Your delivery"} | fields)


def frozen(survey: Survey) -> dict:
    return freeze(Survey.objects.with_draft().get(pk=survey.pk))


def test_a_scale_is_frozen_with_its_ends_and_words():
    survey = draft()
    survey.questions.create(key="nps", kind="nps", text="Recommend us?")
    question = frozen(survey)["questions"][0]
    assert (question["minimum"], question["maximum"]) == (0, 10)
    assert (question["low_label"], question["high_label"]) == ("not at all likely", "extremely likely")
    assert question["polarity"] == "high_good"


def test_ease_runs_from_one_to_seven_and_high_is_good():
    survey = draft()
    survey.questions.create(key="ces", kind="ces", text="It was easy.")
    question = frozen(survey)["questions"][0]
    assert (question["minimum"], question["maximum"], question["polarity"]) == (1, 7, "high_good")


def test_own_words_at_the_ends_take_the_place_of_ours():
    survey = draft()
    survey.questions.create(key="nps", kind="nps", text="Recommend us?", low_label="never")
    assert frozen(survey)["questions"][0]["low_label"] == "never"


def test_questions_stand_in_order_of_page_and_position_and_pages_count_from_one():
    survey = draft()
    for key, page, position in [("c", 7, 1), ("b", 2, 2), ("a", 2, 1)]:
        survey.questions.create(key=key, text=key, page=page, position=position)
    assert [(one["key"], one["page"]) for one in frozen(survey)["questions"]] == [("a", 1), ("b", 1), ("c", 2)]


def test_choices_are_frozen_by_key_in_order():
    survey = draft()
    question = survey.questions.create(key="cause", kind="single", text="Why?")
    question.choices.create(key="late", text="Late", position=2)
    question.choices.create(key="broken", text="Broken", position=1)
    assert frozen(survey)["questions"][0]["choices"] == [
        {"key": "broken", "text": "Broken"},
        {"key": "late", "text": "Late"},
    ]


def test_yes_and_no_have_the_same_keys_in_every_language():
    survey = draft()
    survey.questions.create(key="solved", kind="yes_no", text="Solved?")
    assert [choice["key"] for choice in frozen(survey)["questions"][0]["choices"]] == ["yes", "no"]


@pytest.mark.parametrize(
    ("operator", "value", "expected"), [("at_most", "6", 6), ("is", " 0 ", 0), ("answered", "9", None)]
)
def test_a_condition_on_a_scale_is_frozen_as_a_number(operator, value, expected):
    survey = draft()
    nps = survey.questions.create(key="nps", text="Recommend us?")
    survey.questions.create(
        key="why",
        kind="text",
        text="Why?",
        position=1,
        show_if_question=nps,
        show_if_operator=operator,
        show_if_value=value,
    )
    assert frozen(survey)["questions"][1]["show_if"] == {"question": "nps", "operator": operator, "value": expected}


def test_marks_that_turn_the_reading_direction_are_left_out():
    survey = draft(title="Safe\u202eevil\x07 title\u2069")
    assert frozen(survey)["title"] == "Safeevil title"


def test_two_drafts_that_ask_the_same_have_the_same_checksum():
    checksums = set()
    for _ in range(2):
        survey = draft()
        survey.questions.create(key="nps", text="Recommend us?")
        checksums.add(checksum(frozen(survey)))
        survey.delete()
    assert len(checksums) == 1


def test_another_wording_is_another_checksum():
    survey = draft()
    before = checksum(frozen(survey))
    Survey.objects.update(title="Your parcel")
    assert checksum(frozen(survey)) != before


def test_the_checksum_survives_the_database():
    survey = draft(title="Größe · 数")
    survey.questions.create(key="nps", text="Recommend us?")
    data = frozen(survey)
    version = survey.versions.create(number=1, definition=data, checksum=checksum(data), published_at=survey.created_at)
    version.refresh_from_db()
    assert checksum(version.definition) == version.checksum


def test_what_was_frozen_can_be_read_again():
    survey = draft()
    survey.questions.create(key="solved", kind="yes_no", text="Solved?")
    data = frozen(survey)
    assert json.loads(canonical(read_definition(data).as_data())) == data


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"schema": 2, "survey": "s", "title": "t", "questions": []},
        {"schema": 1, "survey": "s", "title": "t", "questions": [{"key": "a", "kind": "slider", "text": "?"}]},
        {"schema": 1, "survey": "s", "title": "t", "questions": [{"key": "a", "colour": "red"}]},
        {"schema": 1, "survey": "s", "title": "t", "questions": [1]},
        {"schema": 1, "survey": "s", "title": "t", "questions": None},
        {
            "schema": 1,
            "survey": "s",
            "title": "t",
            "questions": [
                {"key": "a", "kind": "nps", "text": "?", "show_if": {"question": "b", "operator": "__import__('os')"}}
            ],
        },
    ],
)
def test_what_is_no_survey_is_refused_with_a_sentence(data):
    with pytest.raises(BadDefinition, match=r"\w+ .*\."):
        read_definition(data)


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=80))
def test_any_title_freezes_to_one_clean_line(title):
    survey = Survey(pk=1, name="x", slug="x", title=title)
    survey._prefetched_objects_cache = {"questions": []}
    line = freeze(survey)["title"]
    assert len(line.splitlines()) <= 1 and "  " not in line and line == line.strip()
    assert line.encode().decode() == line
