"""Pages on paper. WeasyPrint draws them by Pango, a system library; without it every other part goes on working."""

from functools import cache
from pathlib import Path

HINT = "PDF files need Pango (Debian: apt install libpango-1.0-0 libpangoft2-1.0-0)."


class PdfMissing(Exception):
    """This machine has no Pango, so it writes no PDF."""


@cache
def _library():
    try:
        import weasyprint  # loads system libraries: a tenth of a second, and it fails where they are missing
    except OSError as problem:
        raise PdfMissing(HINT) from problem
    return weasyprint


def can_write_pdf() -> bool:
    try:
        _library()
    except PdfMissing:
        return False
    return True


def write_pdf(html: str, *, styles: Path | None) -> bytes:
    """One self-contained page as PDF: nothing is fetched from anywhere. Raises PdfMissing."""
    library = _library()
    nothing = library.urls.URLFetcher(allowed_protocols=())
    page = library.HTML(string=html, base_url=None, url_fetcher=nothing)
    return page.write_pdf(stylesheets=[library.CSS(filename=str(styles))] if styles else None)
