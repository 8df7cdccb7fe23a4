import pytest

from feedback.sentiment.language import detect


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The nurse explained everything and was very kind", "en"),
        ("Die Lieferung war leider sehr langsam", "de"),
        ("Muito bom atendimento, entrega no prazo", "pt"),
        ("Le service était très rapide et l'accueil agréable", "fr"),
        ("Estoy encantado, excelente atención", "es"),
        ("อาหารอร่อยมาก บริการดี", "th"),
        ("サービスがとても良かったです", "ja"),
    ],
)
def test_sentences_are_told_apart(text, code):
    assert detect(text, "en").code == code


def test_a_short_text_follows_the_surveys_language():
    assert detect("Super", "de").code == "de"
    assert detect("Super", "en").code == "en"


def test_a_short_text_of_another_language_is_noticed_by_its_words():
    assert detect("muito bom", "en").code == "pt"
    assert detect("very good", "de").code == "en"


def test_a_short_text_without_a_survey_language_is_not_guessed():
    heard = detect("Hmpf")
    assert (heard.code, heard.reason) == ("", "language_unknown")


def test_a_language_without_an_engine_says_so():
    assert detect("Muito bom atendimento, entrega no prazo").reason == "language_without_engine"


def test_emoji_belong_to_no_language_and_can_be_read():
    assert (detect("👎").code, detect("👎").reason) == ("und", "")


@pytest.mark.parametrize("text", ["", "   ", "...", "-", "123"])
def test_where_there_is_nothing_to_read_there_is_no_language(text):
    assert detect(text, "en").reason == "nothing_to_read"


def test_a_regional_locale_counts_as_its_language():
    assert detect("ok ja", "de-AT").code == "de"
