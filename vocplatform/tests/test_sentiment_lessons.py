"""What is learned from a labelled set, where that is not what its comments are judged by."""

import csv
import gzip

import pytest

from benchmarks.sentiment_data import ENGLISH, NO_LESSON, read_comments


def comments(folder, name: str, **columns: list[str]):
    (labelled,) = [labelled for labelled in ENGLISH if labelled.name == name]
    with gzip.open(folder / f"{name}.csv.gz", "wt", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
    return [(comment.label, comment.lesson) for comment in read_comments(folder, labelled)]


def test_praise_that_nobody_rated_teaches_nothing_and_is_judged_as_it_is_labelled(tmp_path):
    found = comments(tmp_path, "nhs_phase1", text=["Very kind.", "Too slow."], label=["neutral", "negative"])
    assert found == [("neutral", NO_LESSON), ("negative", "")]


@pytest.mark.parametrize(("rating", "lesson"), [("0.5", "neutral"), ("-0.4", "neutral"), ("0.6", ""), ("-2.1", "")])
def test_a_rating_near_the_middle_teaches_neutral_whatever_its_label(rating, lesson, tmp_path):
    found = comments(tmp_path, "vader_amazon", text=["It is a phone."], rating=[rating], label=["positive"])
    assert found == [("positive", lesson)]


def test_a_sentence_with_praise_and_blame_teaches_none_of_the_three(tmp_path):
    aspects = ["food:positive|staff:negative", "food:positive|place:neutral"]
    found = comments(tmp_path, "mams_restaurant_absa", text=["Good food, slow staff.", "Good food."], aspects=aspects)
    assert found == [("neutral", NO_LESSON), ("positive", "")]
