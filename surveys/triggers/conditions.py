"""Does a rule's condition hold? Yes, no, or unknown, and nobody is asked on an unknown.

What is not there is unknown to every operator but `present` and `absent`: a missing number is not 0, and a customer
without a country does not count as one outside Germany.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal

from surveys.models.trigger import TriggerCondition

NUMBER = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?", re.ASCII)
MISSING = (None, "")
Operator = TriggerCondition.Operator


def holds(condition: TriggerCondition, facts: Mapping[str, Mapping]) -> bool | None:
    """`facts` has one mapping per subject; a dotted field looks into nested attributes. None means unknown."""
    known = look_up(facts.get(condition.subject, {}), condition.field)
    if condition.operator in (Operator.PRESENT, Operator.ABSENT):
        return (known not in MISSING) == (condition.operator == Operator.PRESENT)
    if known in MISSING:
        return None
    return ANSWERS[condition.operator](known, condition.value)


def look_up(facts: Mapping, field: str) -> object:
    if field in facts:
        return facts[field]
    head, dot, rest = field.partition(".")
    inner = facts.get(head)
    return look_up(inner, rest) if dot and isinstance(inner, Mapping) else None


def _is(known: object, value: str) -> bool | None:
    if isinstance(known, Mapping):
        return None
    if isinstance(known, list):
        return any(_is(item, value) for item in known)
    pair = _comparable(known, value)
    return pair[0] == pair[1] if pair else _text(known) == _text(value)


def _is_not(known: object, value: str) -> bool | None:
    same = _is(known, value)
    return None if same is None else not same


def _one_of(known: object, value: str) -> bool | None:
    answers = [_is(known, choice) for choice in value.split(",") if choice.strip()]
    return None if None in answers else any(answers)


def _contains(known: object, value: str) -> bool | None:
    if isinstance(known, Mapping):
        return None
    return _is(known, value) if isinstance(known, list) else _text(value) in _text(known)


def _at_least(known: object, value: str) -> bool | None:
    pair = _comparable(known, value)
    return pair[0] >= pair[1] if pair else None


def _at_most(known: object, value: str) -> bool | None:
    pair = _comparable(known, value)
    return pair[0] <= pair[1] if pair else None


ANSWERS: dict[str, Callable[[object, str], bool | None]] = {
    Operator.IS: _is,
    Operator.IS_NOT: _is_not,
    Operator.ONE_OF: _one_of,
    Operator.CONTAINS: _contains,
    Operator.AT_LEAST: _at_least,
    Operator.AT_MOST: _at_most,
}


def _comparable(known: object, value: str) -> tuple[Decimal, Decimal] | tuple[datetime, datetime] | None:
    """Both sides as numbers or both as moments; anything else has no order."""
    for read in (_number, _moment):
        pair = read(known), read(value)
        if None not in pair:
            return pair
    return None


def _number(thing: object) -> Decimal | None:
    text = "" if isinstance(thing, bool) else str(thing).strip()
    return Decimal(text) if NUMBER.fullmatch(text) else None


def _moment(thing: object) -> datetime | None:
    """A day or a time in ISO form; what names no zone is read as UTC."""
    try:
        moment = datetime.fromisoformat(str(thing).strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _text(thing: object) -> str:
    return str(thing).strip().casefold()
