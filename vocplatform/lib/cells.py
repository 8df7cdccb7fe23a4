"""Cells of a file that a spreadsheet opens: what it would run as a formula starts with an apostrophe.

Source: OWASP, "CSV Injection"; programs in East Asian languages run the wide signs too, and some skip what nobody sees.
"""

from unicodedata import normalize

SIGNS = frozenset("=+-@")
NEW_CELL = "\t\r\n\0"  # signs that may begin another cell
UNSEEN = "".join(
    map(chr, [*range(0x21), 0x7F, 0x85, 0xA0, 0xAD, 0x1680, *range(0x2000, 0x2010), *range(0x2028, 0x2030)])
) + "".join(map(chr, [*range(0x205F, 0x2070), 0x3000, 0xFEFF]))


def safe_cell(value: object) -> object:
    """A spreadsheet runs a text that starts like a formula; an apostrophe in front makes it text again."""
    if isinstance(value, str) and _is_formula(value):
        return f"'{value}"
    return value


def guarded(text: str) -> str:
    """`safe_cell` for a file that comes back: what looks guarded already gets one apostrophe more."""
    return f"'{text}" if _is_formula(text.lstrip("'")) else text


def unguarded(cell: str) -> str:
    """Take back what `guarded` put in front."""
    return cell[1:] if cell.startswith("'") and _is_formula(cell.lstrip("'")) else cell


def _is_formula(text: str) -> bool:
    first = text[:1]
    if not first or first.isalnum():  # nearly every cell
        return False
    if first in NEW_CELL:
        return True
    return normalize("NFKC", text.lstrip(UNSEEN)[:1]) in SIGNS
