"""The comments that we wrote ourselves for the model to learn from."""

from collections import Counter

from benchmarks.sentiment_data import ENGLISH, LABELS, WRITTEN, read_written


def test_every_line_is_a_comment_with_one_of_the_three_labels_and_none_stands_twice():
    comments = list(read_written())
    assert {comment.label for comment in comments} == set(LABELS)
    assert all(comment.text.strip() for comment in comments)
    assert [text for text, count in Counter(comment.text for comment in comments).items() if count > 1] == []


def test_nothing_is_measured_on_them():
    assert [labelled.is_judged for labelled in ENGLISH if labelled.name == WRITTEN] == [False]
