"""What a browser gets when something is wrong, in its own language, without a log-in."""

import pytest
from django.conf import settings
from django.db import OperationalError
from django.test import RequestFactory

from vocplatform.errors import answer_bad_request, answer_error

SAID = {
    "en": "This request cannot be read",
    "de": "Diese Anfrage lässt sich nicht lesen",
    "es": "Esta solicitud no se puede leer",
    "fr": "Cette demande est illisible",
    "pt-br": "Não é possível ler esta solicitação",
    "ar": "لا يمكن قراءة هذا الطلب",
}


def asked(language: str, path: str = "/s/x/"):
    return RequestFactory().get(path, headers={"accept-language": language})


def failed(problem: Exception, language: str = "de", path: str = "/s/x/"):
    try:
        raise problem
    except type(problem):
        return answer_error(asked(language, path))


def test_every_shipped_language_has_its_sentence():
    assert set(SAID) == {code for code, _name in settings.LANGUAGES}


@pytest.mark.parametrize("language", SAID)
def test_a_request_that_cannot_be_read_gets_a_page_in_the_browsers_language(language):
    page = answer_bad_request(asked(language), ValueError())
    html = page.content.decode()
    assert page.status_code == 400
    assert f"<h1>{SAID[language]}</h1>" in html
    assert f'dir="{"rtl" if language == "ar" else "ltr"}"' in html
    assert "voc/staff.css" in html


@pytest.mark.parametrize(
    ("problem", "status", "words"),
    [
        (OverflowError(), 400, SAID["de"]),
        (RuntimeError(), 500, "Bei uns ist etwas schiefgegangen"),
        (OperationalError(), 503, "Bitte versuchen Sie es gleich noch einmal"),
    ],
)
def test_what_went_wrong_decides_the_page(problem, status, words):
    page = failed(problem)
    assert (page.status_code, words in page.content.decode()) == (status, True)


def test_programs_get_code_and_message_instead():
    assert failed(OverflowError(), path="/api/v1/events").headers["Content-Type"] == "application/json"
