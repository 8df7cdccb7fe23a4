"""The page's one style block: our sheet, the survey's colour, and the rules that bring up questions."""

import re
from functools import lru_cache
from pathlib import Path

from django.apps import apps

from surveys.definition.colour import HEX, NIGHT, lightened_for

PLAIN_ACCENT = "#0b5d66"
NIGHT_CONTRAST = 6.0


def style_block(accent: str, reveal: str = "") -> str:
    return public_css() + theme(accent) + reveal


def theme(accent: str) -> str:
    """The accent carries white words by day; by night it is lightened until it can be read itself."""
    day = accent if HEX.fullmatch(accent) else PLAIN_ACCENT
    night = lightened_for(NIGHT, day, ratio=NIGHT_CONTRAST)
    return (
        f":root{{--accent:{day};--on-accent:#fff}}"
        f"@media (prefers-color-scheme:dark){{:root{{--accent:{night};--on-accent:{NIGHT}}}}}"
        "@media print{:root{--accent:#000;--on-accent:#fff}}"
    )


@lru_cache(maxsize=1)
def public_css() -> str:
    """Inside the page rather than beside it: one request, and nothing to wait for on a slow line."""
    path = Path(apps.get_app_config("vocplatform").path) / "static" / "voc" / "public.css"
    return squeeze(path.read_text())


def squeeze(css: str) -> str:
    """Our own sheet holds no strings with comments or runs of spaces in them."""
    without_comments = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return re.sub(r"\s*([{};,])\s*", r"\1", re.sub(r"\s+", " ", without_comments)).strip().replace(";}", "}")
