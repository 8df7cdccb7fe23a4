"""A page drawn once and kept in pieces: what differs from reader to reader is put between them.

The template writes marks where a request has its say (a ticked radio, a typed text, the signed state). Splitting the
drawn page at its marks leaves plain text, which joins in microseconds where a template takes milliseconds.
"""

import re
import secrets
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from surveys.definition.pipe import Pipe, pieces

SECRET = secrets.token_hex(12)  # nobody can write a mark into a question
MARK = re.compile(rf"@{SECRET}:([^@]*)@")


def mark(name: str) -> str:
    return f"@{SECRET}:{name}@"


@dataclass(frozen=True, slots=True)
class Sheet:
    """`parts` alternates text and the names of slots, beginning and ending with text."""

    parts: tuple[str, ...]
    style_hash: str

    def fill(self, slots: Mapping[str, str]) -> str:
        """Put ready-made HTML into the slots; a slot without a value stays empty."""
        parts = list(self.parts)
        for place in range(1, len(parts), 2):
            parts[place] = slots.get(parts[place], "")
        return "".join(parts)

    def content_security_policy(self, framed_by: str = "'none'") -> str:
        """No script, no picture from elsewhere, one style block known by its hash."""
        return (
            f"default-src 'none'; style-src '{self.style_hash}'; img-src 'self' data:; "
            f"form-action 'self'; base-uri 'none'; frame-ancestors {framed_by}"
        )


def cut(html: str, style: str) -> Sheet:
    """`style` goes in as it is: it is ours, and quotes in it must not become entities."""
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return Sheet(tuple(MARK.split(html.replace(mark("style"), style))), f"sha256-{digest}")


def marked(text: str, names: Mapping[Pipe, str]) -> str:
    """The text with a mark in the place of each pipe."""
    return "".join(mark(names[piece]) if isinstance(piece, Pipe) else piece for piece in pieces(text))
