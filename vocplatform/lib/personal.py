"""What names a person by itself, wherever it is written."""

import re

EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
CARD = re.compile(r"(?<!\w)\d(?:[ -]?\d){12,18}(?!\w)")


def strike_addresses_and_cards(text: str) -> str:
    """The text without e-mail addresses and payment cards; order numbers stay."""
    return CARD.sub(_strike_card, EMAIL.sub("[email]", text))


def _strike_card(found: re.Match[str]) -> str:
    digits = [int(sign) for sign in found.group() if sign.isdigit()]
    return "[card]" if passes_luhn(digits) else found.group()


def passes_luhn(digits: list[int]) -> bool:
    """ISO/IEC 7812-1, annex B. A run of one digit passes the sum and is no card."""
    backwards = digits[::-1]
    doubled = (sum(divmod(digit * 2, 10)) for digit in backwards[1::2])
    return len(set(digits)) > 1 and (sum(backwards[::2]) + sum(doubled)) % 10 == 0
