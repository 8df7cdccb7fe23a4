"""Which arm a case gets: permuted blocks inside each stratum, from a secret seed. Plain data, no database.

Blocks keep the arms even from the first weeks on; their size changes by chance, so that nobody can count along and know
the next arm. Whoever holds the seed can replay every draw in any language: only HMAC-SHA-256 decides.
Source: K. F. Schulz, D. A. Grimes, "Generation of allocation sequences in randomised trials", Lancet 359, 2002.
"""

import hmac
from collections.abc import Sequence
from hashlib import sha256

ROUNDS_IN_BLOCK = (1, 2)  # a block holds every arm once or twice


def arm_at(seed: str, stratum: str, turn: int, arms: Sequence[int]) -> int:
    """Return the arm of the case that comes at this turn (from 0) in its stratum."""
    if not arms:
        raise ValueError("there is nothing to draw from")
    begins, block = 0, 0
    while True:
        slots = sorted(arms) * _rounds(seed, stratum, block)
        if turn < begins + len(slots):
            return _shuffled(slots, seed, stratum, block)[turn - begins]
        begins, block = begins + len(slots), block + 1


def _rounds(seed: str, stratum: str, block: int) -> int:
    return ROUNDS_IN_BLOCK[_number(seed, stratum, block, "size") % len(ROUNDS_IN_BLOCK)]


def _shuffled(slots: Sequence[int], seed: str, stratum: str, block: int) -> list[int]:
    order = sorted(range(len(slots)), key=lambda slot: _number(seed, stratum, block, slot))
    return [slots[slot] for slot in order]


def _number(seed: str, *parts: object) -> int:
    message = "\x1f".join(map(str, parts)).encode()
    return int.from_bytes(hmac.digest(seed.encode(), message, sha256))
