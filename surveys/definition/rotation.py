"""Rotating questions: of each slot a share of people sees one question, and always the same one.

Nothing is stored: the person's place in each draw follows from who it is. A larger share keeps everybody who was in
the smaller one, and a further question in a slot takes people over only where it wins (highest random weight:
D. Thaler and C. Ravishankar, IEEE/ACM Transactions on Networking 6, 1998).
"""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from surveys.definition.schema import DefinedQuestion, Definition


def slots(definition: Definition) -> dict[str, list[DefinedQuestion]]:
    found: dict[str, list[DefinedQuestion]] = {}
    for question in definition.questions:
        if question.rotation_slot:
            found.setdefault(question.rotation_slot, []).append(question)
    return found


def drawn(definition: Definition, person: int | str) -> frozenset[str]:
    """The keys of the rotating questions that this person sees: one of each slot at most."""
    found = set()
    for slot, questions in slots(definition).items():
        if _position(definition.survey, slot, person) < definition.rotation_percent:
            winner = max(questions, key=lambda one: _position(definition.survey, slot, one.key, person))
            found.add(winner.key)
    return frozenset(found)


def with_drawn(definition: Definition, keys: frozenset[str]) -> Definition:
    """The survey as somebody sees it who drew these: the other rotating questions are not there."""
    left = tuple(one for one in definition.questions if not one.rotation_slot or one.key in keys)
    return replace(definition, questions=left)


def draws(definition: Definition) -> Iterator[frozenset[str]]:
    """Everything that can be drawn, the fullest first."""
    everybody = definition.rotation_percent >= 100
    offers = [[{one.key} for one in group] + ([] if everybody else [set()]) for group in slots(definition).values()]
    for picks in product(*offers):
        yield frozenset().union(*picks)


def _position(*parts: int | str) -> float:
    """A fixed place between 0 and 100."""
    digest = hashlib.sha256("\x1f".join(map(str, ("rotation", *parts))).encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64 * 100
