"""`import_issues`: a legacy register, as issues that are recorded and nothing more."""

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from backend.core.progress import Bar
from issues.actions.recording import FIELDS, BodyNames
from issues.imports.command import ImportCommand
from issues.imports.mapping import REGISTER, Meaning, read_meaning
from issues.imports.readers import Source
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


class Command(ImportCommand[Meaning, Report]):
    help = ABOUT

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--register", default="", metavar="NAME",
            help="what the register is called, where there is no mapping (else the file's name without its ending)",
        )  # fmt: skip
        parser.add_argument(
            "--create-bodies", action="store_true", help="make a state body for a name that is none of ours"
        )

    def meaning(
        self, file: Path, mapping: Path | None, *, register: str = "", create_bodies: bool = False, **options: Any
    ) -> Meaning:
        if mapping is not None:
            if register:
                raise CommandError("The mapping names the register; leave --register out.")
            return read_meaning(mapping, create_bodies=create_bodies)
        self.hint = " Without a mapping the fields have our names; see --help."
        name = register or file.name.partition(".")[0]
        if len(name) > REGISTER:
            raise CommandError(f"Call the register by at most {REGISTER} characters.")
        return Meaning(register=name, bodies=BodyNames(create=create_bodies))

    def take(self, source: Source, meaning: Meaning, told: Callable[[Reject], None], bar: Bar, dry_run: bool) -> Report:
        def progress(rows: int) -> None:
            bar(source.position(), source.size, f"{rows:,} rows")

        return import_file(source, meaning, at=timezone.now(), told=told, progress=progress, dry_run=dry_run)

    def counted(self, report: Report) -> str:
        names = ("added", "updated", "unchanged", "rejected")
        counts = ", ".join(f"{getattr(report, name):,} {name}" for name in names)
        return counts + (f"; answers: {report.answers:,}" if report.answers else "")
