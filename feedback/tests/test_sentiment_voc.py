import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.sentiment import blocks
from feedback.sentiment.domain import DomainEngine
from feedback.sentiment.engine import SCORED, Context, Reading
from feedback.sentiment.registry import get_engine

ENGLISH = Context(locale="en")
SAID = (
    "not very good, terrible but 😡 great!! 10/10 Nothing :( the staff were rude 👍 never again.\n @you ... İßſ’ waited"
)


@pytest.fixture(scope="module")
def engine() -> DomainEngine:
    return get_engine("voc")


def read(text: str, **context) -> Reading:
    return get_engine("voc").read(text, Context(locale="en", **context))


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("The staff were kind and very helpful.", "positive"),
        ("I waited forty minutes and nobody answered.", "negative"),
        ("Never again.", "negative"),
        ("I want a refund, the parcel never arrived.", "negative"),
        ("It could be better.", "negative"),
        ("More staff please.", "negative"),
        ("👎", "negative"),
        ("😡😡", "negative"),
        ("👍", "positive"),
        ("10/10", "positive"),
        ("0/10", "negative"),
        ("The app keeps crashing and won't sync.", "negative"),
        ("My card was declined and the branch is closed.", "negative"),
        ("No legroom and they lost our luggage.", "negative"),
        ("Marked as delivered, but it was left in the rain.", "negative"),
        ("Well packed, next day delivery, easy returns.", "positive"),
    ],
)
def test_comments_on_services_are_read_as_people_read_them(text, label):
    assert read(text).label == label


@pytest.mark.parametrize(
    "text",
    [
        "Average.",
        "It was okay, nothing special.",
        "Neither good nor bad.",
        "Hit and miss.",
        "3/5",
        "N/A",
        "No comment",
        "Don't know",
        "See above",
        "We stayed for two nights in October.",
        "Which form do I need?",
    ],
)
def test_who_neither_praises_nor_blames_is_neutral(text):
    assert read(text).label == "neutral"


@pytest.mark.parametrize(
    ("text", "label"),
    [("8/10", "positive"), ("9 out of 10", "positive"), ("two stars", "negative"), ("1/5", "negative")],
)
def test_a_mark_out_of_five_or_ten_is_read_by_its_height(text, label):
    assert read(text).label == label


def test_a_tepid_word_that_is_negated_is_blame():
    assert read("The room was not adequate.").label == "negative"


@pytest.mark.parametrize("text", ["The lobby is on the left.", "it is", "K9 W2", "🛠"])
def test_every_comment_that_is_scored_shows_what_decided(text):
    found = read(text)
    assert found.status == SCORED
    assert all(0 <= span.start < span.end <= len(text) for span in found.spans)
    assert found.spans


def test_where_no_word_weighs_much_the_one_that_weighs_most_is_shown():
    (span,) = read("K9 W2").spans
    assert span.end - span.start < len("K9 W2")


@pytest.mark.parametrize(
    ("plain", "turned"),
    [
        ("The nurse was helpful.", "The nurse was not helpful."),
        ("It works.", "It doesn't work."),
        ("They were friendly.", "They were never friendly."),
    ],
)
def test_a_negation_turns_praise_into_blame(plain, turned):
    assert read(plain).label == "positive"
    assert read(turned).label == "negative"


@pytest.mark.parametrize(
    "text",
    ["You could not do anything better.", "Nothing could have been done better.", "Nothing, they looked after me."],
)
def test_what_cannot_be_bettered_is_praise(text):
    assert read(text).label == "positive"


@pytest.mark.parametrize(
    "text", ["I don't think this is a good idea.", "I can't say I was pleased.", "We wouldn't call that clean."]
)
def test_a_negation_before_a_thought_turns_what_is_thought(text):
    assert read(text).label == "negative"


def test_what_is_listed_as_missing_stays_missing():
    weights = [span.weight for span in read("no towels, no soap, no heating").spans]
    assert len(weights) == 3
    assert max(weights) < 0


def test_a_never_that_makes_more_of_a_word_does_not_turn_it():
    assert read("I have never been so frustrated.").label == "negative"
    assert read("I've never seen such clean rooms.").label == "positive"


def test_a_negation_does_not_reach_over_the_end_of_its_clause():
    (span,) = [span for span in read("I did not wait, the staff were lovely.").spans if span.weight > 2]
    assert span.rule == "word"


