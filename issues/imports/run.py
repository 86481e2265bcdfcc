"""From a file to the record: batch after batch, each in a transaction of its own, so that a killed import goes on later."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import Any

from django.db import reset_queries, transaction

from issues.actions.checks import Checked
from issues.actions.recording import Outcome, Record, Reference, checked_record, record
from issues.imports.mapping import Meaning
from issues.imports.readers import Source
from issues.imports.rows import Reject, Seen, Told, checked_rows

__all__ = ["BATCH", "Reject", "Report", "import_file"]

BATCH = 500


@dataclass(slots=True)
class Report(Told):
    """What became of a file. `answers`: of what was added or updated."""

    updated: int = 0
    answers: int = 0

    def add(self, outcome: Outcome) -> None:
        for name in ("added", "updated", "unchanged", "answers"):
            setattr(self, name, getattr(self, name) + getattr(outcome, name))


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

    def record_of(check: Checked, place: int, fields: dict[str, Any]) -> Record | None:
        return checked_record(check, place, fields, reference, at)

    with Seen[Record]() as seen:
        for rows in batched(source.rows(), batch_size):
            rejects: list[Reject] = []
            found = list(checked_rows(rows, meaning.read, record_of, rejects))
            outcome = _take_over(seen.only_new(found, source.place_called, rejects), meaning, at, dry_run)
            rejects += [Reject(each.row, each.source_id, [why]) for each, why in outcome.rejected]
            report.rows += len(rows)
            report.add(outcome)
            report.reject(rejects)
            progress(report.rows)
            reset_queries()  # with DEBUG Django remembers every query
    report.broken = source.broken
    return report


def _take_over(records: list[Record], meaning: Meaning, at: datetime, dry_run: bool) -> Outcome:
    with transaction.atomic():
        outcome = record(records=records, register=meaning.register, bodies=meaning.bodies, at=at)
        transaction.set_rollback(dry_run)
    return outcome
