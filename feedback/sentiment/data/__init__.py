"""Word lists and weights, as files. Tables are tab-separated; lines with # are for the reader."""

from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parent


def read_rows(name: str) -> Iterator[tuple[str, str]]:
    for line in (FOLDER / name).read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            left, right = line.split("\t")
            yield left, right


def read_words(name: str) -> frozenset[str]:
    return frozenset((FOLDER / name).read_text("utf-8").split())
