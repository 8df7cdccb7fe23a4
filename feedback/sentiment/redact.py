"""Personal data out of a comment before it is stored: what stands here is never written to the database.

The order matters: links first, since they may hold an address or a token, and phone numbers last, since a card or an
IBAN holds something like one. Order numbers and dates stay: staff need them and nobody is named by them. A bare row of
digits is a phone number only where the words beside it say so. Names stay.
"""

import re

from vocplatform.lib.personal import CARD, EMAIL, strike_card

URL = re.compile(r"\b(?:https?://|www\.)[^\s<>\"']+", re.IGNORECASE)
SECRET = re.compile(r"[?#].*|[A-Za-z0-9_-]{20,}")
SPELT_EMAIL = re.compile(
    r"[\w.+-]+(?: ?[(\[]at[)\]] ?[\w-]+(?:(?:\.| ?[(\[]dot[)\]] ?)[\w-]+)+| at [\w-]+(?: dot [\w-]+)+)", re.IGNORECASE
)
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{1,4}){3,8}\b", re.IGNORECASE)
PHONE = re.compile(
    r"(?<![\w.,/-])(?:"
    r"(?:\+|00)[1-9]\d{0,2}(?:[ ./-]?\(?\d{1,5}\)?){2,6}"  # +44 20 7946 0958, 0049 (30) 123456
    r"|\(\d{2,5}\)[ -]?\d{3,5}[ .-]?\d{3,5}"  # (555) 123-4567
    r"|0\d{1,4}(?:[ ./-]?\d{2,8}){1,5}"  # 06 12 34 56 78, 0161 496 0000, 0171 2345678
    r"|(?:1[ .-])?\d{3}([ .-])\d{3}\1\d{3,4}"  # 555-123-4567, 612 345 678
    r"|\d{10,11}"
    r")(?![\w/-]|\.\d)"
)
PHONE_DIGITS = range(9, 16)  # eight digits are a date or two times of day more often, unless a + stands before them
IBAN_LENGTH = range(15, 35)
NEAR = 40
AFTER_A_THING = re.compile(
    r"(?:(?:order|booking|ticket|invoice|ref|reference|case|claim|tracking|parcel|shipment|policy|account|contract|"
    r"confirmation|reservation|serial|article|item|product|receipt|customer|member|membership|voucher|meter|lot|batch|"
    r"bestell\w*|auftrag\w*|rechnung\w*|sendung\w*|reservierung\w*|kunden\w*|vertrag\w*|zähler\w*|commande|facture|"
    r"colis|pedido|factura|encomenda|reserva)s?[ :.#-]*(?:(?:no|nr|n°|number|nummer|id|code)\b[ :.#-]*)?"
    r"(?:(?:is|was|ist|war|est|es|é)\b[ :]*)?|#)$",
    re.IGNORECASE,
)
BESIDE_A_CALL = re.compile(
    r"(?<!\[)\b(?:call|phone|ring|rang|mobile|cell|tel\b|telephone|whatsapp|text me|sms|reach me|my number|gsm|"
    r"handy|anruf|ruf|telefon|meine nummer|appel|téléphon|portable|mon numéro|llam|móvil|mi número|teléfono|lig|"
    r"celular|meu número)",
    re.IGNORECASE,
)
DIGIT = re.compile(r"\d")
PLACEHOLDER = re.compile(r"\[(email|phone|card|iban|token)\]")


def redact(text: str) -> str:
    """The text with e-mail addresses, secrets in links, IBANs, cards and phone numbers each replaced by a word.

    What is hidden moves its neighbours closer together, so we look again until there is nothing more to hide.
    """
    hidden = _hide(text)
    while hidden != text:
        text, hidden = hidden, _hide(hidden)
    return text


def hidden_kinds(text: str) -> list[str]:
    """What was hidden in a stored text, each kind once and in order: email, phone, card, iban, token."""
    return list(dict.fromkeys(PLACEHOLDER.findall(text))) if "[" in text else []


def _hide(text: str) -> str:
    if "/" in text or "www." in text.lower():
        text = URL.sub(lambda found: SECRET.sub("[token]", found.group()), text)
    if "@" in text:
        text = EMAIL.sub("[email]", text)
    if "at" in text.lower():
        text = SPELT_EMAIL.sub("[email]", text)
    if DIGIT.search(text):
        text = IBAN.sub(_hide_iban, text)
        text = CARD.sub(strike_card, text)
        text = PHONE.sub(_hide_phone, text)
    return text


def _hide_phone(found: re.Match[str]) -> str:
    return "[phone]" if _is_phone(found) else found.group()


def _is_phone(found: re.Match[str]) -> bool:
    written, (start, end) = found.group(), found.span()
    digits = sum(char.isdigit() for char in written)
    if written.startswith("+"):
        return digits + 1 in PHONE_DIGITS
    if digits not in PHONE_DIGITS:
        return False
    before = found.string[max(start - NEAR, 0) : start]
    if AFTER_A_THING.search(before):
        return False
    if written.startswith(("00", "(")) or (not written.isdigit() and (digits > 9 or written.startswith("0"))):
        return True
    return BESIDE_A_CALL.search(before + " " + found.string[end : end + NEAR]) is not None


def _hide_iban(found: re.Match[str]) -> str:
    """Words may follow an IBAN without a stop, so the longest beginning that checks out is taken."""
    parts = found.group().split(" ")
    for taken in range(len(parts), 0, -1):
        if _is_iban("".join(parts[:taken])):
            return " ".join(["[iban]", *parts[taken:]])
    return found.group()


def _is_iban(plain: str) -> bool:
    """ISO 13616: country and check digits moved to the end, letters as numbers, remainder 1 by 97."""
    if len(plain) not in IBAN_LENGTH:
        return False
    return int("".join(str(int(char, 36)) for char in plain[4:] + plain[:4])) % 97 == 1
