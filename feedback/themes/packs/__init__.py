"""Themes to begin with, one file for each industry: a theme, its parts, and the words customers use for them."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
ORDER = (
    "general",
    "retail",
    "hospitality",
    "financial",
    "insurance",
    "healthcare",
    "saas",
    "travel",
    "utilities",
    "public",
)


class NoSuchPack(KeyError):
    """No pack goes by this name."""


@dataclass(frozen=True, slots=True)
class PlannedTheme:
    key: str
    name: str
    description: str
    words: str
    language: str
    parts: tuple["PlannedTheme", ...] = ()


@dataclass(frozen=True, slots=True)
class Pack:
    key: str
    name: str
    description: str
    themes: tuple[PlannedTheme, ...]

    def every_theme(self) -> Iterator[PlannedTheme]:
        for theme in self.themes:
            yield theme
            yield from theme.parts


@cache
def read_pack(key: str) -> Pack:
    if key not in ORDER:
        raise NoSuchPack(key)
    told = tomllib.loads((FOLDER / f"{key}.toml").read_text(encoding="utf-8"))
    language = told["language"]
    themes = tuple(_theme(row, language) for row in told["themes"])
    return Pack(key, told["name"], told["description"], themes)


def _theme(row: dict, language: str) -> PlannedTheme:
    parts = tuple(_theme(part, language) for part in row.get("parts", ()))
    words = row.get("words", "").strip()
    return PlannedTheme(row["key"], row["name"], row.get("description", ""), words, language, parts)


def packs() -> list[Pack]:
    return [read_pack(key) for key in ORDER]
