"""From a file to the record: batch after batch, each in a transaction of its own, so that a killed import goes on later."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from typing import Any

from django.db import connection, reset_queries, transaction

from backend.core.errors import Invalid
from issues.actions.checks import Checked
from issues.actions.recording import Outcome, Record, Reference, checked_record, record
from issues.imports.mapping import Meaning
from issues.imports.readers import Row, Source

BATCH = 500


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that was not taken over, and every reason."""

    place: int
    source_id: str
    reasons: Sequence[str]


@dataclass(slots=True)
class Report:
    """What became of a file. `answers`: of what was added or updated."""

    rows: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    answers: int = 0
    rejected: int = 0
    broken: str = ""
    told: Callable[[Reject], None] = field(default=lambda reject: None, repr=False)

    def add(self, outcome: Outcome, rejects: list[Reject]) -> None:
        for name in ("added", "updated", "unchanged", "answers"):
            setattr(self, name, getattr(self, name) + getattr(outcome, name))
        self.rejected += len(rejects)
        for reject in sorted(rejects, key=lambda each: each.place):
            self.told(reject)


def import_file(
    source: Source, meaning: Meaning, *, at: datetime, told: Callable[[Reject], None],
    progress: Callable[[int], None] = lambda rows: None, dry_run: bool = False, batch_size: int = BATCH,
) -> Report:  # fmt: skip
    """Take over what the source holds. `told` gets each rejected row, in the file's order; `progress` the rows so far.

    A dry run does all of it, each batch in a transaction that is taken back. Raises FileRefused before anything is
    written, DatabaseError when the database cannot be used.
    """
    reference = Reference()
    meaning.check_reference(reference)
    if source.columns is not None:
        meaning.check_columns(source.columns)
    report = Report(told=told)
    with _Seen() as seen:
        for rows in batched(source.rows(), batch_size):
            rejects: list[Reject] = []
            records = seen.only_new(list(_records(rows, meaning, reference, at, rejects)), source.place_called, rejects)
            outcome = _take_over(records, meaning, at, dry_run)
            rejects += [Reject(each.row, each.source_id, [why]) for each, why in outcome.rejected]
            report.rows += len(rows)
            report.add(outcome, rejects)
            progress(report.rows)
            reset_queries()  # with DEBUG Django remembers every query
    report.broken = source.broken
    return report


def _records(
    rows: Sequence[Row], meaning: Meaning, reference: Reference, at: datetime, rejects: list[Reject]
) -> Iterator[Record]:
    for row in rows:
        if row.values is None:
            rejects.append(Reject(row.place, "", [row.trouble]))
            continue
        fields: dict[str, Any] = {}
        try:
            with Checked() as check:
                fields = meaning.read(check, row.values)
                found = checked_record(check, row.place, fields, reference, at)
        except Invalid as refusal:
            reasons = [f"{name}: {words}" for name, all_words in refusal.errors.items() for words in all_words]
            rejects.append(Reject(row.place, str(fields.get("id", ""))[:200], reasons))
        else:
            assert found  # no error, so there is one
            yield found


def _take_over(records: list[Record], meaning: Meaning, at: datetime, dry_run: bool) -> Outcome:
    with transaction.atomic():
        outcome = record(records=records, register=meaning.register, bodies=meaning.bodies, at=at)
        transaction.set_rollback(dry_run)
    return outcome


class _Seen:
    """The ids that the file has shown so far, in a temporary table: it does not grow with the file."""

    def __enter__(self) -> "_Seen":
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS pg_temp.import_seen")
            cursor.execute("CREATE TEMPORARY TABLE import_seen (id text PRIMARY KEY, place bigint NOT NULL)")
        return self

    def __exit__(self, *error: object) -> None:
        with contextlib.suppress(Exception), connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS pg_temp.import_seen")

    def only_new(self, records: list[Record], place_called: str, rejects: list[Reject]) -> list[Record]:
        """Of several records with one id the first; the others are rejected."""
        ids = [each.source_id for each in records]
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO import_seen SELECT DISTINCT ON (id) id, place FROM unnest(%s::text[], %s::bigint[])"
                " AS shown(id, place) ORDER BY id, place ON CONFLICT DO NOTHING",
                [ids, [each.row for each in records]],
            )
            cursor.execute("SELECT id, place FROM import_seen WHERE id = ANY(%s)", [ids])
            first = dict(cursor.fetchall())
        for each in records:
            if first[each.source_id] != each.row:
                words = f"id: It stood in the file before, in {place_called} {first[each.source_id]}."
                rejects.append(Reject(each.row, each.source_id, [words]))
        return [each for each in records if first[each.source_id] == each.row]
