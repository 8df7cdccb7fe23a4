"""Cells of a file that a spreadsheet opens: what it would run as a formula starts with an apostrophe."""

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\0")


def safe_cell(value: object) -> object:
    """A spreadsheet runs a text that starts like a formula; an apostrophe in front makes it text again."""
    if isinstance(value, str) and value.lstrip(" ").startswith(DANGEROUS):
        return f"'{value}"
    return value


def guarded(text: str) -> str:
    """`safe_cell` for a file that comes back: what looks guarded already gets one apostrophe more."""
    return f"'{text}" if _is_formula(text) else text


def unguarded(cell: str) -> str:
    """Take back what `guarded` put in front."""
    return cell[1:] if cell.startswith("'") and _is_formula(cell) else cell


def _is_formula(text: str) -> bool:
    return text.lstrip("'").lstrip(" ").startswith(DANGEROUS)
