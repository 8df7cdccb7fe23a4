"""Texts with what web pages leave in them: nobody wrote "&#39;" or "<br>", and no word should be cut in two by it."""

import re
from html import unescape

MARKUP = re.compile(
    r"&(?:amp;)?(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8}\d?);"
    r"|</?(?:br|p|b|i|u|em|strong|div|span|a|ul|ol|li|hr|font|h[1-6])\b[^<>]{0,300}>",
    re.IGNORECASE,
)
BREAKS = ("<br", "<p", "</p", "<li", "<div", "<hr")

Places = list[tuple[int, int]]  # for each character of the plain text, where it began and ended in the marked one


def unmarked(text: str) -> str:
    return MARKUP.sub(_plain, text) if has_markup(text) else text


def has_markup(text: str) -> bool:
    return ("&" in text or "<" in text) and MARKUP.search(text) is not None


def places_in(text: str) -> Places:
    """Where in the marked text each character of `unmarked(text)` comes from."""
    places: Places = []
    end = 0
    for found in MARKUP.finditer(text):
        places += [(place, place + 1) for place in range(end, found.start())]
        places += [found.span()] * len(_plain(found))
        end = found.end()
    return places + [(place, place + 1) for place in range(end, len(text))]


def _plain(found: re.Match) -> str:
    marked = found.group()
    if marked[0] == "&":
        return unescape(unescape(marked))
    return "\n" if marked.lower().startswith(BREAKS) else " "
