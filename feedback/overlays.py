"""What other floors lay over the journey map: this floor asks whoever has signed up, and knows none of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser
from django.utils.functional import Promise

from vocplatform.lib.periods import Period


@dataclass(frozen=True, slots=True)
class Mark:
    """A few words at one touchpoint; `address` leads to what they count."""

    text: str
    address: str = ""
    is_alarming: bool = False


@dataclass(frozen=True, slots=True)
class Overlay:
    title: str | Promise
    marks: Mapping[int, Mark]


Source = Callable[[Sequence[int], Period, AbstractBaseUser], Overlay | None]
_sources: list[Source] = []


def sign_up(source: Source) -> None:
    """`source` takes touchpoint keys, the period and the reader; None where the reader may not see it."""
    if source not in _sources:
        _sources.append(source)


def overlays(touchpoints: Sequence[int], period: Period, reader: AbstractBaseUser) -> list[Overlay]:
    found = [source(touchpoints, period, reader) for source in _sources]
    return [overlay for overlay in found if overlay is not None]
