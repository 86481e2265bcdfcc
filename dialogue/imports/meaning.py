"""What the rows of a discussion mean in our words: a TOML file, explained in `examples/README.md`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from dialogue.actions.recording import Saying
from issues.actions.checks import LONG, SHORT, Checked
from issues.actions.recording.records import moment, needed_line
from issues.imports.map_file import COMMON, MapFile, Mapped
from issues.imports.paths import filled, paths_in

FIELDS = ("id", "issue", "parent", "at", "body", "language")
NEEDED = ("id", "parent", "at", "body")
DEFAULTS = ("issue", "parent", "language")


@dataclass(frozen=True, slots=True)
class ThreadMeaning(Mapped):
    """A mapping, checked. `register`: the one whose issues were taken over; `author`: a name with paths in braces."""

    author: str = ""

    def read(self, check: Checked, row: Mapping[str, Any]) -> dict[str, Any]:
        found = self.found(row)
        return found | {"at": self.dates.read(check, "at", found["at"]), "author": filled(self.author, row)}

    def needed_columns(self) -> list[str]:
        return [*Mapped.needed_columns(self), *paths_in(self.author)]


@dataclass(frozen=True, slots=True)
class Addressed:
    """A message, and its register's id of the issue it is about."""

    issue: str
    saying: Saying

    @property
    def row(self) -> int:
        return self.saying.row

    @property
    def source_id(self) -> str:
        return self.saying.source_id


def checked_saying(check: Checked, row: int, fields: Mapping[str, Any], now: datetime) -> Addressed | None:
    """None with every reason in `check`."""
    at = moment(check, "at", fields["at"], now)
    if at is None and "at" not in check.errors:
        check.fail("at", "It is missing: say when the message was written.")
    issue, source_id = (needed_line(check, name, fields.get(name)) for name in ("issue", "id"))
    parent = check.line("parent", fields["parent"], needed=False)
    author = check.line("author", fields["author"], limit=SHORT, needed=False)
    language = check.language("language", fields.get("language"))
    body = check.text("body", fields["body"], limit=LONG, needed=False)
    if not body and "body" not in check.errors:
        check.fail("body", "It is missing: a message has words.")
    if at is None or check.errors:
        return None
    return Addressed(issue, Saying(row, source_id, parent, at, author, language, body))


def read_thread_meaning(path: Path) -> ThreadMeaning:
    """Raises FileRefused with the line of what is wrong."""
    return _ThreadMap.open(path).read()


class _ThreadMap(MapFile):
    top = (*COMMON, "author")
    known, needed, valued = FIELDS, NEEDED, DEFAULTS

    def read(self) -> ThreadMeaning:
        found = ThreadMeaning(**self.common(), author=self._text("author", self.tree.get("author", "")))
        if "issue" not in found.fields and "issue" not in found.defaults:
            self._refuse(
                "issue", "say where its id stands, under [fields], or which one it is for all, under [defaults]"
            )
        return found
