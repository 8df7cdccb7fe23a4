"""Which triage rule speaks for a response. Plain data, no database; conditions read as they do in trigger rules."""

from collections.abc import Iterable
from dataclasses import dataclass

from loop.rules.facts import Facts
from surveys.triggers.conditions import ANSWERS

PRESENT, ABSENT = "present", "absent"


@dataclass(frozen=True)
class Condition:
    fact: str
    operator: str
    value: str = ""


@dataclass(frozen=True)
class Rule:
    """All conditions must hold. A rule without any would open a case for every answer, so it never holds."""

    pk: int
    name: str
    conditions: tuple[Condition, ...]
    survey: str = ""
    touchpoint: str = ""


def first_match(rules: Iterable[Rule], facts: Facts) -> Rule | None:
    """Rules are asked in the given order; the first that holds speaks."""
    return next((rule for rule in rules if speaks(rule, facts)), None)


def speaks(rule: Rule, facts: Facts) -> bool:
    return (
        bool(rule.conditions)
        and rule.survey in ("", facts.get("survey"))
        and rule.touchpoint in ("", facts.get("touchpoint"))
        and all(holds(condition, facts) for condition in rule.conditions)
    )


def holds(condition: Condition, facts: Facts) -> bool:
    """What is not known, or cannot be compared, makes every condition fail except "is not known" itself."""
    fact = facts.get(condition.fact)
    if condition.operator in (PRESENT, ABSENT):
        return (fact is not None) == (condition.operator == PRESENT)
    return fact is not None and ANSWERS[condition.operator](fact, condition.value) is True
