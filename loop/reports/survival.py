"""How long something takes when part of it is not over yet. Plain numbers, no database.

Leaving out what still waits would make a late desk look fast: only its quick cases would count.
Source: E. L. Kaplan, P. Meier, JASA 53, 1958.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spell:
    """`minutes` until it happened or, while it has not, until now."""

    minutes: float
    happened: bool


def time_until(spells: Iterable[Spell], share: float) -> float | None:
    """The minutes after which `share` (0 to 1) of all spells are over; None when that is not seen yet."""
    spells = sorted(spells, key=lambda spell: (spell.minutes, not spell.happened))
    waiting = 1.0
    for position, spell in enumerate(spells):
        if spell.happened:
            waiting *= 1 - 1 / (len(spells) - position)
            if waiting <= 1 - share + 1e-12:
                return spell.minutes
    return None
