"""GET: what a customer sees, and that seeing it changes nothing."""

import gzip

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from feedback.models import Response
from feedback.tests.survey_page import EVERY_KIND, THREE_PAGES, Reader, ask, collect, invite, path_of, publish
from surveys.models import Customer

pytestmark = pytest.mark.django_db


def writes(queries) -> list[str]:
    return [query["sql"] for query in queries if not query["sql"].startswith("SELECT")]


def test_a_fresh_page_takes_one_query():
    reader = Reader(path_of(invite()))
    reader.open()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert reader.open().status_code == 200
    assert len(queries) == 1


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("query", ["", "?score=0", "?score=9&page=1", "?edit=1", "?page=2", "?form=x", "thanks/"])
def test_reading_changes_no_row(method, query):
    reader = Reader(path_of(invite(publish(*THREE_PAGES))))
    with CaptureQueriesContext(connection) as queries:
        getattr(reader.client, method)(reader.path + query)
    assert writes(queries) == []


def test_a_score_link_ticks_zero():
    reader = Reader(path_of(invite()))
    reader.open("?score=0")
    assert reader.ticked() == ["nps-0"]


@pytest.mark.parametrize("score", ["11", "-1", "abc", "9.5", "٩", "%009", "", "9&score=0", "1e1", "+9", "x" * 2000])
def test_a_bad_score_link_opens_the_page_with_nothing_ticked(score):
    reader = Reader(path_of(invite()))
    assert reader.open(f"?score={score}").status_code == 200
    assert reader.ticked() == []


@pytest.mark.parametrize("target", ["//evil.example", "https:evil", "/\\evil", "javascript:alert(1)"])
def test_a_redirect_wish_is_ignored(target):
    reader = Reader(path_of(invite()))
    page = reader.open(f"?next={target}").content.decode()
    assert "evil" not in page and "javascript" not in page


def test_ten_score_links_opened_in_a_second_store_nothing():
    reader = Reader(path_of(invite()))
    for score in range(11):
        reader.open(f"?score={score}")
    assert not Response.objects.exists()


def test_the_page_is_private():
    page = Reader(path_of(invite())).open()
    assert page["Cache-Control"] == "no-store"
    assert page["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page["X-Robots-Tag"]
    assert page["X-Frame-Options"] == "DENY"
    assert "script-src" not in page["Content-Security-Policy"]
    assert "default-src 'none'" in page["Content-Security-Policy"]
    assert not page.cookies


def test_the_token_stands_in_the_form_and_nowhere_else():
    reader = Reader(path_of(invite()))
    page = reader.open().content.decode()
    assert page.count(reader.path.split("/")[2]) == 1
    assert reader.path.split("/")[2] not in page.split("</title>")[0]


def test_every_kind_on_one_page_weighs_less_than_thirty_kilobytes():
    page = Reader(path_of(invite(publish(*EVERY_KIND)))).open()
    assert len(gzip.compress(page.content)) < 8_000
    assert len(page.content) < 30_000


def test_the_page_asks_nothing_of_other_hosts():
    page = Reader(path_of(invite(publish(*EVERY_KIND)))).open().content.decode()
    assert "http://" not in page and "https://" not in page and "<script" not in page


def test_the_ends_of_a_scale_say_their_words_inside_the_label():
    page = Reader(path_of(invite())).open().content.decode()
    assert '<span>0<span class="vh"> not at all likely</span></span></label>' in page
    assert '<span>10<span class="vh"> extremely likely</span></span></label>' in page


def test_the_title_counts_questions_on_a_survey_of_several_pages():
    reader = Reader(path_of(invite(publish(*THREE_PAGES))))
    assert "<title>Questions 1 to 2 of at most 5 – How was your delivery?</title>" in reader.open().content.decode()


def test_a_survey_on_one_page_has_its_own_title():
    assert "<title>How was your delivery?</title>" in Reader(path_of(invite())).open().content.decode()


def test_an_arabic_survey_runs_from_right_to_left():
    page = Reader(path_of(invite(publish(locale="ar")))).open().content.decode()
    assert '<html lang="ar" dir="rtl">' in page


def test_a_name_is_filled_in_once_and_escaped():
    version = publish(ask("nps", "nps", "Hello {{customer.name|there}}, how was it?"))
    customer = Customer.objects.create(name="<b>{{touchpoint.name}}</b>")
    page = Reader(path_of(invite(version, customer=customer))).open().content.decode()
    assert "Hello \u2068&lt;b&gt;{{touchpoint.name}}&lt;/b&gt;\u2069, how was it?" in page


def test_an_unknown_name_gives_way_to_the_words_after_the_bar():
    version = publish(ask("nps", "nps", "Hello {{customer.name|there}}!"))
    assert "Hello \u2068there\u2069!" in Reader(path_of(invite(version))).open().content.decode()


def test_two_readers_never_see_each_others_names():
    version = publish(ask("nps", "nps", "Hello {{customer.name|there}}!"))
    for name in ("Ana", "Bo"):
        customer = Customer.objects.create(name=name)
        assert f"\u2068{name}\u2069" in Reader(path_of(invite(version, customer=customer))).open().content.decode()


def test_a_collection_link_opens_for_everybody():
    assert Reader(f"/c/{collect().code}/").open().status_code == 200


def test_a_collection_link_shows_its_address_as_a_code_to_scan(client):
    code = collect().code
    svg, png = client.get(f"/c/{code}/qr.svg"), client.get(f"/c/{code}/qr.png")
    assert svg["Content-Type"] == "image/svg+xml" and svg.content.startswith(b"<svg")
    assert png.content.startswith(b"\x89PNG")


def test_other_methods_are_refused():
    reader = Reader(path_of(invite()))
    assert reader.client.put(reader.path).status_code == 405
    assert reader.client.delete(reader.path).status_code == 405


def test_a_foreign_host_name_is_refused():
    reader = Reader(path_of(invite()))
    assert reader.client.get(reader.path, headers={"host": "evil.example"}).status_code == 400


def test_customers_pass_by_what_only_staff_need(settings):
    with_middleware = settings.MIDDLEWARE
    settings.MIDDLEWARE = [*with_middleware, "feedback.tests.test_page_reading.never_reached"]
    assert Reader(path_of(invite())).open().status_code == 200


def never_reached(get_response):
    def middleware(request):
        raise AssertionError(request.path)

    return middleware
