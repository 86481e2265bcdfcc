"""Messages that were read, until their whole thread was: in a temporary table, so that memory does not grow with the file."""

import contextlib
from collections.abc import Sequence
from dataclasses import astuple
from operator import itemgetter

from django.db import connection

from dialogue.actions.recording import Saying

_COLUMNS = {
    "issue": "bigint", "place": "bigint", "id": "text", "parent": "text", "at": "timestamptz", "author": "text",
    "language": "text", "body": "text",
}  # fmt: skip


class Waiting:
    """By the issue they are about."""

    def __enter__(self) -> "Waiting":
        columns = ", ".join(f"{name} {kind} NOT NULL" for name, kind in _COLUMNS.items())
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS pg_temp.import_waiting")
            cursor.execute(f"CREATE TEMPORARY TABLE import_waiting ({columns})")
        return self

    def __exit__(self, *error: object) -> None:
        with contextlib.suppress(Exception), connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS pg_temp.import_waiting")

    def add(self, messages: Sequence[tuple[int, Saying]]) -> None:
        """Of issues, by their keys."""
        rows = [(issue, *astuple(saying)) for issue, saying in messages]
        columns = [list(map(itemgetter(n), rows)) for n in range(len(_COLUMNS))]
        places = ", ".join(f"%s::{kind}[]" for kind in _COLUMNS.values())
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO import_waiting SELECT * FROM unnest({places})", columns)  # noqa: S608

    def issues(self) -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute("CREATE INDEX ON import_waiting (issue)")
            cursor.execute("SELECT DISTINCT issue FROM import_waiting ORDER BY issue")
            return [issue for (issue,) in cursor.fetchall()]

    def of(self, issue: int) -> list[Saying]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT place, id, parent, at, author, language, body FROM import_waiting WHERE issue = %s", [issue]
            )
            return [Saying(*row) for row in cursor.fetchall()]
