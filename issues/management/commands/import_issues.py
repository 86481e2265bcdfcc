"""`import_issues`: a legacy register, as issues that are recorded and nothing more."""

import contextlib
import json
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, ProgrammingError
from django.utils import timezone, translation

from backend.core.progress import Bar
from issues.actions.recording import FIELDS, BodyNames
from issues.imports.mapping import REGISTER, Meaning, read_meaning
from issues.imports.readers import FileRefused, Source
from issues.imports.run import Reject, Report, import_file

ABOUT = f"""
Take a legacy register over: its issues are recorded, with the answers they got; they have no duties, no clock and no
moves, and stand outside every metric. FILE is CSV, JSON (a list) or JSONL, in UTF-8 unless the mapping says otherwise;
.gz after the name is fine. Memory does not grow with the file.

The mapping says where our fields stand in the rows; examples/README.md explains it, examples/uk_petitions.toml is one.
Without a mapping the fields are ours: {" ".join(FIELDS)}.
A row needs id, title, raised_at, language, topic and a body; a region is the whole country unless given.

Safe to repeat, to run twice at once, and to go on with after it was stopped: a row that is there already is not added
again. Where its register says something else than before (another state, an answer that came), that is entered as a
further event. Every row that cannot be taken over is told with its place and the reasons, and the rest goes in.

The exit code is 0 if anything went in or was there already, and the file could be read to its end; else 1.
"""


class Command(BaseCommand):
    help = ABOUT
    requires_system_checks = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="the register's file")
        parser.add_argument("--mapping", type=Path, metavar="MAP.toml", help="where our fields stand in its rows")
        parser.add_argument(
            "--register", default="", metavar="NAME",
            help="what the register is called, where there is no mapping (else the file's name without its ending)",
        )  # fmt: skip
        parser.add_argument(
            "--create-bodies", action="store_true", help="make a state body for a name that is none of ours"
        )
        parser.add_argument("--dry-run", action="store_true", help="do it all and write nothing")
        parser.add_argument("--rejects", type=Path, metavar="FILE", help="write the rejected rows there too, as JSONL")

    def handle(
        self, *args: Any, file: Path, mapping: Path | None, register: str, create_bodies: bool, dry_run: bool,
        rejects: Path | None, **options: Any,
    ) -> None:  # fmt: skip
        with translation.override("en"):
            try:
                meaning = self._meaning(file, mapping, register, create_bodies)
                with Source(file, meaning.shape) as source, _rejects_file(rejects) as write:
                    report = self._import(source, meaning, write, dry_run)
            except FileRefused as refusal:
                raise CommandError(str(refusal)) from refusal
            except OSError as error:
                raise CommandError(f"{error.filename or file}: {error.strerror or error}.") from error
            except ProgrammingError as error:
                raise CommandError(
                    f"{_line(error)}\nRun `manage.py migrate` first: the tables are missing, or another version's."
                ) from error
            except DatabaseError as error:
                raise CommandError(f"{_line(error)}\n{_AGAIN}") from error
            except KeyboardInterrupt as stop:
                raise CommandError(f"Stopped. {_AGAIN}", returncode=130) from stop
        self._judge(report, source.place_called, meaning)

    def _meaning(self, file: Path, mapping: Path | None, register: str, create_bodies: bool) -> Meaning:
        if mapping is not None:
            if register:
                raise CommandError("The mapping names the register; leave --register out.")
            return read_meaning(mapping, create_bodies=create_bodies)
        name = register or file.name.partition(".")[0]
        if len(name) > REGISTER:
            raise CommandError(f"Call the register by at most {REGISTER} characters.")
        return Meaning(register=name, bodies=BodyNames(create=create_bodies))

    def _import(self, source: Source, meaning: Meaning, write: Callable[[Reject], None], dry_run: bool) -> Report:
        bar = Bar(sys.stdout, "Dry run" if dry_run else "Import")

        def told(reject: Reject) -> None:
            called = f" (id {reject.source_id})" if reject.source_id else ""
            bar.note(f"{source.place_called} {reject.place}{called}: {' '.join(reject.reasons)}")
            write(reject)

        def progress(rows: int) -> None:
            bar(source.position(), source.size, f"{rows:,} rows")

        report = import_file(
            source, meaning, at=timezone.now(), told=told, progress=progress, dry_run=dry_run
        )  # fmt: skip
        bar.end(_summary(report, dry_run))
        return report

    def _judge(self, report: Report, place_called: str, meaning: Meaning) -> None:
        if report.broken:
            raise CommandError(
                f"The file cannot be read further than {place_called} {report.rows}: {report.broken}\nWhat became of the rows "
                "before is told above. Mend the file and run the command again: what is there already is not added again."
            )
        if report.rows == 0:
            raise CommandError("The file has no rows.")
        if report.rejected == report.rows:
            hint = " Without a mapping the fields have our names; see --help." if meaning.is_ours else ""
            raise CommandError(f"No row went in: mend what is said above, in the file or in the mapping.{hint}")


_AGAIN = "Nothing of the last batch was written. Run the command again: it goes on where it stopped."


def _line(error: Exception) -> str:
    return " ".join(str(error).split())


def _summary(report: Report, dry_run: bool) -> str:
    counts = ", ".join(
        f"{getattr(report, name):,} {name}" for name in ("added", "updated", "unchanged", "rejected")
    )  # fmt: skip
    answers = f"; answers: {report.answers:,}" if report.answers else ""
    return f"{report.rows:,} rows: {counts}{answers}{'; nothing was written' if dry_run else ''}"


@contextlib.contextmanager
def _rejects_file(path: Path | None) -> Iterator[Callable[[Reject], None]]:
    """Writes each rejected row as a line of JSON; nowhere without a path."""
    if path is None:
        yield lambda reject: None
        return
    with path.open("w", encoding="utf-8") as out:

        def write(reject: Reject) -> None:
            said = {"place": reject.place, "id": reject.source_id, "reasons": list(reject.reasons)}
            out.write(json.dumps(said, ensure_ascii=False) + "\n")

        yield write
