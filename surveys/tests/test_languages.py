"""A survey in several languages: translated side by side or by file, checked, frozen and asked."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from surveys.definition.check import check
from surveys.definition.freeze import freeze
from surveys.definition.languages import best_language, has_ready_words, in_language, missing_texts, texts_of
from surveys.definition.schema import read_definition
from surveys.models import Survey
from surveys.services.invitations import invite_directly
from surveys.services.languages import (
    BadFile,
    TextsChanged,
    add_language,
    lines_of,
    read_csv,
    texts_as_csv,
    write_texts,
)
from surveys.services.letters import compose
from surveys.services.surveys import NotReady, create_from_template, duplicate_survey, publish_survey, restore_draft
from surveys.tests import rows
from surveys.tests.designer import client_of, form_data, seen_by, staff
from vocplatform.lib.cells import guarded, safe_cell, unguarded

pytestmark = pytest.mark.django_db
TEXT = "question.nps.text"


@pytest.fixture
def survey():
    survey = create_from_template("nps", locale="en")
    add_language(survey.pk, "de")
    return survey


@pytest.fixture
def designer():
    return client_of(staff("designer"))


def again(survey) -> Survey:
    return Survey.objects.with_draft().get(pk=survey.pk)


def definition_of(survey):
    return read_definition(freeze(again(survey)))


def translate_all(survey, locale="de") -> None:
    texts = {line.place: f"{locale}: {line.original}" for line in lines_of(again(survey), locale) if line.is_missing}
    write_texts(survey.pk, locale, texts)


def url(name, survey, *args) -> str:
    return reverse(f"admin:surveys_survey_{name}", args=[survey.pk, *args])


def posted(page, **changes) -> dict:
    """The fields of the page as a browser sends them back."""
    lines = page.context["rows"]
    data = {f"text-{row['line'].place}": row["text"] for row in lines}
    return (
        data
        | {f"seen-{row['line'].place}": row["seen"] for row in lines}
        | {f"text-{k}": v for k, v in changes.items()}
    )


def test_a_survey_without_further_languages_freezes_as_it_did_before():
    assert "translations" not in freeze(create_from_template("nps", locale="en"))


def test_the_ends_of_a_scale_come_ready_made_and_the_rest_is_missing(survey):
    definition = definition_of(survey)
    assert definition.translations["de"]["question.nps.low_label"] == "überhaupt nicht wahrscheinlich"
    assert missing_texts(definition, "de") == [
        place for place in texts_of(definition) if not place.endswith(("low_label", "high_label"))
    ]


def test_publishing_refuses_and_counts_the_missing_texts(survey):
    missing = len(missing_texts(definition_of(survey), "de"))
    with pytest.raises(NotReady, match=f"{missing} texts have no German"):
        publish_survey(survey.pk, actor=None, now=timezone.now())


def test_with_every_text_translated_it_can_be_published(survey):
    translate_all(survey)
    version = publish_survey(survey.pk, actor=None, now=timezone.now())
    assert version.definition["translations"]["de"][TEXT].startswith("de: How likely")


def test_a_language_is_shown_in_its_own_words_with_the_same_keys(survey):
    translate_all(survey)
    german = in_language(definition_of(survey), "de")
    assert (german.locale, german.questions[0].text[:4]) == ("de", "de: ")
    assert [one.key for one in german.questions] == ["nps", "why"]


def test_a_confirmed_translation_is_no_longer_marked(survey):
    translate_all(survey)
    survey.questions.filter(key="nps").update(text="Would you recommend our branch?")
    texts = {line.place: line.text for line in lines_of(again(survey), "de")}
    write_texts(survey.pk, "de", texts, seen=texts, still_right=[TEXT])
    assert not [line for line in lines_of(again(survey), "de") if line.is_stale]


def test_saving_other_texts_does_not_confirm_a_changed_one(survey):
    translate_all(survey)
    survey.questions.filter(key="nps").update(text="Would you recommend our branch?")
    texts = {line.place: line.text for line in lines_of(again(survey), "de")}
    write_texts(survey.pk, "de", texts | {"title": "Neu"}, seen=texts)
    assert [line.place for line in lines_of(again(survey), "de") if line.is_stale] == [TEXT]


def test_a_placeholder_that_the_original_does_not_have_forbids_publishing(survey):
    translate_all(survey)
    write_texts(survey.pk, "de", {TEXT: "Und, {{customer.secret}}?"})
    sentences = [problem.sentence for problem in check(definition_of(survey)) if problem.is_error]
    assert len(sentences) == 1 and "{{customer.secret}} in German only" in sentences[0]


def test_a_file_comes_back_as_it_went_out(survey):
    translate_all(survey)
    write_texts(survey.pk, "de", {"title": "=1+1", TEXT: "'=2", "question.why.text": 'Zeile 1\nZeile "2", ja'})
    before = {line.place: line.text for line in lines_of(again(survey), "de")}
    out = texts_as_csv(again(survey), "de")
    write_texts(survey.pk, "de", dict.fromkeys(before, "gone"))
    write_texts(survey.pk, "de", read_csv(out.encode()))
    assert {line.place: line.text for line in lines_of(again(survey), "de")} == before


def test_no_cell_of_the_file_is_a_formula(survey):
    write_texts(survey.pk, "de", {"title": "=HYPERLINK(1)"})
    cells = [cell for row in csv.reader(io.StringIO(texts_as_csv(again(survey), "de"))) for cell in row]
    assert "'=HYPERLINK(1)" in cells and not [cell for cell in cells if safe_cell(cell) != cell]


@given(st.text(max_size=20) | st.builds("{}{}".format, st.text("'=+- @", max_size=6), st.text(max_size=5)))
def test_guarding_a_cell_can_always_be_taken_back(text):
    assert unguarded(guarded(text)) == text
    assert safe_cell(guarded(text)) == guarded(text)


def test_a_spreadsheet_may_have_put_semicolons_in_the_file():
    assert read_csv("place;original;translation\ntitle;A;B\n".encode("utf-8-sig")) == {"title": "B"}


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"\xff\xfe\x00", "not UTF-8"), (b"a,b\n1,2\n", "first line must be"), (b"x" * 1_000_001, "larger than")],
)
def test_a_file_that_is_none_is_refused_in_words(content, words):
    with pytest.raises(BadFile, match=words):
        read_csv(content)


def test_lines_of_other_surveys_in_a_file_are_left_out(survey):
    assert write_texts(survey.pk, "de", {"question.unknown.text": "x"}) == 0


def test_two_translators_of_different_texts_do_not_lose_anything(survey):
    write_texts(survey.pk, "de", {"title": "Ana"}, seen={"title": ""})
    write_texts(survey.pk, "de", {"title": "", TEXT: "Ben"}, seen={"title": "", TEXT: ""})
    said = {line.place: line.text for line in lines_of(again(survey), "de")}
    assert (said["title"], said[TEXT]) == ("Ana", "Ben")


def test_two_translators_of_the_same_text_are_told(survey):
    write_texts(survey.pk, "de", {"title": "Ana"}, seen={"title": ""})
    with pytest.raises(TextsChanged) as told:
        write_texts(survey.pk, "de", {"title": "Ben"}, seen={"title": ""})
    assert told.value.texts == {"title": "Ana"}


def test_the_page_shows_both_and_answers_409(designer, survey):
    page = designer.get(url("language", survey, "de"))
    write_texts(survey.pk, "de", {"title": "Von Ana"})
    answer = designer.post(url("language", survey, "de"), posted(page, title="Von Ben"))
    assert answer.status_code == 409
    assert "Von Ana" in answer.content.decode() and "Von Ben" in answer.content.decode()
    assert designer.post(url("language", survey, "de"), posted(answer)).status_code == 302
    assert next(line.text for line in lines_of(again(survey), "de") if line.place == "title") == "Von Ben"


def test_the_page_saves_what_was_typed(designer, survey):
    page = designer.get(url("language", survey, "de"))
    designer.post(url("language", survey, "de"), posted(page, **{TEXT: "Wie wahrscheinlich?"}))
    assert definition_of(survey).translations["de"][TEXT] == "Wie wahrscheinlich?"
    assert "ready-made" in page.content.decode() and "missing" in page.content.decode()


def test_the_page_takes_a_file_and_says_what_is_wrong_with_another(designer, survey):
    good = SimpleUploadedFile("de.csv", b"place,original,translation\ntitle,x,Titel\n")
    designer.post(url("language_import", survey, "de"), {"file": good})
    assert definition_of(survey).translations["de"]["title"] == "Titel"
    bad = SimpleUploadedFile("de.csv", b"\xff\xff")
    answer = designer.post(url("language_import", survey, "de"), {"file": bad}, follow=True)
    assert "The file is not UTF-8" in answer.content.decode()


def test_the_file_is_named_after_survey_and_language(designer, survey):
    answer = designer.get(url("language_export", survey, "de"))
    assert 'filename="recommendation-nps-de.csv"' in answer.headers["Content-Disposition"]


def test_a_language_is_added_and_taken_away(designer, survey):
    assert designer.post(url("language_add", survey), {"locale": "fr"}).url == url("language", survey, "fr")
    designer.post(url("language_drop", survey, "fr"))
    assert again(survey).other_locales == ["de"]


@pytest.mark.parametrize("locale", ["xx", "en", "de", ""])
def test_a_language_that_is_none_or_spoken_already_is_not_added(designer, survey, locale):
    answer = designer.post(url("language_add", survey), {"locale": locale}, follow=True)
    assert "does not speak yet" in answer.content.decode()
    assert again(survey).other_locales == ["de"]


def test_all_languages_are_offered_those_with_ready_made_words_first(designer, survey):
    groups = dict(designer.get(url("languages", survey)).context["offered"])
    ready, others = groups.values()
    assert [code for code, _name in ready][:4] == ["ar", "pt-br", "fr", "es"]
    assert {"ar-dz", "es-ar"} <= {code for code, _name in ready}
    assert {"nl", "ja"} <= {code for code, _name in others}
    assert "de" not in {code for code, _name in [*ready, *others]}


def test_a_language_without_ready_made_words_is_warned_of(survey):
    add_language(survey.pk, "nl")
    translate_all(survey, "nl")
    problems = [problem for problem in check(definition_of(survey)) if "ready-made" in problem.sentence]
    assert ["Dutch" in problem.sentence and not problem.is_error for problem in problems] == [True]
    assert has_ready_words("de-at") and not has_ready_words("nl")


def test_a_copy_and_a_draft_put_back_speak_all_languages(survey):
    translate_all(survey)
    version = publish_survey(survey.pk, actor=None, now=timezone.now())
    copy = duplicate_survey(survey.pk)
    write_texts(survey.pk, "de", {TEXT: "anders"})
    restore_draft(version.pk)
    for one in (copy, survey):
        assert definition_of(one).translations["de"] == version.definition["translations"]["de"]


def test_a_letter_speaks_the_customers_language(survey):
    translate_all(survey)
    publish_survey(survey.pk, actor=None, now=timezone.now())
    ana = rows.customer(locale="de-AT")
    invitation = invite_directly(again(survey), ana, now=timezone.now())
    letter = compose(invitation.deliveries.get(), now=timezone.now())
    assert letter.subject.startswith("de: ") and 'lang="de"' in letter.html


@pytest.mark.parametrize(
    ("wanted", "found"), [("de", "de"), ("de-AT", "de"), ("DE_ch", "de"), ("en-GB", "en"), ("fr", None), ("", None)]
)
def test_the_nearest_language_is_taken(survey, wanted, found):
    assert best_language(definition_of(survey), wanted) == found


def test_saving_the_draft_keeps_its_translations(designer, survey):
    translate_all(survey)
    before = definition_of(survey).translations
    data = form_data(survey, draft_seen=seen_by(designer, survey))
    designer.post(reverse("admin:surveys_survey_change", args=[survey.pk]), data)
    assert definition_of(survey).translations == before


def test_the_pages_need_as_many_queries_for_many_texts_as_for_few(designer, survey):
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            designer.get(url("language", survey, "de"))
        return len(seen)

    few = queries()
    for number in range(10):
        survey.questions.create(key=f"more-{number}", kind="text", text=f"More {number}?", position=number)
    translate_all(survey)
    assert queries() == few
