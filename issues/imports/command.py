"""What the import commands have in common: a file, a mapping, a bar, the rejected rows, and how they end."""

import contextlib
import json
import sys
from abc import abstractmethod
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, ProgrammingError
from django.utils import translation

from backend.core.progress import Bar
from issues.imports.map_file import Mapped
from issues.imports.readers import FileRefused, Source
from issues.imports.rows import Reject, Told


class ImportCommand[M: Mapped, R: Told](BaseCommand):
    """A command says how it reads its mapping, what it does with the file, and what it counted."""

    requires_system_checks = []
    hint = ""

    @abstractmethod
    def meaning(self, file: Path, mapping: Path | None, **options: Any) -> M:
        """Raises CommandError, FileRefused."""

    @abstractmethod
    def take(self, source: Source, meaning: M, told: Callable[[Reject], None], bar: Bar, dry_run: bool) -> R:
        """The whole file; `told` gets each rejected row."""

    @abstractmethod
    def counted(self, report: R) -> str:
        """In words, after the number of rows."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> Any:
        return super().create_parser(prog_name, subcommand, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="the register's file")
        parser.add_argument("--mapping", type=Path, metavar="MAP.toml", help="where our fields stand in its rows")
        parser.add_argument("--dry-run", action="store_true", help="do it all and write nothing")
        parser.add_argument("--rejects", type=Path, metavar="FILE", help="write the rejected rows there too, as JSONL")

    def handle(
        self, *args: Any, file: Path, mapping: Path | None, dry_run: bool, rejects: Path | None, **options: Any
    ) -> None:
        with translation.override("en"):
            try:
                meaning = self.meaning(file, mapping, **options)
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
        self._judge(report, source.place_called)

    def _import(self, source: Source, meaning: M, write: Callable[[Reject], None], dry_run: bool) -> R:
        bar = Bar(sys.stdout, "Dry run" if dry_run else "Import")

        def told(reject: Reject) -> None:
            called = f" (id {reject.source_id})" if reject.source_id else ""
            bar.note(f"{source.place_called} {reject.place}{called}: {' '.join(reject.reasons)}")
            write(reject)

        report = self.take(source, meaning, told, bar, dry_run)
        nothing = "; nothing was written" if dry_run else ""
        bar.end(f"{report.rows:,} rows: {self.counted(report)}{nothing}")
        return report

    def _judge(self, report: R, place_called: str) -> None:
        if report.broken:
            raise CommandError(
                f"The file cannot be read further than {place_called} {report.rows}: {report.broken}\nWhat became of the rows "
                "before is told above. Mend the file and run the command again: what is there already is not added again."
            )
        if report.rows == 0:
            raise CommandError("The file has no rows.")
        if report.rejected == report.rows:
            raise CommandError(f"No row went in: mend what is said above, in the file or in the mapping.{self.hint}")


_AGAIN = "Nothing of the last batch was written. Run the command again: it goes on where it stopped."


def _line(error: Exception) -> str:
    return " ".join(str(error).split())


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
