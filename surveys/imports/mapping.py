"""A mapping says which columns fill which field: every value is a template such as "{id}" or "2017-05-{DAY:0>2}"."""

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from string import Formatter
from zoneinfo import ZoneInfo

Row = Mapping[str, str]
WIDTH = re.compile(r"(.?[<>^])?\d{0,2}")  # what may follow the colon: fill sign, side and width
AHEAD = timedelta(days=1)


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
            if name is None:
                continue
            if not name or any(sign in name for sign in ".[") or conversion:
                raise MappingError(f"“{self.text}”: write a column name between the braces.")
            if not WIDTH.fullmatch(spec):
                raise MappingError(f"“{self.text}”: after the colon only a width such as 0>2 is understood.")

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
        return self.text.format_map(row).strip()


def read_mapping(path: Path) -> dict:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise MappingError(f"{path}: {problem.strerror}.") from problem
    except tomllib.TOMLDecodeError as problem:
        raise MappingError(f"{path}: {problem}.") from problem
    except (UnicodeDecodeError, RecursionError):
        raise MappingError(f"{path}: this is not TOML in UTF-8.") from None


def table_of(mapping: Mapping, name: str, *, where: str = "") -> Mapping:
    """One table of the mapping, an empty one where it is not there."""
    table = mapping.get(name, {})
    if not isinstance(table, Mapping):
        raise MappingError(f"{where}{name}: expected a table [{where}{name}].")
    return table


def tables_of(mapping: Mapping, name: str, *, where: str = "") -> list[Mapping]:
    """What stands under [[name]], in order."""
    tables = mapping.get(name, [])
    if not isinstance(tables, list) or not all(isinstance(table, Mapping) for table in tables):
        raise MappingError(f"{where}{name}: expected tables [[{where}{name}]].")
    return tables


def check_names(table: Mapping, known: Collection[str], *, where: str) -> None:
    """What nobody reads is said: a misspelt name would be left out in silence."""
    unknown = sorted(set(table) - set(known))
    if unknown:
        raise MappingError(f"{where}: unknown field {', '.join(unknown)}; known are {', '.join(sorted(known))}.")


def templates(table: Mapping[str, object], *, where: str, tables: Collection[str] = ()) -> dict[str, Template]:
    """Every value of one table as a template, `tables` left out. Numbers and truth values stand for themselves."""
    texts = {name: value for name, value in table.items() if name not in tables}
    for name, value in texts.items():
        if isinstance(value, Mapping | list):
            raise MappingError(f'{where}.{name}: expected a text such as "{{column}}".')
    return {name: Template(str(value)) for name, value in texts.items()}


def check_columns(wanted: list[str], present: list[str]) -> None:
    missing = sorted(set(wanted) - set(present))
    if missing:
        raise MappingError(f"The file has no column {', '.join(missing)}. It has: {_listed(present)}.")
    double = sorted(name for name in set(wanted) if present.count(name) > 1)
    if double:
        raise MappingError(f"The file has more than one column {', '.join(double)}; nobody can tell which is meant.")


def _listed(names: list[str], most: int = 50) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(name[:60] for name in names[:most]) + more


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


def past_moment(text: str, *, field: str, zone: ZoneInfo, now: datetime) -> datetime:
    """The same for what has happened: a day ahead at most, since clocks and zones differ."""
    when = moment(text, field=field, zone=zone)
    if when > now + AHEAD:
        raise RowError(f"{field}: lies in the future.")
    return when


def zone_of(mapping: Mapping) -> ZoneInfo:
    name = table_of(mapping, "file").get("time_zone", "UTC")
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError, TypeError):
        raise MappingError(f"file: “{name}” is not a zone such as Europe/Berlin.") from None