def test_thanks_and_faces_are_not_turned_by_a_negation():
    assert all(span.weight > 0 for span in read("Not long now, thanks 😊").spans if span.rule == "word")


def test_what_follows_a_concession_outweighs_it():
    assert read("Although there was a delay, every member of staff was lovely.").label == "positive"


def test_praise_and_blame_on_both_sides_of_a_but_are_mixed():
    assert read("The food was great but the service was slow.").label == "mixed"


def test_blame_alone_is_not_mixed_because_of_a_but():
    assert read("It was slow but also expensive and rude.").label == "negative"


def test_a_question_decides_what_nothing_means():
    assert read("Nothing", question="What could we do better?").label == "positive"
    assert read("Nothing", question="What did you like most?").label != "positive"


@pytest.mark.parametrize(
    "text",
    ["Thanks for nothing.", "Great, another delay.", "Good luck getting an answer.", "Yeah right, lovely service."],
)
def test_praise_that_means_the_opposite_is_noticed(text):
    found = read(text)
    assert found.label == "negative"
    assert "irony" in found.flags


def test_thanks_that_are_meant_are_no_irony():
    assert "irony" not in read("Thanks for looking after my mother.").flags


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Please call me back about my order.", "response_needed"),
        ("I am still waiting for a refund.", "response_needed"),
        ("You should offer more parking.", "suggestion"),
        ("Wonderful staff, thank you!", "praise"),
        ("The hall is on the left.", "other"),
    ],
)
def test_what_a_comment_asks_of_us_is_named(text, intent):
    assert read(text).intent == intent


@pytest.mark.parametrize(
    ("score", "text", "flag"),
    [
        (9, "Rude staff, terrible wait, I am furious.", "comment_is_worse"),
        (2, "Wonderful service, thank you so much!", "comment_is_better"),
        (0, "Wonderful service, thank you so much!", "comment_is_better"),
    ],
)
def test_a_comment_that_contradicts_its_score_is_flagged(score, text, flag):
    assert flag in read(text, score=score).flags


@pytest.mark.parametrize(("score", "text"), [(9, "Wonderful service."), (1, "Rude staff."), (None, "Rude staff.")])
def test_a_comment_that_fits_its_score_is_not_flagged(score, text):
    assert not {"comment_is_worse", "comment_is_better"} & set(read(text, score=score).flags)


def test_a_fault_that_was_asked_for_contradicts_a_good_score_only_when_it_is_grave():
    wish, rage = (
        read(text, question="What could we do better?", score=10)
        for text in ("Shorter waiting times.", "Disgusting room, rude staff.")
    )
    assert "comment_is_worse" not in wish.flags
    assert "comment_is_worse" in rage.flags


SHORT_AND_FOREIGN = {
    "de": "Alles war super|Alles gut|Nicht gut|Zu teuer|Schnelle Lieferung|War ok|Nie wieder|Gerne wieder|Perfekt",
    "es": "Todo bien|Muy bien|Muy malo|Excelente servicio|Buen trato|Nada|No me gusta|Genial|Pésimo|Mala atencion",
    "it": "Molto bene grazie|Tutto bene|Ottimo servizio|Tutto ok|Pessimo|Niente|Va bene|Molto lento|Non mi piace",
    "pt": "muito bom|Ótimo atendimento|Tudo certo|Péssimo|Nada|Muito ruim|Gostei|Não gostei|Recomendo",
    "fr": "Très bien|Rien|Tout va bien|Bon accueil|Trop cher|Parfait|Pas mal|Service nul|Merci beaucoup",
    "nl": "Alles goed|Heel goed|Niet goed|Snelle levering|Prima geregeld|Slechte service|Lang wachten",
    "tr": "Cok kotu hizmet|Çok iyi|Personel kaba|her sey guzel|memnun kalmadim|fena degil",
    "pl": "Bardzo dobrze|Fatalna obsluga|nie polecam|w porzadku|tragedia|brak uwag",
    "hi": "bahut accha|bahut kharab service|theek hai|acha laga|koi problem nahi|खाना अच्छा था",
    "tl": "ang ganda|Mabagal ang serbisyo|salamat po|pangit ng service|mabait ang staff",
    "ar": "khedma sayea|kwayes gedan|ممتاز",
    "id": "bagus|jelek sekali|pelayanan buruk|kurang bersih|tidak puas|ok lah",
}


