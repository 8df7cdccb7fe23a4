"""Every word a customer reads is there in every language that the settings name. Needs no gettext tools."""

import ast
import gettext
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from scripts.messages import LOCALE, SOURCES, gather
from surveys.definition.freeze import freeze
from surveys.models import Survey
from surveys.services.invitations import invite_directly, survey_link
from surveys.services.letters import compose
from surveys.services.surveys import create_from_template, publish_survey
from surveys.services.unsubscribe import unsubscribe_link
from surveys.tests import rows
from surveys.tests.designer import client_of, staff

CATALOGUES = [translation.to_locale(code) for code, _name in settings.LANGUAGES if code != "en"]
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\{[\w.]+|</?\w+")
ENTRY = re.compile(r'(?P<comments>(?:^#.*\n)*)^msgid (?P<id>(?:".*"\n)+)msgstr (?P<said>(?:".*"\n?)+)', re.MULTILINE)
MESSAGES = gather()
# Spelled the same in Spanish or French.
ALIKE = {"No", "Error:", "excellent", "Question %(first)s of %(total)s"}


def written(language: str) -> dict[str, str]:
    text = (LOCALE / language / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8")
    entries = {_joined(entry["id"]): entry for entry in ENTRY.finditer(text)}
    assert not [message for message, entry in entries.items() if message and "fuzzy" in entry["comments"]]
    return {message: _joined(entry["said"]) for message, entry in entries.items() if message}


def _joined(literals: str) -> str:
    return "".join(ast.literal_eval(line) for line in literals.splitlines())


def compiled(language: str) -> dict[str, str]:
    with (LOCALE / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
        catalogue = gettext.GNUTranslations(file)._catalog
    return {message: said for message, said in catalogue.items() if message}


def test_every_source_still_exists():
    root = Path(settings.BASE_DIR)
    assert not [pattern for pattern in SOURCES if not any(root.glob(pattern))]


def test_a_button_an_error_and_a_question_are_gathered_and_a_label_for_staff_is_not():
    assert {"Send", "Choose one answer.", "Has your issue been solved?", "Reminder: %(title)s"} <= set(MESSAGES)
    assert not {"link valid for (days)", "Recommendation (NPS)"} & set(MESSAGES)


def test_every_catalogue_is_a_language_of_the_settings():
    assert sorted(CATALOGUES) == sorted(folder.name for folder in LOCALE.iterdir())


@pytest.mark.parametrize("language", CATALOGUES)
def test_everything_a_customer_reads_is_translated_and_nothing_else(language):
    translated = written(language)
    assert set(translated) == set(MESSAGES)
    assert not [message for message, said in translated.items() if not said.strip()]
    assert not [message for message, said in translated.items() if said == message and message not in ALIKE]


@pytest.mark.parametrize("language", CATALOGUES)
def test_a_translation_keeps_every_placeholder_and_tag(language):
    for message, said in written(language).items():
        assert sorted(PLACEHOLDER.findall(said)) == sorted(PLACEHOLDER.findall(message)), message


@pytest.mark.parametrize("language", CATALOGUES)
def test_what_is_compiled_is_what_is_written(language):
    assert compiled(language) == written(language)


@pytest.fixture
def asked(db, request):
    """An invitation to the standard questionnaire after a delivery, in one language."""
    survey = create_from_template("delivery", locale=request.param)
    publish_survey(survey.pk, actor=None, now=datetime.now(UTC))
    survey.refresh_from_db()
    return invite_directly(survey, rows.customer(), now=datetime.now(UTC))


@pytest.mark.parametrize("asked", ["de", "pt-br", "ar"], indirect=True)
def test_no_english_is_left_on_a_page_its_error_and_its_letter(client, asked):
    path = survey_link(asked).removeprefix(settings.PUBLIC_URL)
    page = client.get(path).content.decode()
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    refused = client.post(path, form | {"go": "next"}).content.decode()
    delivery = asked.deliveries.get()
    farewell = client.get(unsubscribe_link(delivery).removeprefix(settings.PUBLIC_URL)).content.decode()
    letter = compose(delivery, now=datetime.now(UTC))
    assert 'role="alert"' in refused
    for shown in (page, refused, farewell, letter.html, letter.text):
        assert english_in(shown) == []


def english_in(shown: str) -> list[str]:
    """The messages whose words, between placeholders, are all on this page as they stand in the source."""
    shown = re.sub(r"<style.*?</style>", "", shown, flags=re.DOTALL)
    words = {message: _words(message) for message in MESSAGES}
    return [message for message, parts in words.items() if parts and all(part.search(shown) for part in parts)]


def _words(message: str) -> list[re.Pattern]:
    """Shorter words, such as `of` and `No`, stand in other languages and in markup too."""
    parts = [part.strip(" .:,“”") for part in re.split(r"%\(\w+\)s|<[^>]*>|\{\{[^}]*\}\}", message)]
    return [re.compile(rf"\b{re.escape(part)}") for part in parts if len(part) >= len("Send")]


@pytest.mark.django_db
def test_a_template_begins_in_the_language_that_the_designer_chose():
    designer = client_of(staff("designer"))
    designer.post("/admin/surveys/survey/from-template/", {"template": "nps", "locale": "fr"})
    survey = Survey.objects.get()
    assert survey.locale == "fr" and survey.title == "Nous recommanderiez-vous\u00a0?"
    assert survey.privacy_notice.startswith("Nous utilisons vos réponses")
    assert freeze(survey)["title"] == survey.title


@pytest.mark.django_db
def test_a_template_in_a_language_without_a_catalogue_is_refused():
    designer = client_of(staff("designer"))
    answer = designer.post("/admin/surveys/survey/from-template/", {"template": "nps", "locale": "xx"})
    assert answer.status_code == 404 and not Survey.objects.exists()


@pytest.mark.django_db
def test_staff_pages_stay_english_for_a_german_browser():
    designer = client_of(staff("designer"))
    page = designer.get("/admin/surveys/survey/", headers={"accept-language": "de"}).content.decode()
    assert '<html lang="en"' in page and "Log out" in page and "Abmelden" not in page
