"""The body of a request, whatever it is labelled: many senders name JSON wrongly, and some pack it."""

import zlib

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from surveys.api.problems import TooLarge
from vocplatform.lib.strict_json import UnreadableJson, read_json

LARGEST_BODY = 4 * 1024 * 1024
GZIP_MARK = b"\x1f\x8b"
ANY_GZIP = 16 + zlib.MAX_WBITS


class StrictJsonParser(BaseParser):
    media_type = "*/*"

    def parse(self, stream, media_type=None, parser_context=None) -> object:
        content = _inflated(_read(stream))
        if not content.strip():
            raise ParseError(_("The body is empty."))
        try:
            return read_json(content)
        except UnreadableJson as problem:
            raise ParseError(str(problem)) from None


def _read(stream) -> bytes:
    content = stream.read(LARGEST_BODY + 1)
    if len(content) > LARGEST_BODY:
        raise TooLarge(_("The body is larger than 4 MB; send it in parts."))
    return content


def _inflated(content: bytes) -> bytes:
    if not content.startswith(GZIP_MARK):
        return content
    unpacker = zlib.decompressobj(ANY_GZIP)
    try:
        unpacked = unpacker.decompress(content, LARGEST_BODY)
    except zlib.error:
        raise ParseError(_("The body is not gzip.")) from None
    if unpacker.unconsumed_tail:
        raise TooLarge(_("The body is larger than 4 MB when unpacked; send it in parts."))
    if not unpacker.eof:
        raise ParseError(_("The body ends in the middle."))
    return unpacked
