"""The QR code of a collection link, to print or to show."""

from io import BytesIO

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from surveys.models import CollectionLink

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
