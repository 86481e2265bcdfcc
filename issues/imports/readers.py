"""Rows of a CSV, JSON or JSONL file, gzipped or not, one after the other: memory does not grow with the file.

What cannot be read is told with its place, and reading goes on with the next row wherever there is one.
"""

import csv
import gzip
import io
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

import ijson

FORMATS = ("csv", "json", "jsonl")
DELIMITERS = ",;\t|"
LONGEST = 1_000_000  # characters of a row; what is longer is no row, and would fill the memory

_BY_NAME = {".csv": "csv", ".tsv": "csv", ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl"}
_UNREADABLE = re.compile("[\udc80-\udcff]")  # bytes that the encoding does not know, as `surrogateescape` keeps them


class FileRefused(Exception):  # noqa: N818  (it is told to a person)
    """The file, or the mapping, cannot be used at all; the words say why and what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row and its place: the line in CSV and JSONL, the element in JSON. `trouble`: why it could not be read."""

    place: int
    values: Mapping[str, Any] | None = None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """How a file is written; '' is found out from its name or its first line. `items`: where in a JSON document the list is."""

    format: str = ""
    encoding: str = "utf-8-sig"
    delimiter: str = ""
    items: str = ""


class Source:
    """A file, open between `with` and its end. `columns`: the header of a CSV file, else None. `broken`: why the rest cannot
    be read, once it was tried.
    """

    def __init__(self, path: Path, shape: Shape) -> None:
        self.path, self.shape = path, shape
        self.format = shape.format or _format_of(path)
        self.size = path.stat().st_size
        self.columns: list[str] | None = None
        self.broken = ""

    def __enter__(self) -> "Source":
        """Opens it, and reads the header of a CSV file. Raises FileRefused, OSError."""
        with ExitStack() as stack:
            self._file: BinaryIO = stack.enter_context(self.path.open("rb"))
            plain = gzip.GzipFile(fileobj=self._file) if self.path.suffix == ".gz" else self._file
            text = io.TextIOWrapper(plain, encoding=self.shape.encoding, errors="surrogateescape", newline="")
            self._text = stack.enter_context(text)
            if self.format == "csv":
                self._open_csv()
            self._opened = stack.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        self._opened.close()

    @property
    def place_called(self) -> str:
        return "element" if self.format == "json" else "line"

    def position(self) -> int:
        """Bytes of the file read so far."""
        return self._file.tell()

    def rows(self) -> Iterator[Row]:
        """All rows, once. A file that ends badly, or is no text any more, sets `broken` and ends."""
        try:
            yield from {"csv": self._csv, "json": self._json, "jsonl": self._jsonl}[self.format]()
        except (OSError, EOFError, zlib.error, UnicodeError, ijson.JSONError) as error:
            self.broken = " ".join(str(error).split())

    def _jsonl(self) -> Iterator[Row]:
        for place, line in self._lines():
            if len(line) > LONGEST:
                yield Row(place, trouble=f"The line is longer than {LONGEST:,} characters.")
            elif line.strip():
                yield _parsed(place, line)

    def _lines(self) -> Iterator[tuple[int, str]]:
        """Each line with its number; of an endless one as much as shows that it is too long."""
        place = 0
        while line := self._text.readline(LONGEST + 1):
            place += 1
            yield place, line
            while len(line) > LONGEST and not line.endswith(("\n", "\r")):
                line = self._text.readline(LONGEST + 1)

    def _json(self) -> Iterator[Row]:
        head = self._text.read(4096)
        if not self.shape.items and not head.lstrip().startswith("["):
            raise FileRefused(
                "This is no JSON list. Where the list lies inside a document, say where in the mapping, for example "
                'items = "data.issues"; for one object a line call the file .jsonl, or say format = "jsonl".'
            )
        prefix = f"{self.shape.items}.item" if self.shape.items else "item"
        for place, values in enumerate(ijson.items(_Bytes(head, self._text), prefix), start=1):
            if isinstance(values, dict):
                yield Row(place, values)
            else:
                yield Row(place, trouble=f"This is no object but {_short(values)}.")

    def _open_csv(self) -> None:
        csv.field_size_limit(LONGEST)
        try:
            first = self._text.readline(LONGEST)
            self._delimiter = self.shape.delimiter or max(DELIMITERS, key=first.count)
            self.columns = [" ".join(name.split()) for name in next(csv.reader([first], delimiter=self._delimiter), [])]
        except (OSError, EOFError, zlib.error, UnicodeError, csv.Error) as error:
            raise FileRefused(f"The header of the file cannot be read: {error}.") from error
        twice = sorted({name for name in self.columns if self.columns.count(name) > 1})
        if not any(self.columns) or twice or any(map(_UNREADABLE.search, self.columns)):
            said = f"These columns stand in it twice: {', '.join(twice)}" if twice else "it is empty or no text"
            raise FileRefused(
                f"The first line of a CSV file names its columns; {said} (encoding: {self.shape.encoding})."
            )

    def _csv(self) -> Iterator[Row]:
        assert self.columns is not None
        rows = csv.reader(self._text, delimiter=self._delimiter, strict=True)
        while True:
            place = rows.line_num + 2  # the header was the first
            try:
                cells = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                yield Row(place, trouble=_quote_trouble(place, rows.line_num + 1, error))
                continue
            if not cells:
                continue
            if len(cells) != len(self.columns):
                yield Row(place, trouble=f"It has {len(cells)} cells, the header {len(self.columns)}.")
            elif any(map(_UNREADABLE.search, cells)):
                yield Row(place, trouble=_NOT_TEXT)
            else:
                yield Row(place, dict(zip(self.columns, cells, strict=True)))


_NOT_TEXT = 'These bytes are no text in the file\'s encoding; another one is named in the mapping, for example encoding = "cp1251".'


def _quote_trouble(first: int, last: int, error: csv.Error) -> str:
    through = f" Lines {first} to {last} were read as this one row." if last > first else ""
    return f"This is no CSV: {error}.{through} Is a quotation mark not closed?"


def _parsed(place: int, line: str) -> Row:
    if _UNREADABLE.search(line):
        return Row(place, trouble=_NOT_TEXT)
    try:
        values = json.loads(line, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        return Row(place, trouble=f"This is no JSON: {error}.")
    if not isinstance(values, dict):
        return Row(place, trouble=f"This is no object but {_short(values)}.")
    return Row(place, values)


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def _short(value: Any) -> str:
    said = json.dumps(value, ensure_ascii=False, default=str)
    return said if len(said) <= 40 else f"{said[:39]}…"


def _format_of(path: Path) -> str:
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix != ".gz"]
    found = _BY_NAME.get(suffixes[-1] if suffixes else "")
    if found is None:
        raise FileRefused(
            f"What {path.name} is cannot be told from its name. Call it .csv, .json or .jsonl (.gz after it is fine), or say "
            'format = "csv" in the mapping.'
        )
    return found


class _Bytes:
    """A text file, its first piece read already, as the UTF-8 bytes that ijson takes."""

    def __init__(self, head: str, text: io.TextIOWrapper) -> None:
        self.head, self.text = head, text

    def read(self, size: int) -> bytes:
        if size == 0:
            return b""
        piece, self.head = self.head or self.text.read(max(1, size // 4)), ""
        return piece.encode("utf-8", "surrogateescape")
