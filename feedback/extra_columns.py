"""Columns that other floors add to the export of responses; this floor asks whoever has signed up and knows none."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser

Cells = Mapping[int, Sequence[object]]


@dataclass(frozen=True, slots=True)
class ExtraColumns:
    """`heads` have a full stop, so that no question is called so; `cells` takes keys of responses, some at a time."""

    heads: tuple[str, ...]
    cells: Callable[[Sequence[int]], Cells]

    @property
    def nothing(self) -> Sequence[object]:
        return (None,) * len(self.heads)


Source = Callable[[AbstractBaseUser], ExtraColumns | None]
_sources: list[Source] = []


def sign_up(source: Source) -> None:
    """`source` takes the reader; None where the reader may see nothing of it."""
    if source not in _sources:
        _sources.append(source)


def columns_for(reader: AbstractBaseUser | None) -> list[ExtraColumns]:
    """Nothing for nobody: who reads decides what may be read."""
    found = [source(reader) for source in _sources] if reader is not None else []
    return [extra for extra in found if extra is not None]
