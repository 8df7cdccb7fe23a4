from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model

from feedback.models import BlindLabel, BlindSample, Correction, Reading, Rollup
from feedback.services.corrections import (
    NotCorrectable,
    StaleLabel,
    correct_reading,
    forget_labels,
    take_back_correction,
)
from feedback.services.edits import edit_response
from feedback.services.erasure import erase_customer
from feedback.services.rollups import rebuild_day, refresh_rollups
from feedback.services.scoring import rescore, score_response
from feedback.tests import survey_page
from feedback.tests.rows import NOON, publish, respond
from surveys.definition.schema import read_definition
from surveys.models import Customer

LATER = NOON + timedelta(minutes=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor():
    return get_user_model().objects.create_user("reader")


@pytest.fixture
def response(db):
    response = respond(publish(), {"nps": 9, "why": "The nurse was very rude."})
    score_response(response.pk, now=NOON)
    return response


@pytest.fixture
def comment(response):
    return response.answers.get(question_key="why")


def counted() -> dict[str, int]:
    """Comments by label, as the roll-ups have them."""
    rollup = Rollup.objects.get(kind="text")
    return {"negative": rollup.bin_0, "positive": rollup.bin_3}


def contradicting() -> list[tuple[int, int]]:
    return list(Rollup.objects.filter(kind=Rollup.CONFLICTS).values_list("bin_0", "bin_1"))


def test_a_correction_counts_in_the_figures_at_once(comment, actor, after_commit):
    refresh_rollups(comment.response_id, now=NOON)
    assert counted() == {"negative": 1, "positive": 0}
    with after_commit():
        correct_reading(comment.pk, label="positive", seen=0, actor=actor, now=LATER)
    assert counted() == {"negative": 0, "positive": 1}


def test_the_machines_reading_stays_beside_the_correction(comment, actor):
    correction = correct_reading(comment.pk, label="mixed", seen=0, note=" both ", actor=actor, now=LATER)
    assert correction.reading == Reading.objects.get(is_current=True)
    assert correction.reading.label == "negative"
    assert (correction.note, correction.corrected_by, correction.corrected_at) == ("both", actor, LATER)


def test_a_second_correction_follows_the_first_and_overwrites_nothing(comment, actor):
    first = correct_reading(comment.pk, label="mixed", seen=0, actor=actor, now=LATER)
    correct_reading(comment.pk, label="neutral", seen=first.pk, actor=actor, now=LATER + timedelta(minutes=1))
    assert [correction.label for correction in comment.corrections.in_force()] == ["neutral", "mixed"]


def test_two_people_do_not_overwrite_each_other_unseen(comment, actor):
    correct_reading(comment.pk, label="mixed", seen=0, actor=actor, now=LATER)
    with pytest.raises(StaleLabel):
        correct_reading(comment.pk, label="neutral", seen=0, actor=actor, now=LATER)
    assert Correction.objects.count() == 1


@pytest.mark.parametrize("label", ["negative", "angry", ""])
def test_a_label_that_says_nothing_new_or_nothing_at_all_is_refused(comment, actor, label):
    with pytest.raises(NotCorrectable):
        correct_reading(comment.pk, label=label, seen=0, actor=actor, now=LATER)
    assert not Correction.objects.exists()


def test_a_score_is_no_comment(response, actor):
    with pytest.raises(NotCorrectable):
        correct_reading(response.answers.get(number=9).pk, label="negative", seen=0, actor=actor, now=LATER)


def test_a_comment_nobody_could_read_can_be_labelled(actor):
    response = respond(publish(), {"why": "Die Lieferung war leider sehr langsam und der Service nicht gut"})
    score_response(response.pk, now=NOON)
    correct_reading(response.answers.get().pk, label="negative", seen=0, actor=actor, now=LATER)
    rebuild_day(NOON.date(), now=LATER)
    assert counted()["negative"] == 1


def test_taking_back_lets_the_machines_label_count_again(comment, actor, after_commit):
    first = correct_reading(comment.pk, label="mixed", seen=0, actor=actor, now=LATER)
    second = correct_reading(comment.pk, label="positive", seen=first.pk, actor=actor, now=LATER)
    with after_commit():
        take_back_correction(comment.pk, seen=second.pk, actor=actor, now=LATER)
    assert counted() == {"negative": 1, "positive": 0}
    assert [one.lapsed_by for one in Correction.objects.all()] == [actor, actor]


def test_there_is_nothing_to_take_back_from_the_machine(comment, actor):
    with pytest.raises(NotCorrectable):
        take_back_correction(comment.pk, seen=0, actor=actor, now=LATER)


def test_reading_again_keeps_what_a_person_said(comment, actor):
    correct_reading(comment.pk, label="positive", seen=0, actor=actor, now=LATER)
    rescore([comment.response_id], now=LATER)
    rebuild_day(NOON.date(), now=LATER)
    assert counted() == {"negative": 0, "positive": 1}


def test_a_label_lapses_when_the_customer_writes_something_else(actor):
    version = survey_page.publish(*survey_page.ONE_PAGE)
    definition = read_definition(version.definition)
    response = respond(version, {"nps": 9, "why": "Rude"})
    comment = response.answers.get(question_key="why")
    correct_reading(comment.pk, label="negative", seen=0, actor=actor, now=LATER)
    edit_response(response.pk, definition, {"why": "Lovely after all"}, now=LATER)
    assert not comment.corrections.in_force().exists()


def test_labels_of_earlier_words_are_forgotten_and_the_correction_stays_on_record(comment, actor):
    correct_reading(comment.pk, label="positive", seen=0, actor=actor, now=LATER)
    sample = BlindSample.objects.create(
        first_on=NOON.date(), last_on=NOON.date(), drawn_from=1, seed=1, drawn_by=actor, drawn_at=NOON
    )
    BlindLabel.objects.create(sample=sample, answer=comment, place=1)
    forget_labels(comment.pk, now=LATER)
    assert not comment.corrections.in_force().exists()
    assert Correction.objects.get().lapsed_at == LATER
    assert not BlindLabel.objects.exists()


def test_a_correction_settles_whether_the_comment_contradicts_its_score(comment, actor):
    rebuild_day(NOON.date(), now=LATER)
    assert contradicting() == [(1, 0)]
    correct_reading(comment.pk, label="positive", seen=0, actor=actor, now=LATER)
    rebuild_day(NOON.date(), now=LATER)
    assert contradicting() == []


def test_a_correction_can_uncover_that_the_comment_contradicts_its_score(actor):
    response = respond(publish(), {"nps": 1, "why": "The room was on the second floor."})
    score_response(response.pk, now=NOON)
    comment = response.answers.get(question_key="why")
    assert comment.readings.get().conflict == ""
    assert correct_reading(comment.pk, label="positive", seen=0, actor=actor, now=LATER).conflict == "comment_is_better"


def test_erasing_a_customer_takes_the_note_and_the_blind_label(comment, actor):
    comment.response.customer = Customer.objects.create(external_id="C-1")
    comment.response.save(update_fields=["customer"])
    correct_reading(comment.pk, label="positive", seen=0, note="She means Anna", actor=actor, now=LATER)
    erase_customer(comment.response.customer_id)
    assert Correction.objects.get().note == ""
