"""JSON as both databases and all languages read it. What one of them would bend is a flaw, named where it stands."""

import json
from dataclasses import dataclass

from django.utils.translation import gettext as _

DEEPEST = 64
LONGEST_NUMBER = 15  # digits that every reader keeps exactly


class UnreadableJson(ValueError):
    """The whole text is not JSON; the message says where it stops being it."""


@dataclass(frozen=True)
class Flaw:
    """Stands in the place of a value that would not mean the same everywhere."""

    message: str


def read_json(content: bytes) -> object:
    """Return the value, with a Flaw wherever a part of it cannot be trusted. Raises UnreadableJson."""
    try:
        return json.loads(
            content.decode("utf-8-sig"),
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_int=_integer,
            parse_float=_float,
        )
    except UnicodeDecodeError:
        raise UnreadableJson(_("The body is not UTF-8.")) from None
    except RecursionError:
        raise UnreadableJson(_("The body is nested too deeply.")) from None
    except json.JSONDecodeError as problem:
        where = {"line": problem.lineno, "column": problem.colno}
        raise UnreadableJson(_("The body is not JSON: see line %(line)s, column %(column)s.") % where) from None


def find_flaw(value: object, deeper: int = DEEPEST) -> str:
    """What is wrong inside this value in one sentence; empty when nothing is."""
    if isinstance(value, Flaw):
        return value.message
    if not isinstance(value, dict | list):
        return ""
    if deeper == 0:
        return _("Nested more than %(deepest)s levels deep.") % {"deepest": DEEPEST}
    inner = value.values() if isinstance(value, dict) else value
    return next((flaw for flaw in (find_flaw(each, deeper - 1) for each in inner) if flaw), "")


def _object(pairs: list[tuple[str, object]]) -> dict | Flaw:
    read = dict(pairs)
    return read if len(read) == len(pairs) else Flaw(_("A name stands twice in one object."))


def _constant(name: str) -> Flaw:
    return Flaw(_("NaN and Infinity are not numbers."))


def _integer(digits: str) -> int | Flaw:
    too_long = len(digits.lstrip("-")) > LONGEST_NUMBER
    return Flaw(_("A number has more than 15 digits; send it as text.")) if too_long else int(digits)


def _float(digits: str) -> float | Flaw:
    number = float(digits)
    return Flaw(_("A number is too large.")) if number in (float("inf"), float("-inf")) else number
