"""What nobody should send, and a reader that finds the forms of a page to send it by."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qs, urljoin, urlsplit

VALUES = [
    "\0",
    "a\0b",
    "9" * 30,
    "-1",
    "0",
    "-0",
    "1.5",
    "1_0",
    "1e999",
    "NaN",
    "Infinity",
    "2147483648",
    "9223372036854775808",
    "２",
    "٩",
    "2026-02-30",
    "0001-01-01",
    "9999-12-31",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59-14:00",
    "",
    " ",
    "-",
    '"',
    "(((((",
    "[{",
    "'\"\\%_",
    "%00",
    "null",
    "true",
    "__class__",
    "{{7*7}}",
    "=1+1",
    "<script>alert(1)</script>",
    "javascript:alert(1)",
    "//evil.example",
    "../../etc/passwd",
    "a\r\nBcc: x@y.example",
    "\u202e\u200b",
    "😡",
    "10.0.0.1",
    "x" * 10_000,
]
# Asked of every address, whether or not a page of it offers them.
USUAL = ("q", "page", "p", "o", "e", "all", "score", "next", "view", "first", "last", "survey", "sort", "language")


@dataclass
class Form:
    action: str
    is_post: bool
    fields: dict[str, str] = field(default_factory=dict)

    def sent_to(self, url: str) -> str:
        return urljoin(url, self.action) if self.action else url


class Page(HTMLParser):
    """The forms of a page with what a browser would send of them, and the names in its links to itself."""

    def __init__(self, url: str, html: str) -> None:
        super().__init__()
        self.url = url
        self.forms: list[Form] = []
        self.names = set(USUAL)
        self._form: Form | None = None
        self._open: dict[str, str] = {}
        self.feed(html)
        for form in self.forms:
            if not form.is_post and urlsplit(form.sent_to(url)).path == url:
                self.names |= form.fields.keys()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower() == "post")
            self.forms.append(self._form)
        elif tag == "a":
            self._note_link(given.get("href", ""))
        elif tag == "option" and "select" in self._open and self._form and "selected" in given:
            self._form.fields[self._open["select"]] = given.get("value", "")
        elif self._form is not None and given.get("name"):
            self._note_field(tag, given)

    def _note_link(self, href: str) -> None:
        if "?" in href and urlsplit(urljoin(self.url, href)).path == self.url:
            self.names |= set(parse_qs(urlsplit(href).query, keep_blank_values=True))

    def _note_field(self, tag: str, given: dict[str, str]) -> None:
        name, is_box = given["name"], given.get("type") in {"checkbox", "radio"}
        if tag in {"select", "textarea"}:
            self._open[tag] = name
        if tag == "button" or tag == "select" or (is_box and "checked" not in given):
            self._form.fields.setdefault(name, given.get("value", ""))
        elif given.get("type") != "file":
            self._form.fields[name] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        self._open.pop(tag, None)
        if tag == "form":
            self._form = None

    def handle_data(self, data: str) -> None:
        if "textarea" in self._open and self._form is not None:
            self._form.fields[self._open["textarea"]] += data
