"""Which triage rule speaks for a response. Plain data, no database; each answer carries its reason."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from loop.rules.facts import Fact, Facts


class Operator(StrEnum):
    AT_MOST = "at_most"
    AT_LEAST = "at_least"
    IS = "is"
    IS_NOT = "is_not"
    ONE_OF = "one_of"
    CONTAINS = "contains"
    PRESENT = "present"
    ABSENT = "absent"


@dataclass(frozen=True)
class Condition:
    fact: str
    operator: str
    value: str = ""

    def __str__(self) -> str:
        return f"{self.fact} {self.operator} {self.value}".strip()


@dataclass(frozen=True)
class Rule:
    """All conditions must hold. A rule without any would open a case for every answer, so it never holds."""

    pk: int
    name: str
    conditions: tuple[Condition, ...]
    survey: str = ""
    touchpoint: str = ""


@dataclass(frozen=True)
class Verdict:
    rule: Rule | None
    matched: tuple[Condition, ...] = ()


def first_match(rules: Iterable[Rule], facts: Facts) -> Verdict:
    """Rules are asked in the given order; the first that holds speaks."""
    for rule in rules:
        if applies(rule, facts) and rule.conditions and all(holds(c, facts) for c in rule.conditions):
            return Verdict(rule, rule.conditions)
    return Verdict(None)


def applies(rule: Rule, facts: Facts) -> bool:
    return rule.survey in ("", facts.get("survey")) and rule.touchpoint in ("", facts.get("touchpoint"))


def holds(condition: Condition, facts: Facts) -> bool:
    """A fact that is not known makes every condition fail except "is not known" itself."""
    fact = facts.get(condition.fact)
    if condition.operator == Operator.ABSENT:
        return fact is None
    if fact is None:
        return False
    return condition.operator == Operator.PRESENT or _compare(condition.operator, fact, condition.value)


def _compare(operator: str, fact: Fact, value: str) -> bool:
    if operator in (Operator.AT_MOST, Operator.AT_LEAST):
        number, limit = _number(fact), _number(value)
        if number is None or limit is None:
            return False
        return number <= limit if operator == Operator.AT_MOST else number >= limit
    wanted = _words(value) if operator == Operator.ONE_OF else {_word(value)}
    words = {_word(item) for item in fact} if isinstance(fact, list) else {_word(fact)}
    if operator == Operator.CONTAINS:
        return any(_word(value) in word for word in words)
    return bool(words & wanted) != (operator == Operator.IS_NOT)


def _number(value: Fact) -> float | None:
    try:
        return None if isinstance(value, bool | list) else float(value)
    except (ValueError, OverflowError):
        return None


def _words(value: str) -> set[str]:
    return {_word(part) for part in value.split(",")}


def _word(value: Fact) -> str:
    """Words are compared without case; 3 and "3.0" are one word, and so are true and "yes"."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    number = _number(value)
    if number is not None and math.isfinite(number):
        return repr(number)
    word = str(value).strip().casefold()
    return {"true": "yes", "false": "no"}.get(word, word)