@pytest.mark.parametrize("text", [text for texts in SHORT_AND_FOREIGN.values() for text in texts.split("|")])
@pytest.mark.parametrize("locale", ["en", ""])
def test_a_short_answer_in_another_language_is_not_read_as_english(text, locale, engine):
    found = engine.read(text, Context(locale=locale))
    assert (found.status, found.label) == ("not_scored", "")


@pytest.mark.parametrize(
    "text", ["Super", "Great", "Too slow", "OK", "Fine", "Rubbish", "No complaints", "Come sooner", "Parking"]
)
def test_a_short_english_answer_to_an_english_survey_is_read(text):
    assert read(text).status == SCORED


questions = st.sampled_from(["", "What could we improve?", "Why?"])
words = st.lists(st.sampled_from(SAID.split(" ")), max_size=25).map(" ".join)


@settings(max_examples=150)
@given(
    st.one_of(st.text(max_size=200), words),
    st.sampled_from(["", "What could we improve?", "Why?"]),
    st.integers(-5, 15),
)
def test_any_text_gives_chances_between_0_and_1_and_spans_inside_it(text, question, score):
    found = get_engine("voc").read(text, Context(question=question, score=score, locale="en"))
    if not found.is_scored:
        assert (found.label, found.compound, found.p_negative, found.spans) == ("", None, None, ())
        return
    assert 0 <= found.p_negative <= 1
    assert 0 <= found.p_positive <= 1
    assert found.p_negative + found.p_positive <= 1.0001
    assert found.compound == pytest.approx(found.p_positive - found.p_negative, abs=2e-4)
    ends = 0
    for span in found.spans:
        assert ends <= span.start < span.end <= len(text)
        assert -5 <= span.weight <= 5
        ends = span.end


@settings(max_examples=50)
@given(st.lists(words, min_size=2, max_size=6))
def test_a_comment_is_read_the_same_alone_and_among_others(texts):
    engine = get_engine("voc")
    asked = [(text, ENGLISH) for text in texts]
    assert engine.read_many(asked) == [engine.read(text, ENGLISH) for text in texts]


@pytest.mark.parametrize(
    "text", ["good " * 2000, "x" * 10_000, "not " * 2500, "!" * 10_000, "although, " * 1000, "@a " * 3000]
)
def test_ten_thousand_characters_are_read_in_a_moment(text):
    read("xqzv " * 5)  # the weights and the language detector are loaded once per process
    start = time.process_time()
    read(text)
    assert time.process_time() - start < 0.5


@pytest.mark.parametrize(
    "text",
    [
        "The nurse was rude and the room was dirty.",
        "Friendly staff, quick and helpful.",
        "I waited for hours and nobody told me anything.",
        "The food was excellent.",
    ],
)
def test_without_the_words_that_decided_the_comment_reads_less_so(text):
    found = read(text)
    assert found.spans
    for span in sorted(found.spans, key=lambda span: span.start, reverse=True):
        text = text[: span.start] + "xyz" + text[span.end :]
    without = get_engine("voc").read(text, ENGLISH)
    assert without.compound is None or abs(without.compound) < abs(found.compound)


def test_the_words_that_decided_point_the_way_of_the_label():
    for text, sign in (("Rude staff and a dirty room.", -1), ("Kind staff and a clean room.", 1)):
        assert sum(span.weight for span in read(text).spans) * sign > 0


@pytest.mark.parametrize("text", ["Better communication", "Better food", "Quicker appointments", "More helpful staff"])
def test_a_wish_at_the_very_beginning_is_no_praise(text):
    assert not any(span.weight > 0 for span in read(text).spans)
    assert read(text).label != "positive"


def test_two_threads_hear_what_one_hears(engine, monkeypatch):
    """With a memory for a few words only, so that each would empty it under the other's eyes."""
    monkeypatch.setattr(blocks, "WORDS_KEPT", 20)
    texts = [f"The {word}er was late and nobody {word}ed us, terrible {word}s." for word in SAID.split() * 20]
    alone = [engine.read(text, ENGLISH) for text in texts]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(2) as pair:
            heard = list(pair.map(lambda text: engine.read(text, ENGLISH), texts))
    finally:
        sys.setswitchinterval(before)
    assert heard == alone
