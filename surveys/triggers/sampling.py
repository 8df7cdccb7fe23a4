"""Who belongs to a sample. The same person gets the same answer however often we ask: no second throw of the dice."""

import hashlib


def sample_position(person: int | str, survey: int | str, wave: str) -> float:
    """The person's fixed place between 0 and 100 in this wave of this survey."""
    digest = hashlib.sha256(f"{survey}\x1f{wave}\x1f{person}".encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64 * 100


def in_sample(person: int | str, survey: int | str, wave: str, percent: float) -> bool:
    """A larger share keeps everybody who was in the smaller one."""
    return sample_position(person, survey, wave) < percent
