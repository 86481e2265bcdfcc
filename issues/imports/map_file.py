"""Taking a mapping's TOML file apart, whatever it maps: every refusal says where in the file."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Self

from issues.imports.dates import Dates
from issues.imports.paths import is_path, read_path
from issues.imports.readers import FORMATS, FileRefused, Shape

REGISTER = 200

type Texts = dict[str, str]
type Paths = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Mapped:
    """Where our fields stand in a row. `fields`: our field to the paths whose texts make it; `values`: our field to what its
    words become; `defaults`: what holds where a row says nothing.
    """

    register: str
    fields: Paths = field(default_factory=dict)
    values: Mapping[str, Texts] = field(default_factory=dict)
    defaults: Texts = field(default_factory=dict)
    dates: Dates = field(default_factory=Dates)
    shape: Shape = field(default_factory=Shape)

    def found(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """The row's fields as they stand there."""
        return self.defaults | {name: self._mapped(name, read_path(row, paths)) for name, paths in self.fields.items()}

    def _mapped(self, name: str, value: Any) -> Any:
        known = self.values.get(name)
        if known and isinstance(value, str):
            value = known.get(value.strip(), value)
        return value if value not in (None, "") else self.defaults.get(name, "")

    def needed_columns(self) -> list[str]:
        return [path for paths in self.fields.values() for path in paths]

    def check_columns(self, columns: list[str], *, mend: str = "Mend the mapping.") -> None:
        """Of a CSV file. Raises FileRefused where one is missing that is needed."""
        if missing := [path for path in self.needed_columns() if path not in columns]:
            raise FileRefused(
                f"These columns are not in the file: {', '.join(missing)}. It has: {', '.join(columns)}. {mend}"
            )


class MapFile:
    """A mapping as it is written. Who reads one says which keys it has: `top`, at all; `known` and `needed`, under [fields];
    `valued`, under [values] and [defaults].
    """

    top: ClassVar[tuple[str, ...]]
    known: ClassVar[tuple[str, ...]]
    needed: ClassVar[tuple[str, ...]]
    valued: ClassVar[tuple[str, ...]]

    def __init__(self, name: str, text: str, tree: dict[str, Any]) -> None:
        self.name, self.text, self.tree = name, text, tree

    @classmethod
    def open(cls, path: Path) -> Self:
        """Raises FileRefused with the line of what is wrong."""
        try:
            text = path.read_text(encoding="utf-8-sig")
            tree = tomllib.loads(text)
        except (OSError, UnicodeError, tomllib.TOMLDecodeError) as error:
            raise FileRefused(f"The mapping {path.name} cannot be read: {error}.") from error
        found = cls(path.name, text, tree)
        found._only(tree, "", cls.top)
        return found

    def common(self) -> dict[str, Any]:
        """What every mapping has, as `Mapped` takes it."""
        return {
            "fields": self._fields(), "register": self._register(), "values": self._values(),
            "defaults": self._defaults(), "dates": self._dates(), "shape": self._shape(),
        }  # fmt: skip

    def _register(self) -> str:
        register = self._text("register", self.tree.get("register", "")).strip()
        if not 0 < len(register) <= REGISTER:
            self._refuse("register", f"say what the register is called, in at most {REGISTER} characters")
        return register

    def _fields(self) -> dict[str, tuple[str, ...]]:
        given = self._table("fields")
        self._only(given, "fields", self.known)
        found = {}
        for name, paths in given.items():
            several = paths if isinstance(paths, list) else [paths]
            if not several or not all(isinstance(path, str) and is_path(path) for path in several):
                self._refuse(f"fields.{name}", "give a path, or a list of paths whose texts are joined")
            found[name] = tuple(several)
        if missing := [name for name in self.needed if name not in found]:
            self._refuse("fields", f"say where these are: {', '.join(missing)}")
        return found

    def _values(self) -> dict[str, Texts]:
        given = self._table("values")
        self._only(given, "values", self.valued)
        return {name: self._texts(f"values.{name}", words) for name, words in given.items()}

    def _defaults(self) -> Texts:
        given = self._texts("defaults", self.tree.get("defaults", {}))
        self._only(given, "defaults", self.valued)
        return given

    def _dates(self) -> Dates:
        formats = self.tree.get("date_formats", [])
        if not isinstance(formats, list) or not all(isinstance(each, str) and "%" in each for each in formats):
            self._refuse("date_formats", 'give a list of formats, for example ["%d.%m.%Y"]')
        zone = self._text("timezone", self.tree.get("timezone", "Asia/Almaty"))
        try:
            return Dates.of(formats, zone)
        except ValueError as error:
            self._refuse("date_formats" if "format" in str(error) else "timezone", str(error))
            raise

    def _shape(self) -> Shape:
        given = {
            name: self._text(name, self.tree.get(name, "")) for name in ("format", "encoding", "delimiter", "items")
        }
        if given["format"] not in ("", *FORMATS):
            self._refuse("format", f"one of: {', '.join(FORMATS)}")
        if len(given["delimiter"]) > 1:
            self._refuse("delimiter", "one character")
        try:
            "".encode(given["encoding"] or "utf-8")
        except (LookupError, ValueError):
            self._refuse("encoding", f"there is no encoding called {given['encoding']!r}")
        return Shape(given["format"], given["encoding"] or Shape().encoding, given["delimiter"], given["items"])

    def _table(self, key: str) -> dict[str, Any]:
        table = self.tree.get(key, {})
        if not isinstance(table, dict):
            self._refuse(key, f"this is a table: write it under [{key}]")
        return dict(table)

    def _texts(self, key: str, table: Any) -> Texts:
        if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
            self._refuse(key, f"write texts under [{key}]")
        return dict(table)

    def _text(self, key: str, value: Any) -> str:
        if not isinstance(value, str):
            self._refuse(key, "this must be text")
        return str(value)

    def _only(self, table: Mapping[str, Any], inside: str, known: tuple[str, ...]) -> None:
        for key in table:
            if key not in known:
                where = f" in [{inside}]" if inside else ""
                self._refuse(f"{inside}.{key}".lstrip("."), f"there is no such key{where}; known: {', '.join(known)}")

    def _refuse(self, key: str, words: str) -> None:
        line = next((n for n, found in _keys(self.text) if found == key), None)
        where = f", line {line}" if line else ""
        raise FileRefused(f"The mapping {self.name}{where}: {key}: {words}.")


COMMON = (
    "register",
    "format",
    "encoding",
    "delimiter",
    "items",
    "timezone",
    "date_formats",
    "fields",
    "values",
    "defaults",
)
_HEADER = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]")
_KEY = re.compile(r"""\s*("[^"]*"|'[^']*'|[\w.-]+)\s*=""")


def _keys(text: str) -> Iterator[tuple[int, str]]:
    """Line and full name of each table and key, as people write TOML: good enough to point at a line."""
    table = ""
    for n, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = header[1].replace('"', "").replace("'", "")
            yield n, table
        elif key := _KEY.match(line):
            yield n, f"{table}.{key[1].strip(chr(34) + chr(39))}".lstrip(".")
