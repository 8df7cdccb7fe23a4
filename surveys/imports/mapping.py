"""A mapping says which columns fill which field: every value is a template such as "{id}" or "2017-05-{DAY:0>2}"."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter
from zoneinfo import ZoneInfo

Row = Mapping[str, str]


class MappingError(Exception):
    """The mapping file itself is wrong; nothing was imported."""


class RowError(Exception):
    """This row cannot be taken; the others can."""


@dataclass(frozen=True)
class Template:
    """Text with columns in braces. Only plain column names: a mapping must not reach into Python objects."""

    text: str

    def __post_init__(self) -> None:
        for _, name, spec, conversion in self.parts:
            if name is not None and (not name or any(sign in name for sign in ".[") or conversion or "{" in spec):
                raise MappingError(f"“{self.text}”: write a column name between the braces.")

    @property
    def parts(self) -> list[tuple]:
        try:
            return list(Formatter().parse(self.text))
        except ValueError as problem:
            raise MappingError(f"“{self.text}”: {problem}.") from problem

    @property
    def columns(self) -> list[str]:
        return [name for _, name, _, _ in self.parts if name is not None]

    def fill(self, row: Row) -> str:
        return Formatter().vformat(self.text, (), row).strip()


def read_mapping(path: Path) -> dict:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise MappingError(f"{path}: {problem.strerror}.") from problem
    except tomllib.TOMLDecodeError as problem:
        raise MappingError(f"{path}: {problem}.") from problem


def templates(table: Mapping[str, object], *, where: str) -> dict[str, Template]:
    """Every value of one table as a template. Numbers and truth values stand for themselves."""
    if not isinstance(table, Mapping):
        raise MappingError(f"{where}: expected a table.")
    return {name: Template(str(value)) for name, value in table.items() if not isinstance(value, Mapping | list)}


def check_columns(wanted: list[str], present: list[str]) -> None:
    missing = sorted(set(wanted) - set(present))
    if missing:
        raise MappingError(f"The file has no column {', '.join(missing)}. It has: {', '.join(present)}.")


def moment(text: str, *, field: str, zone: ZoneInfo) -> datetime:
    """A date, or a date and time, in the file's zone unless it names its own. Raises RowError."""
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        raise RowError(f"{field}: “{text[:40]}” is not a date such as 2026-05-31 or 2026-05-31 14:05:00.") from None
    if not 1970 <= value.year <= 2200:
        raise RowError(f"{field}: the year {value.year} cannot be right.")
    aware = value if value.tzinfo else value.replace(tzinfo=zone)
    return aware.astimezone(UTC)


def zone_of(mapping: Mapping) -> ZoneInfo:
    name = mapping.get("file", {}).get("time_zone", "UTC")
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise MappingError(f"file: “{name}” is not a zone such as Europe/Berlin.") from None
