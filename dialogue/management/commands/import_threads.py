"""`import_threads`: what was said about legacy issues in their register."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from backend.core.progress import Bar
from dialogue.imports.meaning import FIELDS, ThreadMeaning, read_thread_meaning
from dialogue.imports.run import ThreadReport, import_messages
from issues.imports.command import ImportCommand
from issues.imports.readers import Source
from issues.imports.rows import Reject

ABOUT = f"""
Take the discussions of a legacy register over: messages with their authors' names in words, under the issues that
import_issues took over from the same register. FILE is CSV, JSON (a list) or JSONL, a message a row; .gz after the name
is fine. Memory grows with the longest thread, not with the file.

The mapping says where our fields stand in the rows: {" ".join(FIELDS)}; examples/README.md explains it,
examples/decide_madrid_comments.toml is one.

A message may stand before the one it answers. Replies to replies go to the one level that there is, and name the message
they answer. A message whose parent is not in the file, or was rejected, is kept and shown as such; it learns what it
answers should that come with a later import.

Safe to repeat, to run twice at once, and to go on with after it was stopped: a message that is there already stays as it
is. Every row that cannot be taken over is told with its place and the reasons, and the rest goes in.

The exit code is 0 if anything went in or was there already, and the file could be read to its end; else 1.
"""


class Command(ImportCommand[ThreadMeaning, ThreadReport]):
    help = ABOUT

    def meaning(self, file: Path, mapping: Path | None, **options: Any) -> ThreadMeaning:
        if mapping is None:
            raise CommandError("Say what the rows mean: --mapping MAP.toml. examples/README.md explains it.")
        return read_thread_meaning(mapping)

    def take(
        self, source: Source, meaning: ThreadMeaning, told: Callable[[Reject], None], bar: Bar, dry_run: bool
    ) -> ThreadReport:
        def reading(rows: int) -> None:
            bar(source.position(), source.size, f"{rows:,} rows read")

        def writing(done: int, total: int) -> None:
            bar(done, total, f"{done:,} of {total:,} threads")

        return import_messages(
            source, meaning, at=timezone.now(), told=told, reading=reading, writing=writing, dry_run=dry_run
        )

    def counted(self, report: ThreadReport) -> str:
        counts = ", ".join(f"{getattr(report, name):,} {name}" for name in ("added", "unchanged", "rejected"))
        orphans = f"; {report.orphans:,} answer a message that is not here" if report.orphans else ""
        return f"{counts}; threads: {report.threads:,}{orphans}"
