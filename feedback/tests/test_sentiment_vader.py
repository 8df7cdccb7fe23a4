import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from feedback.sentiment.registry import NoSuchEngine, get_engine


@pytest.fixture(scope="module")
def engine():
    return get_engine("vader")


def test_the_compound_is_vaders_own(engine):
    text = "The nurses were not kind at all, but the food was GREAT!!"
    assert engine.read(text).compound == SentimentIntensityAnalyzer().polarity_scores(text)["compound"]


def test_each_rated_word_is_shown_with_its_place_and_sign(engine):
    text = "The staff were rude and the nurses not helpful."
    shown = [(text[span.start : span.end], span.weight < 0) for span in engine.read(text).spans]
    assert shown == [("rude", True), ("helpful", True)]


@pytest.mark.parametrize(("text", "label"), [("👎", "negative"), ("😡😡", "negative"), ("👍", "positive")])
def test_thumbs_and_angry_faces_count(engine, text, label):
    assert engine.read(text).label == label


def test_an_emoji_is_shown_where_it_stands(engine):
    text = "It is 👎👎 again"
    assert [(span.start, span.end) for span in engine.read(text).spans if span.weight < 0] == [(6, 7), (7, 8)]


def test_the_german_article_is_no_english_sorrow(engine):
    reading = engine.read(
        "Die Lieferung war super",
    )
    assert (reading.status, reading.language, reading.compound) == ("not_scored", "de", None)


def test_a_text_without_words_is_not_scored(engine):
    assert engine.read("... - 12").reason == "nothing_to_read"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_no_text_breaks_the_engine_and_spans_stay_inside_it(text):
    for span in (
        get_engine("vader")
        .read(
            text,
        )
        .spans
    ):
        assert 0 <= span.start < span.end <= len(text)


def test_an_unknown_engine_is_named_in_the_error():
    with pytest.raises(NoSuchEngine, match="crystal ball"):
        get_engine("crystal ball")
