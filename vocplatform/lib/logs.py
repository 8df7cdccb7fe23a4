"""No log line carries a survey token, a key, an address, a search or a customer's words."""

import re
from datetime import date, timedelta

TOKENS = re.compile(r"(/(?:s|u|r|e|status)/)[^/\s\"'?]{6,}")
QUERIES = re.compile(r"(/[^\s\"'?]*)\?[^\s\"']+")
KEYS = re.compile(r"\bvoc_[A-Za-z0-9_\-]{8,}")
ADDRESSES = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
PHONES = re.compile(r"\+\d(?:[\s/-]?\d){7,}")
ROWS = re.compile(r"(DETAIL:|Failing row contains|Key) .*")  # PostgreSQL quotes the refused row, comments and all
PASSWORDS = re.compile(r"(://[^:/@\s]*:)[^@\s/]+@")
HARMLESS = (int, float, bool, date, timedelta, type(None))


def mask(text: str) -> str:
    text = PASSWORDS.sub(r"\1…@", text)
    text = TOKENS.sub(r"\1…", text)
    text = QUERIES.sub(r"\1?…", text)
    text = KEYS.sub("voc_…", text)
    text = ADDRESSES.sub("…@…", text)
    text = PHONES.sub("+…", text)
    return ROWS.sub(r"\1 …", text)


def mask_value(value: object) -> object:
    """Mask what is inside, too; of an object we do not know, such as an exception, only its masked text remains."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, HARMLESS):
        return value
    if isinstance(value, dict):
        return {mask_value(key): mask_value(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set):
        return [mask_value(inner) for inner in value]
    return mask(repr(value))


def mask_secrets(logger, method, event: dict) -> dict:
    return {key: mask_value(value) for key, value in event.items()}
