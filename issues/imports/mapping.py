"""What the rows of another register mean in our words: a TOML file, explained in `examples/README.md`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from issues.actions.checks import Checked
from issues.actions.recording import FIELDS, BodyNames, Reference
from issues.actions.recording.records import LABEL
from issues.imports.map_file import COMMON, REGISTER, MapFile, Mapped, Paths, Texts
from issues.imports.paths import is_path, texts_at, web_address
from issues.imports.readers import FileRefused

__all__ = ["REGISTER", "Meaning", "read_meaning"]

NEEDED = ("id", "title", "raised_at")
DEFAULTS = ("language", "topic", "region", "source_status")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Meaning(Mapped):
    """A mapping, checked. `kept`: a label to the path of what is shown beside the issue; `url`: an address with paths in
    braces.
    """

    fields: Paths = field(default_factory=lambda: {name: (name,) for name in FIELDS})
    kept: Texts = field(default_factory=dict)
    url: str = ""
    bodies: BodyNames = field(default_factory=BodyNames)
    is_ours: bool = True  # without a mapping: the fields are ours, and those that are not there are left out

    def read(self, check: Checked, row: Mapping[str, Any]) -> dict[str, Any]:
        """The row's fields, as `checked_record` takes them; what cannot be read is told to `check`."""
        found = self.found(row)
        for name in ("raised_at", "answered_at"):
            found[name] = self.dates.read(check, name, found.get(name))
        if self.url:
            found["url"] = web_address(self.url, row)
        found["kept"] = {label: list(texts_at(row, path)) for label, path in self.kept.items()}
        return found

    def needed_columns(self) -> list[str]:
        return list(NEEDED) if self.is_ours else [*Mapped.needed_columns(self), *self.kept.values()]

    def check_columns(self, columns: list[str], *, mend: str = "") -> None:
        ours = "Rename them, or write a mapping."
        Mapped.check_columns(self, columns, mend=ours if self.is_ours else "Mend the mapping.")

    def check_reference(self, reference: Reference) -> None:
        """Raises FileRefused for a topic or a region that is none."""
        for name, known in (("topic", reference.topics), ("region", reference.regions)):
            named = [*self.values.get(name, {}).values(), *filter(None, [self.defaults.get(name)])]
            if wrong := [value for value in named if value not in known]:
                raise FileRefused(f"The mapping names no {name} of ours: {wrong[0]!r}. One of: {', '.join(known)}.")


def read_meaning(path: Path, *, create_bodies: bool = False) -> Meaning:
    """Raises FileRefused with the line of what is wrong."""
    return _IssueMap.open(path).read(create_bodies)


class _IssueMap(MapFile):
    top = (*COMMON, "url", "kept", "bodies")
    known, needed, valued = FIELDS, NEEDED, DEFAULTS

    def read(self, create_bodies: bool) -> Meaning:
        common = self.common()
        bodies = self._table("bodies")
        self._only(bodies, "bodies", ("default", "prefix", "names"))
        prefix = self._text("bodies.prefix", bodies.get("prefix", ""))
        names = self._texts("bodies.names", bodies.get("names", {}))
        for name, slug in names.items():
            if not _SLUG.fullmatch(slug):
                self._refuse(f"bodies.names.{name}", f"this is no short name of a body: {slug!r}")
        if prefix and not _SLUG.fullmatch(prefix):
            self._refuse("bodies.prefix", "a prefix has small Latin letters, digits and hyphens alone")
        default = self._text("bodies.default", bodies.get("default", ""))
        return self._check_whole(Meaning(
            **common, kept=self._kept(), url=self._url(common["fields"]),
            bodies=BodyNames(default, prefix, names, create_bodies), is_ours=False,
        ))  # fmt: skip

    def _check_whole(self, meaning: Meaning) -> Meaning:
        """What every row needs has a place in the row, or is the same for all."""
        for name in ("language", "topic"):
            if name not in meaning.fields and name not in meaning.defaults:
                self._refuse(name, "say where it stands, under [fields], or what it is for all, under [defaults]")
        if "body_addressed" not in meaning.fields and not meaning.bodies.default:
            self._refuse("body_addressed", "say where it stands, under [fields], or give a default under [bodies]")
        return meaning

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
