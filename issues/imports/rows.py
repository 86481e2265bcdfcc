"""Rows to records, whatever they are of: each one checked, of several with one id the first, and every rejected one told."""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db import connection

from backend.core.errors import Invalid
from issues.actions.checks import Checked
from issues.imports.readers import Row


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that was not taken over, and every reason."""

    place: int
    source_id: str
    reasons: Sequence[str]


@dataclass(slots=True)
class Told:
    """What became of a file, as far as it is the same for all. `broken`: why it could not be read to its end."""

    rows: int = 0
    added: int = 0
    unchanged: int = 0
    rejected: int = 0
    broken: str = ""
    told: Callable[[Reject], None] = field(default=lambda reject: None, repr=False)

    def reject(self, rejects: Sequence[Reject]) -> None:
        self.rejected += len(rejects)
        for reject in sorted(rejects, key=lambda each: each.place):
            self.told(reject)


class Taken(Protocol):
    """A record: where it stood, and its register's id."""

    @property
    def row(self) -> int: ...
    @property
    def source_id(self) -> str: ...


def checked_rows[R](
    rows: Iterable[Row], fields_of: Callable[[Checked, Mapping[str, Any]], dict[str, Any]],
    record_of: Callable[[Checked, int, dict[str, Any]], R | None], rejects: list[Reject],
) -> Iterator[R]:  # fmt: skip
    """The records of those rows that have no error; the others go to `rejects`, each with all its reasons."""
    for row in rows:
        if row.values is None:
            rejects.append(Reject(row.place, "", [row.trouble]))
            continue
        fields: dict[str, Any] = {}
        try:
            with Checked() as check:
                fields = fields_of(check, row.values)
                found = record_of(check, row.place, fields)
        except Invalid as refusal:
            reasons = [f"{name}: {words}" for name, all_words in refusal.errors.items() for words in all_words]
            rejects.append(Reject(row.place, str(fields.get("id", ""))[:200], reasons))
        else:
            assert found  # no error, so there is one
            yield found


class Seen[R: Taken]:
    """The ids that the file has shown so far, in a temporary table: it does not grow with the file. `key`: what a record is
    known by, where ids alone do not tell.
    """

    def __init__(self, key: Callable[[R], str] = lambda record: record.source_id) -> None:
        self.key = key

    def __enter__(self) -> "Seen[R]":
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS pg_temp.import_seen")
            cursor.execute("CREATE TEMPORARY TABLE import_seen (id text PRIMARY KEY, place bigint NOT NULL)")
        return self

    def __exit__(self, *error: object) -> None:
        with contextlib.suppress(Exception), connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS pg_temp.import_seen")

    def only_new(self, records: list[R], place_called: str, rejects: list[Reject]) -> list[R]:
        """Of several records with one id the first; the others are rejected."""
        ids = [self.key(each) for each in records]
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO import_seen SELECT DISTINCT ON (id) id, place FROM unnest(%s::text[], %s::bigint[])"
                " AS shown(id, place) ORDER BY id, place ON CONFLICT DO NOTHING",
                [ids, [each.row for each in records]],
            )
            cursor.execute("SELECT id, place FROM import_seen WHERE id = ANY(%s)", [ids])
            first = dict(cursor.fetchall())
        for each in records:
            if first[self.key(each)] != each.row:
                words = f"id: It stood in the file before, in {place_called} {first[self.key(each)]}."
                rejects.append(Reject(each.row, each.source_id, [words]))
        return [each for each in records if first[self.key(each)] == each.row]
