"""Personal data out of a comment before it is stored: what stands here is never written to the database.

The order matters: links first, since they may hold an address or a token, and phone numbers last, since a card or an
IBAN holds something like one. Order numbers and dates stay: staff need them and nobody is named by them.
"""

import re

EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
URL = re.compile(r"\b(?:https?://|www\.)[^\s<>\"']+", re.IGNORECASE)
SECRET = re.compile(r"[?#].*|[A-Za-z0-9_-]{20,}")
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{1,4}){3,8}\b", re.IGNORECASE)
CARD = re.compile(r"(?<!\w)\d(?:[ -]?\d){12,18}(?!\w)")
PHONE = re.compile(
    r"(?<![\w.,/-])(?:"
    r"(?:\+|00)[1-9]\d{0,2}(?:[ ./-]?\(?\d{1,5}\)?){2,6}"  # +44 20 7946 0958, 0049 (30) 123456
    r"|\(\d{2,5}\)[ -]?\d{3,4}[ .-]?\d{3,5}"  # (555) 123-4567
    r"|0\d{1,4}(?:[ ./-]?\d{2,5}){2,5}"  # 06 12 34 56 78, 0161 496 0000
    r"|\d{3}([ .-])\d{3}\1\d{4}"  # 555-123-4567
    r"|\d{10,11}"
    r")(?![\w/-])"
)
PHONE_DIGITS = range(9, 16)  # eight digits are a date or two times of day more often than a number
IBAN_LENGTH = range(15, 35)


def redact(text: str) -> str:
    """The text with e-mail addresses, secrets in links, IBANs, cards and phone numbers each replaced by a word."""
    if "/" in text or "www." in text.lower():
        text = URL.sub(lambda found: SECRET.sub("[token]", found.group()), text)
    if "@" in text:
        text = EMAIL.sub("[email]", text)
    if any(char.isdigit() for char in text):
        text = IBAN.sub(_hide_iban, text)
        text = CARD.sub(_hide_card, text)
        text = PHONE.sub(_hide_phone, text)
    return text


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


def _hide_phone(found: re.Match[str]) -> str:
    return "[phone]" if len(_digits(found.group())) in PHONE_DIGITS else found.group()


def _hide_card(found: re.Match[str]) -> str:
    return "[card]" if _passes_luhn(_digits(found.group())) else found.group()


def _hide_iban(found: re.Match[str]) -> str:
    """Words may follow an IBAN without a stop, so the longest beginning that checks out is taken."""
    parts = found.group().split(" ")
    for taken in range(len(parts), 0, -1):
        if _is_iban("".join(parts[:taken])):
            return " ".join(["[iban]", *parts[taken:]])
    return found.group()


def _passes_luhn(number: str) -> bool:
    """ISO/IEC 7812-1, annex B. A run of one digit passes it and is no card."""
    digits = [int(char) for char in reversed(number)]
    doubled = (sum(divmod(digit * 2, 10)) for digit in digits[1::2])
    return len(set(digits)) > 1 and (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _is_iban(plain: str) -> bool:
    """ISO 13616: country and check digits moved to the end, letters as numbers, remainder 1 by 97."""
    if len(plain) not in IBAN_LENGTH:
        return False
    return int("".join(str(int(char, 36)) for char in plain[4:] + plain[:4])) % 97 == 1
