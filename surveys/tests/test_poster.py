"""The code to scan: read back by somebody else's reader, on its own and on the sheet to hang up."""

from io import BytesIO

import pytest
import zxingcpp
from django.test import Client
from PIL import Image
from pypdf import PdfReader

from surveys.models import CollectionLink
from surveys.tests import rows
from surveys.tests.designer import client_of, staff
from surveys.views import links
from vocplatform.lib import pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(settings):
    settings.PUBLIC_URL, settings.ORGANISATION_NAME = "https://feedback.example.org", "Corner shop"
    asks = rows.survey(title="How was {{touchpoint.name|your visit}}?", locale="de")
    return CollectionLink.objects.create(name="Counter", touchpoint=rows.touchpoint(name="Kasse 3"), survey=asks)


@pytest.fixture
def designer() -> Client:
    return client_of(staff("designer"))


def test_the_picture_says_the_links_address_and_forgives_damage(client, link):
    picture = Image.open(BytesIO(client.get(f"/c/{link.code}/qr.png").content)).convert("L")
    found = zxingcpp.read_barcode(picture)
    assert (found.text, found.ec_level) == (f"https://feedback.example.org/c/{link.code}/", "M")
    side = picture.width // 12
    picture.paste(0, (picture.width // 2, picture.height // 2, picture.width // 2 + side, picture.height // 2 + side))
    assert zxingcpp.read_barcode(picture).text == found.text


def test_the_sheet_has_title_code_and_address_in_the_surveys_language(designer, link):
    if not pdf.can_write_pdf():
        pytest.skip(pdf.HINT)
    answer = designer.get(f"/c/{link.code}/poster.pdf")
    assert answer["Content-Type"] == "application/pdf"
    [page] = PdfReader(BytesIO(answer.content)).pages
    text = " ".join(page.extract_text().split())
    assert "How was Kasse 3?" in text and "Corner shop" in text
    assert "Scannen Sie diesen Code mit dem Handy" in text
    assert f"feedback.example.org/c/{link.code}" in text


def test_a_server_that_writes_no_pdf_shows_the_sheet_to_print(designer, link, monkeypatch):
    def missing(*args, **kwargs):
        raise pdf.PdfMissing(pdf.HINT)

    monkeypatch.setattr(links, "write_pdf", missing)
    page = designer.get(f"/c/{link.code}/poster.pdf").content.decode()
    assert "<h1>How was Kasse 3?</h1>" in page and "<svg" in page


def test_the_sheet_of_an_unpublished_survey_is_not_there(designer, link):
    link.survey.live_version = None
    link.survey.save()
    assert designer.get(f"/c/{link.code}/poster.pdf").status_code == 404


def test_only_staff_can_make_us_write_a_sheet(client, link):
    assert client.get(f"/c/{link.code}/poster.pdf").status_code == 302
    assert client_of(staff("agent")).get(f"/c/{link.code}/poster.pdf").status_code == 403


def test_the_code_on_the_sheet_grows_with_its_place(link):
    """Its drawing has a field of view and no size: else it would stand small in a corner of the sheet."""
    drawn = links._growing_code(link)
    assert "viewBox=" in drawn and "width=" not in drawn.partition(">")[0]
