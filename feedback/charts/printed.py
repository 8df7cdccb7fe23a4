"""Drawings for paper: a PDF knows none of the page's style sheets, so each drawing brings its own along."""

from functools import cache
from pathlib import Path

from django.utils.safestring import SafeString, mark_safe

SHEET = Path(__file__).parent / "printed.css"


@cache
def _style() -> str:
    return f"<style>{SHEET.read_text()}</style>"


def printed(svg: SafeString) -> SafeString:
    """The same drawing with its colours inside."""
    head, end, rest = str(svg).partition(">")
    return mark_safe(f"{head}{end}{_style()}{rest}")  # noqa: S308  the drawing is safe already, the sheet is our own
