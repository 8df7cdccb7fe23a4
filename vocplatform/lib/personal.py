"""What names a person by itself, wherever it is written."""

import re

EMAIL = re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+")
CARD = re.compile(r"(?<!\w)\d(?:[ -]?\d){12,18}(?!\w)")
# Which numbers an issuer of cards gives out, and how long they are. ISO/IEC 7812-1; ranges as the issuers publish them.
ISSUED = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})"
    r"|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}"
    r"|3[47]\d{13}"
    r"|3(?:0[0-5]|095|[689]\d)\d{11}"
    r"|(?:6011|64[4-9]\d|65\d\d|35[2-8]\d)\d{12}"
    r"|62\d{14,17}"
    r"|(?:50|5[6-8]|6[37])\d{10,17}"
)


def strike_addresses_and_cards(text: str) -> str:
    """The text without e-mail addresses and payment cards; order numbers stay."""
    return CARD.sub(strike_card, EMAIL.sub("[email]", text))


def strike_card(found: re.Match[str]) -> str:
    return "[card]" if is_card(found.group()) else found.group()


def is_card(text: str) -> bool:
    digits = "".join(sign for sign in text if sign.isdigit())
    return ISSUED.fullmatch(digits) is not None and passes_luhn([int(sign) for sign in digits])


def passes_luhn(digits: list[int]) -> bool:
    """ISO/IEC 7812-1, annex B. A run of one digit passes the sum and is no card."""
    backwards = digits[::-1]
    doubled = (sum(divmod(digit * 2, 10)) for digit in backwards[1::2])
    return len(set(digits)) > 1 and (sum(backwards[::2]) + sum(doubled)) % 10 == 0
