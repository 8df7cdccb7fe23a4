"""What a browser gets when something is wrong: a customer in her own language and with a way on, staff in ours."""

import re

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import OperationalError
from django.test import Client, RequestFactory, override_settings
from django.urls import path

from loop.tests.staff import browser, staff
from vocplatform.errors import answer_bad_request, answer_error, answer_forbidden, answer_forged
from vocplatform.tests.doors import PUBLIC, doors

SAID = {
    "en": "This request cannot be read",
    "de": "Diese Anfrage lässt sich nicht lesen",
    "es": "Esta solicitud no se puede leer",
    "fr": "Cette demande est illisible",
    "pt-br": "Não é possível ler esta solicitação",
    "ar": "لا يمكن قراءة هذا الطلب",
}
BROKEN = "Bei uns ist etwas schiefgegangen"
AWAY = "Bitte versuchen Sie es gleich noch einmal"
UNKNOWN = "Dieser Link funktioniert nicht"


def asked(language: str = "de", address: str = "/s/x/", method: str = "GET"):
    return RequestFactory().generic(method, address, headers={"accept-language": language})


def failed(problem: Exception, **kwargs):
    try:
        raise problem
    except type(problem):
        return answer_error(asked(**kwargs))


def test_every_shipped_language_has_its_sentence():
    assert set(SAID) == {code for code, _name in settings.LANGUAGES}


@pytest.mark.parametrize("language", SAID)
def test_a_customer_whose_request_cannot_be_read_is_told_in_the_browsers_language(language):
    page = answer_bad_request(asked(language), ValueError())
    html = page.content.decode()
    assert page.status_code == 400
    assert f"<h1>{SAID[language]}</h1>" in html
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in html


# None of these tests may touch a database: whatever reached for it would fail here.
@pytest.mark.parametrize(
    ("problem", "status", "words"),
    [
        (OverflowError(), 400, SAID["de"]),
        (RuntimeError(), 500, BROKEN),
        (OperationalError(), 503, AWAY),
    ],
)
def test_what_went_wrong_decides_the_customers_page_and_each_leads_back(problem, status, words):
    page = failed(problem, address="/f/a-1/?x=1")
    html = page.content.decode()
    assert (page.status_code, f"<h1>{words}</h1>" in html) == (status, True)
    assert '<a class="way-on" href="/f/a-1/">Seite noch einmal öffnen</a>' in html


def test_a_customers_page_loads_nothing_names_nobody_and_leads_to_no_log_in():
    page = failed(RuntimeError())
    html = page.content.decode()
    assert not re.search(r"<(script|link|img|iframe|form)\b", html)
    assert set(re.findall(r'href="([^"]*)"', html)) == {"/s/x/", "mailto:feedback@localhost"}
    assert "vocplatform" not in html
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert (page.headers["Cache-Control"], page.headers["X-Frame-Options"]) == ("no-store", "DENY")


@pytest.mark.parametrize(("method", "words"), [("GET", "diese Seite nicht öffnen"), ("POST", "nichts speichern")])
def test_who_only_looked_is_not_told_that_something_was_not_stored(method, words):
    page = failed(OperationalError(), method=method)
    assert words in page.content.decode()
    assert page.headers["Retry-After"] == "10"


def test_a_body_that_is_too_large_is_told_so():
    page = answer_bad_request(asked(), RequestDataTooBig())
    assert (page.status_code, "Das ist zu viel auf einmal" in page.content.decode()) == (413, True)


@pytest.mark.parametrize("page", [answer_forbidden(asked(), PermissionDenied()), answer_forged(asked())])
def test_a_refused_customer_is_told_that_nothing_was_changed(page):
    assert (page.status_code, "Es wurde nichts geändert" in page.content.decode()) == (403, True)


def test_an_address_in_the_way_on_is_no_markup():
    html = answer_bad_request(asked(address="/s/%22><b>%3Fx/"), ValueError()).content.decode()
    assert 'href="/s/%22%3E%3Cb%3E%3Fx/"' in html


def test_staff_read_their_own_pages_in_english():
    page = failed(RuntimeError(), address="/inbox/").content.decode()
    assert "Something broke on our side" in page
    assert "vocplatform" in page


def test_programs_get_code_and_message_instead():
    assert failed(OverflowError(), address="/api/v1/events").headers["Content-Type"] == "application/json"


def _break(request, **kwargs):
    raise RuntimeError


urlpatterns = [path("u/<str:token>/", _break), path("inbox/", _break)]
handler500 = "vocplatform.errors.answer_error"


@override_settings(ROOT_URLCONF=__name__)
def test_a_page_that_breaks_behind_all_the_middleware_is_a_customers_page_without_a_database():
    client = Client(raise_request_exception=False, headers={"accept-language": "de"})
    answer = client.get("/u/7:x/")
    assert (answer.status_code, BROKEN in answer.content.decode()) == (500, True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    ["/s", "/s/", "/s/abc/def", "/c/ABC/x", "/u/7:cut", "/u/", "/f/x/y/", "/q/7:cut", "/n/7:cut/", "/r/no", "/S/x/"],
)
def test_a_link_that_was_cut_off_is_answered_in_the_customers_language(address):
    answer = Client(headers={"accept-language": "de-CH"}).get(address)
    html = answer.content.decode()
    assert (answer.status_code, f"<h1>{UNKNOWN}</h1>" in html, "vocplatform" in html) == (404, True, False)


@pytest.mark.django_db
def test_a_wrong_address_of_staff_stays_their_own_page():
    assert "There is nothing here" in browser(staff("agent")).get("/customers/99999999/").content.decode()


@pytest.mark.django_db
def test_no_customers_form_needs_a_cookie_and_what_takes_no_form_says_so():
    strict = Client(enforce_csrf_checks=True, headers={"accept-language": "de"})
    secret = [door for door in doors() if re.match(r"[cfnqrsu]/<", door.route) and door.needs == PUBLIC]
    answers = {door.route: strict.post("/" + re.sub(r"<[^>]+>", "x", door.route)) for door in secret}
    refused = {route for route, answer in answers.items() if answer.status_code == 403}
    assert refused == {"c/<str:code>/qr.svg", "c/<str:code>/qr.png", "r/<slug:code>/", "r/<slug:code>"}
    assert all("<h1>Das wurde nicht angenommen</h1>" in answers[route].content.decode() for route in refused)
    assert {answer.status_code for route, answer in answers.items() if route not in refused} == {404, 405}
