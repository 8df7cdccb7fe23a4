"""The QR code of a collection link, to print or to show."""

from io import BytesIO

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from surveys.definition.pipe import fill
from surveys.definition.schema import read_definition
from surveys.forms.loaded import reading_direction
from surveys.models import CollectionLink
from vocplatform.lib.doors import open_to
from vocplatform.lib.pdf import PdfMissing, write_pdf

ERROR_LEVEL = "m"  # 15 % of the print may be damaged
QUIET_MODULES = 4  # the standard's own margin: cameras look for it
PIXELS_PER_MODULE = 12


def collection_url(link: CollectionLink) -> str:
    return f"{settings.PUBLIC_URL}/c/{link.code}/"


def qr_code(link: CollectionLink, kind: str) -> bytes:
    """`kind` is svg or png."""
    picture = BytesIO()
    code = segno.make(collection_url(link), error=ERROR_LEVEL, micro=False)
    scale = {"scale": PIXELS_PER_MODULE} if kind == "png" else {"scale": 8, "xmldecl": False, "svgclass": None}
    code.save(picture, kind=kind, border=QUIET_MODULES, **scale)
    return picture.getvalue()


def _growing_code(link: CollectionLink) -> str:
    """As SVG without a size of its own: it fills the place it is given."""
    code = segno.make(collection_url(link), error=ERROR_LEVEL, micro=False)
    return code.svg_inline(border=QUIET_MODULES, omitsize=True)


@require_safe
def qr_svg(request: HttpRequest, code: str) -> HttpResponse:
    return _picture(code, "svg", "image/svg+xml")


@require_safe
def qr_png(request: HttpRequest, code: str) -> HttpResponse:
    return _picture(code, "png", "image/png")


def _picture(code: str, kind: str, content_type: str) -> HttpResponse:
    link = get_object_or_404(CollectionLink, code=code)
    response = HttpResponse(qr_code(link, kind), content_type=content_type)
    response.headers["Content-Disposition"] = f'inline; filename="{link.code}.{kind}"'
    return response


@require_safe
@open_to("surveys.view_collectionlink")
def poster(request: HttpRequest, code: str) -> HttpResponse:
    """A sheet to hang up, in the survey's own language; without Pango the page itself, which any browser prints."""
    links = CollectionLink.objects.select_related("survey__live_version", "touchpoint")
    link = get_object_or_404(links, code=code, survey__live_version__isnull=False)
    html = _sheet(link)
    try:
        response = HttpResponse(write_pdf(html, styles=None), content_type="application/pdf")
        response.headers["Content-Disposition"] = f'inline; filename="{link.code}.pdf"'
    except PdfMissing:
        response = HttpResponse(html)
        response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return response


def _sheet(link: CollectionLink) -> str:
    definition = read_definition(link.survey.live_version.definition)
    context = {
        "title": fill(definition.title, {"touchpoint.name": link.touchpoint.name}, str),
        "privacy_notice": definition.privacy_notice,
        "locale": definition.locale,
        "direction": reading_direction(definition.locale),
        "accent": definition.accent_colour,
        "organisation": settings.ORGANISATION_NAME,
        "address": collection_url(link).partition("://")[2].removesuffix("/"),
        "code": SafeString(_growing_code(link)),
    }
    with translation.override(definition.locale):
        return render_to_string("surveys/public/poster.html", context)
