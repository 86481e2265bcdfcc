"""What the rows of another register mean in our words: a TOML file, explained in `examples/README.md`."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from issues.actions.checks import Checked
from issues.actions.recording import FIELDS, BodyNames, Reference
from issues.actions.recording.records import LABEL
from issues.imports.dates import Dates
from issues.imports.paths import is_path, read_path, texts_at, web_address
from issues.imports.readers import FORMATS, FileRefused, Shape

NEEDED = ("id", "title", "raised_at")
DEFAULTS = ("language", "topic", "region", "source_status")
REGISTER = 200
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

type Texts = dict[str, str]


@dataclass(frozen=True, slots=True)
class Meaning:
    """A mapping, checked. `fields`: our field to the paths whose texts make it; `values`: our field to what its words become;
    `kept`: a label to the path of what is shown beside the issue; `url`: an address with paths in braces.
    """

    register: str
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: {name: (name,) for name in FIELDS})
    values: Mapping[str, Texts] = field(default_factory=dict)
    defaults: Texts = field(default_factory=dict)
    kept: Texts = field(default_factory=dict)
    url: str = ""
    bodies: BodyNames = field(default_factory=BodyNames)
    dates: Dates = field(default_factory=Dates)
    shape: Shape = field(default_factory=Shape)
    is_ours: bool = True  # without a mapping: the fields are ours, and those that are not there are left out

    def read(self, check: Checked, row: Mapping[str, Any]) -> dict[str, Any]:
        """The row's fields, as `checked_record` takes them; what cannot be read is told to `check`."""
        found = self.defaults | {name: self._mapped(name, read_path(row, paths)) for name, paths in self.fields.items()}
        for name in ("raised_at", "answered_at"):
            found[name] = self.dates.read(check, name, found.get(name))
        if self.url:
            found["url"] = web_address(self.url, row)
        found["kept"] = {label: list(texts_at(row, path)) for label, path in self.kept.items()}
        return found

    def _mapped(self, name: str, value: Any) -> Any:
        known = self.values.get(name)
        if known and isinstance(value, str):
            value = known.get(value.strip(), value)
        return value if value not in (None, "") else self.defaults.get(name, "")

    def check_columns(self, columns: list[str]) -> None:
        """Of a CSV file. Raises FileRefused where one is missing that is needed."""
        paths = [*(path for paths in self.fields.values() for path in paths), *self.kept.values()]
        needed = NEEDED if self.is_ours else paths
        if missing := [path for path in needed if path not in columns]:
            raise FileRefused(
                f"These columns are not in the file: {', '.join(missing)}. It has: {', '.join(columns)}. "
                + ("Rename them, or write a mapping." if self.is_ours else "Mend the mapping.")
            )

    def check_reference(self, reference: Reference) -> None:
        """Raises FileRefused for a topic or a region that is none."""
        for name, known in (("topic", reference.topics), ("region", reference.regions)):
            named = [*self.values.get(name, {}).values(), *filter(None, [self.defaults.get(name)])]
            if wrong := [value for value in named if value not in known]:
                raise FileRefused(f"The mapping names no {name} of ours: {wrong[0]!r}. One of: {', '.join(known)}.")


def read_meaning(path: Path, *, create_bodies: bool = False) -> Meaning:
    """Raises FileRefused with the line of what is wrong."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        tree = tomllib.loads(text)
    except (OSError, UnicodeError, tomllib.TOMLDecodeError) as error:
        raise FileRefused(f"The mapping {path.name} cannot be read: {error}.") from error
    return _Reader(path.name, text, tree).read(create_bodies)


class _Reader:
    """Takes a tree of TOML apart; every refusal says where in the file."""

    def __init__(self, name: str, text: str, tree: dict[str, Any]) -> None:
        self.name, self.text, self.tree = name, text, tree

    def read(self, create_bodies: bool) -> Meaning:
        self._only(self.tree, "", _TOP)
        fields = self._fields()
        bodies = self._table("bodies")
        self._only(bodies, "bodies", ("default", "prefix", "names"))
        prefix = self._text("bodies.prefix", bodies.get("prefix", ""))
        names = self._texts("bodies.names", bodies.get("names", {}))
        for name, slug in names.items():
            if not _SLUG.fullmatch(slug):
                self._refuse(f"bodies.names.{name}", f"this is no short name of a body: {slug!r}")
        if prefix and not _SLUG.fullmatch(prefix):
            self._refuse("bodies.prefix", "a prefix has small Latin letters, digits and hyphens alone")
        return self._check_whole(Meaning(
            register=self._register(), fields=fields, values=self._values(), defaults=self._defaults(), kept=self._kept(),
            url=self._url(fields), bodies=BodyNames(self._text("bodies.default", bodies.get("default", "")), prefix, names,
                                                    create_bodies),
            dates=self._dates(), shape=self._shape(), is_ours=False,
        ))  # fmt: skip

    def _check_whole(self, meaning: Meaning) -> Meaning:
        """What every row needs has a place in the row, or is the same for all."""
        for name in ("language", "topic"):
            if name not in meaning.fields and name not in meaning.defaults:
                self._refuse(name, "say where it stands, under [fields], or what it is for all, under [defaults]")
        if "body_addressed" not in meaning.fields and not meaning.bodies.default:
            self._refuse("body_addressed", "say where it stands, under [fields], or give a default under [bodies]")
        return meaning

    def _register(self) -> str:
        register = self._text("register", self.tree.get("register", "")).strip()
        if not 0 < len(register) <= REGISTER:
            self._refuse("register", f"say what the register is called, in at most {REGISTER} characters")
        return register

    def _fields(self) -> dict[str, tuple[str, ...]]:
        given = self._table("fields")
        self._only(given, "fields", FIELDS)
        found = {}
        for name, paths in given.items():
            several = paths if isinstance(paths, list) else [paths]
            if not several or not all(isinstance(path, str) and is_path(path) for path in several):
                self._refuse(f"fields.{name}", "give a path, or a list of paths whose texts are joined")
            found[name] = tuple(several)
        if missing := [name for name in NEEDED if name not in found]:
            self._refuse("fields", f"say where these are: {', '.join(missing)}")
        return found

    def _values(self) -> dict[str, Texts]:
        given = self._table("values")
        self._only(given, "values", DEFAULTS)
        return {name: self._texts(f"values.{name}", words) for name, words in given.items()}

    def _defaults(self) -> Texts:
        given = self._texts("defaults", self.tree.get("defaults", {}))
        self._only(given, "defaults", DEFAULTS)
        return given

    def _kept(self) -> Texts:
        given = self._texts("kept", self.tree.get("kept", {}))
        for label, path in given.items():
            if not is_path(path) or not 0 < len(label) <= LABEL:
                self._refuse(f"kept.{label}", f"give a label of at most {LABEL} characters and a path")
        return given

    def _url(self, fields: Mapping[str, Any]) -> str:
        url = self._text("url", self.tree.get("url", ""))
        if url and "url" in fields:
            self._refuse("url", "give it here or under [fields], not twice")
        return url

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


_TOP = ("register", "format", "encoding", "delimiter", "items", "timezone", "date_formats", "url", "fields", "values",
        "defaults", "kept", "bodies")  # fmt: skip
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
