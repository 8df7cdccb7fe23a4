from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.triggers.sampling import in_sample

PEOPLE = range(4000)


def sampled(percent, survey=1, wave=""):
    return {person for person in PEOPLE if in_sample(person, survey, wave, percent)}


def test_fifty_triggers_for_each_person_still_ask_a_tenth_of_the_people():
    asked = {person for person in PEOPLE for trigger in range(50) if in_sample(person, 1, "", 10)}
    assert abs(len(asked) / len(PEOPLE) - 0.10) < 0.02


def test_nobody_and_everybody_are_exact():
    assert sampled(0) == set()
    assert sampled(100) == set(PEOPLE)


def test_a_new_wave_and_another_survey_draw_new_people():
    first = sampled(20)
    for other in (sampled(20, wave="2026-2"), sampled(20, survey=2)):
        assert 0.1 < len(first & other) / len(first) < 0.3


@settings(max_examples=60)
@given(st.integers(), st.text(max_size=8), st.floats(0, 100), st.floats(0, 100))
def test_a_larger_share_keeps_everybody_of_the_smaller_one(person, wave, one, other):
    if in_sample(person, 1, wave, min(one, other)):
        assert in_sample(person, 1, wave, max(one, other))
