"""A customer reads one language: the survey's, down to the button."""

import gettext
import re
from pathlib import Path

import pytest
from django.conf import settings

from feedback.tests.survey_page import THREE_PAGES, Reader, invite, path_of, publish
from surveys.definition.freeze import freeze
from surveys.models import Survey

pytestmark = pytest.mark.django_db
LANGUAGES = ["de", "pt_BR"]


@pytest.mark.parametrize(
    ("locale", "button", "progress"), [("de", "Weiter", "Fragen 1 bis 2"), ("pt-br", "Continuar", "Perguntas 1 a 2")]
)
def test_the_page_speaks_the_surveys_language(locale, button, progress):
    page = Reader(path_of(invite(publish(*THREE_PAGES, locale=locale)))).open().content.decode()
    assert f'<html lang="{locale}"' in page
    assert f">{button}</button>" in page and progress in page


def test_a_mistake_is_explained_in_the_surveys_language():
    reader = Reader(path_of(invite(publish(locale="de"))))
    reader.open()
    reader.send()
    assert "Wählen Sie eine Zahl von 0 bis 10." in reader.page and "<title>Fehler: " in reader.page


def test_an_unknown_link_speaks_the_browsers_language(client):
    page = client.get("/s/unknown/", headers={"accept-language": "de"}).content.decode()
    assert "Dieser Link funktioniert nicht" in page and '<html lang="de"' in page


def test_the_words_at_the_ends_are_frozen_in_the_surveys_language():
    survey = Survey.objects.create(name="x", slug="x", title="x", locale="de")
    survey.questions.create(key="nps", text="Weiterempfehlen?")
    assert freeze(survey)["questions"][0]["high_label"] == "äußerst wahrscheinlich"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_written(language):
    folder = Path(settings.BASE_DIR) / "locale" / language / "LC_MESSAGES"
    with (folder / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    written = re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', (folder / "django.po").read_text(), re.MULTILINE)
    assert len(written) > 40
    for message, translation in written:
        assert compiled.gettext(message.replace('\\"', '"')) == translation.replace('\\"', '"')
