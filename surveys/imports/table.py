"""A CSV file as rows. What cannot be read for sure is a row with its reason: nothing is guessed, cut or left out."""

import codecs
import csv
import gzip
import hashlib
import io
import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

from surveys.imports.mapping import MappingError, check_names
from vocplatform.lib.cells import unguarded
from vocplatform.lib.text import NUL, storable

LONGEST_CELL, LONGEST_LINE = 100_000, 4_000_000  # characters
MOST_COLUMNS = 2_000
LARGEST_BYTES = 2_000_000_000
DELIMITERS = ",;\t|"
OPTIONS = {"delimiter", "encoding", "time_zone", "decimal"}
ZIP_MARK, GZIP_MARK = b"PK\x03\x04", b"\x1f\x8b"
REPORT_COLUMNS = ["row", "reason"]
REPORT_MARK = b"row,reason,"
NOT_DECODED = re.compile("[\udc80-\udcff]")  # what "surrogateescape" makes of a byte that is no text


class UnreadableFile(Exception):
    """The file as a whole cannot be read; no row was taken from it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file; `problem` says why its cells cannot be taken as they stand."""

    number: int
    cells: list[str]
    problem: str = ""


@dataclass(frozen=True)
class Input:
    path: Path
    delimiter: str = ","
    encoding: str = "utf-8"
    is_report: bool = False  # our own list of refused rows, mended and given back

    def columns(self) -> list[str]:
        with self._reader() as reader:
            return self._header(reader)

    def lines(self) -> Iterator[Line]:
        with self._reader() as reader:
            width = len(self._header(reader))
            number = 0
            while (line := self._line(reader, number + 1, width)) is not None:
                number += bool(line.cells or line.problem)
                if line.cells or line.problem:  # an empty line is no row
                    yield line

    def count(self) -> int:
        """The rows; reads the file to its end, so that one that breaks off is refused before any row is taken."""
        return sum(1 for _ in self.lines())

    def digest(self, *more: str) -> str:
        sha = hashlib.sha256("\0".join(more).encode())
        with open(self.path, "rb") as file:
            while chunk := file.read(1 << 20):
                sha.update(chunk)
        return sha.hexdigest()

    @contextmanager
    def _reader(self):
        csv.field_size_limit(LONGEST_CELL)
        encoding = "utf-8-sig" if self.encoding.lower().replace("_", "-") in ("utf-8", "utf8") else self.encoding
        try:
            with (
                _unpacked(self.path) as file,
                io.TextIOWrapper(file, encoding=encoding, errors="surrogateescape", newline="") as text,
            ):
                yield csv.reader(_Lines(text), delimiter=self.delimiter, strict=True)
        except UnicodeError:
            raise UnreadableFile(f"{self.path}: this is not text in {self.encoding}.") from None
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise UnreadableFile(f"{self.path}: the packed file is damaged or breaks off.") from None

    def _header(self, reader) -> list[str]:
        try:
            header = next(reader, [])
        except csv.Error as problem:
            raise UnreadableFile(f"{self.path}: the first line cannot be read: {_in_words(problem)}") from None
        if any(NOT_DECODED.search(name) or NUL in name for name in header):
            raise UnreadableFile(f"{self.path}: the first line is not {self.encoding}. {SAY_ENCODING}")
        if not any(name.strip() for name in header):
            raise UnreadableFile(f"{self.path}: the file is empty; its first line must name the columns.")
        if len(header) > MOST_COLUMNS:
            raise UnreadableFile(f"{self.path}: {len(header)} columns are too many; at most {MOST_COLUMNS} are read.")
        return [storable(name).strip() for name in header]

    def _line(self, reader, number: int, width: int) -> Line | None:
        before = reader.line_num
        try:
            cells = next(reader, None)
        except csv.Error as problem:
            lines = (
                f"line {before + 1}" if reader.line_num <= before + 1 else f"lines {before + 1} to {reader.line_num}"
            )
            return Line(number, [], f"{lines} of the file: {_in_words(problem)}")
        if cells is None:
            return None
        if any(NOT_DECODED.search(cell) for cell in cells):
            return Line(number, cells, f"This row is not {self.encoding}. {SAY_ENCODING}")
        cells = [storable(unguarded(cell) if self.is_report else cell) for cell in cells]
        if cells and len(cells) != width:
            return Line(number, cells, f"This row has {len(cells)} cells, but the file has {width} columns.")
        return Line(number, cells)


