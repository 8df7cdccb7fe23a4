"""What web pages leave in a comment is read as what its writer typed."""

import pytest

from feedback.sentiment.engine import Context
from feedback.sentiment.markup import places_in, unmarked
from feedback.sentiment.registry import get_engine


def read(text: str):
    return get_engine("voc").read(text, Context(locale="en"))


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("I don&#39;t like it", "I don't like it"),
        ("it&#x27;s &amp;quot;new&amp;quot;", 'it\'s "new"'),
        ("Friendly &amp; quick", "Friendly & quick"),
        ("slow<br/>rude<BR>dirty", "slow\nrude\ndirty"),
        ('<p class="a">Great</p>', "\nGreat\n"),
        ("I <3 this & that, x < y > z", "I <3 this & that, x < y > z"),
        ("AT&T; R&D", "AT&T; R&D"),
    ],
)
def test_entities_and_tags_become_what_they_stand_for_and_nothing_else_does(marked, plain):
    assert unmarked(marked) == plain


def test_a_marked_comment_is_read_as_the_plain_one():
    plain, marked = read("I don't like it. Slow & rude."), read("I don&#39;t like it.<br>Slow &amp; rude.")
    assert (marked.label, marked.p_negative) == (plain.label, plain.p_negative)


def test_the_words_that_decided_are_shown_where_they_stand_in_the_marked_comment():
    text = "<p>It wasn&#39;t clean &amp; the staff weren&#39;t helpful</p>"
    shown = [text[span.start : span.end] for span in read(text).spans]
    assert shown == ["clean", "helpful"]


def test_every_character_of_the_plain_text_has_a_place():
    text = "a&amp;b<br>c&#39;"
    assert [text[start:end] for start, end in places_in(text)] == ["a", "&amp;", "b", "<br>", "c", "&#39;"]


def test_a_comment_of_nothing_but_tags_has_nothing_to_read():
    assert read("<p>&nbsp;</p><br>").reason == "nothing_to_read"
