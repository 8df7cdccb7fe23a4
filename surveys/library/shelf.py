from collections.abc import Iterable
from typing import TypeVar

Plan = TypeVar("Plan")


class NoSuchTemplate(LookupError):
    """The library holds nothing under this key."""


def take(shelf: Iterable[Plan], key: str) -> Plan:
    """Raises NoSuchTemplate."""
    found = next((plan for plan in shelf if plan.key == key), None)
    if found is None:
        raise NoSuchTemplate(key)
    return found
