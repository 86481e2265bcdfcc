"""From a file to threads: all of it is read, then each issue's messages go in, in one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import Any

from django.db import reset_queries, transaction

from dialogue.actions.recording import Heard, Saying, record_messages
from dialogue.imports.meaning import Addressed, ThreadMeaning, checked_saying
from dialogue.imports.waiting import Waiting
from issues.actions.checks import Checked
from issues.imports.readers import Source
from issues.imports.rows import Reject, Seen, Told, checked_rows
from issues.models import Issue, LegacySource

BATCH = 500


@dataclass(slots=True)
class ThreadReport(Told):
    """`threads`: issues with messages in the file; `orphans`: of those added, how many answer one that is not here."""

    threads: int = 0
    orphans: int = 0

    def add(self, heard: Heard) -> None:
        self.threads += 1
        self.added += heard.added
        self.unchanged += heard.unchanged
        self.orphans += heard.orphans


def import_messages(
    source: Source, meaning: ThreadMeaning, *, at: datetime, told: Callable[[Reject], None],
    reading: Callable[[int], None] = lambda rows: None, writing: Callable[[int, int], None] = lambda done, of: None,
    dry_run: bool = False, batch_size: int = BATCH,
) -> ThreadReport:  # fmt: skip
    """Take over the messages that the source holds. `told` gets each rejected row, in the file's order; `reading` the rows so
    far, `writing` the threads so far and all of them. A dry run takes each transaction back.

    A message may stand in the file before the one it answers: nothing is written until the file was read. Raises FileRefused,
    DatabaseError.
    """
    if source.columns is not None:
        meaning.check_columns(source.columns)
    report = ThreadReport(told=told)

    def record_of(check: Checked, place: int, fields: dict[str, Any]) -> Addressed | None:
        return checked_saying(check, place, fields, at)

    with Seen[Addressed](lambda each: f"{each.issue}\n{each.source_id}") as seen, Waiting() as waiting:
        for rows in batched(source.rows(), batch_size):
            rejects: list[Reject] = []
            found = list(checked_rows(rows, meaning.read, record_of, rejects))
            waiting.add(_of_issues(seen.only_new(found, source.place_called, rejects), meaning.register, rejects))
            report.rows += len(rows)
            report.reject(rejects)
            reading(report.rows)
            reset_queries()  # with DEBUG Django remembers every query
        report.broken = source.broken
        issues = waiting.issues()
        for n, issue in enumerate(issues, start=1):
            report.add(_take_over(issue, waiting.of(issue), meaning, at, dry_run))
            writing(n, len(issues))
            reset_queries()
    return report


def _of_issues(messages: Sequence[Addressed], register: str, rejects: list[Reject]) -> list[tuple[int, Saying]]:
    """Each with the key of its issue; those of issues that were not taken over are rejected. One query."""
    named = {each.issue for each in messages}
    sources = LegacySource.objects.filter(register=register, source_id__in=named)
    issues = dict(sources.values_list("source_id", "issue"))
    for each in messages:
        if each.issue not in issues:
            why = f"issue: No issue {each.issue!r} was taken over from {register!r}. Run import_issues first."
            rejects.append(Reject(each.row, each.source_id, [why]))
    return [(issues[each.issue], each.saying) for each in messages if each.issue in issues]


def _take_over(issue: int, said: list[Saying], meaning: ThreadMeaning, at: datetime, dry_run: bool) -> Heard:
    with transaction.atomic():
        heard = record_messages(issue=Issue(pk=issue), said=said, register=meaning.register, at=at)
        transaction.set_rollback(dry_run)
    return heard