SAY_ENCODING = 'Name its encoding under [file], such as encoding = "cp1252" or "utf-16".'


class _Lines:
    """The lines of a text. One that never ends is passed over; a text that never ends is refused."""

    def __init__(self, file: TextIO) -> None:
        self.file, self.read = file, 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._next()
        if not line:
            raise StopIteration
        if _is_cut(line):
            while _is_cut(self._next()):
                pass
            raise csv.Error("line too long")
        return line

    def _next(self) -> str:
        line = self.file.readline(LONGEST_LINE)
        self.read += len(line)
        if self.read > LARGEST_BYTES:
            raise UnreadableFile("The file is larger than 2 GB when unpacked; split it.")
        return line


def _is_cut(line: str) -> bool:
    return len(line) == LONGEST_LINE and not line.endswith(("\n", "\r"))


def _in_words(problem: csv.Error) -> str:
    """What Python's reader found wrong, for somebody who made the file."""
    said = str(problem)
    if "field larger" in said:
        return f"a cell is longer than {LONGEST_CELL} characters."
    if "line too long" in said:
        return f"it is longer than {LONGEST_LINE} characters."
    if "unexpected end" in said:
        return "a quotation mark is opened and never closed."
    if "expected after" in said:
        return "a quotation mark inside a cell is not doubled, or a quoted cell does not end where its mark does."
    return f"{said}."


def open_input(path: Path, options: Mapping) -> Input:
    """The file with what the mapping's `[file]` says about it. Raises MappingError or UnreadableFile."""
    check_names(options, OPTIONS, where="file")
    for name, value in options.items():
        if not isinstance(value, str):
            raise MappingError(f"file: {name} must be text in quotation marks.")
    if not path.is_file():
        raise UnreadableFile(f"{path}: there is no such file.")
    if path.stat().st_size > LARGEST_BYTES:
        raise UnreadableFile(f"{path}: larger than 2 GB; split it.")
    beginning = _beginning(path)
    if beginning.startswith(ZIP_MARK):
        raise UnreadableFile(f"{path}: this is a spreadsheet or an archive; save the table as CSV.")
    if beginning.startswith(REPORT_MARK):
        return Input(path, is_report=True)
    encoding = _encoding(options.get("encoding", "utf-8"))
    return Input(path, delimiter=_delimiter(options.get("delimiter", ""), beginning, encoding), encoding=encoding)


def _encoding(name: str) -> str:
    try:
        "".encode(name)
        return codecs.lookup(name).name
    except (LookupError, ValueError):
        raise MappingError(f"file: there is no encoding “{name[:40]}”; write utf-8, cp1252 or utf-16.") from None


def _delimiter(stated: str, beginning: bytes, encoding: str) -> str:
    """The stated one, or whichever stands most often in the first line."""
    if stated:
        if len(stated) != 1 or stated in '"\r\n\0':
            raise MappingError(f"file: the delimiter must be one character such as , or ; and not “{stated[:20]}”.")
        return stated
    first = beginning.decode(encoding, errors="replace").splitlines()[:1]
    return max(DELIMITERS, key=first[0].count) if first else DELIMITERS[0]


def _beginning(path: Path) -> bytes:
    try:
        with _unpacked(path) as file:
            return file.read(64 * 1024)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise UnreadableFile(f"{path}: the packed file is damaged or breaks off.") from None


@contextmanager
def _unpacked(path: Path) -> Iterator[BinaryIO]:
    """The file's bytes, unpacked where it is gzip, whatever it is called."""
    with open(path, "rb") as file:
        is_packed = file.read(2) == GZIP_MARK
        file.seek(0)
        yield gzip.GzipFile(fileobj=file) if is_packed else file
