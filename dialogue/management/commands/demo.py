"""`demo`: the whole platform from nothing, with one command."""

import contextlib
import io
import signal
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone, translation

from backend import embedded_postgres
from backend.core.progress import Bar
from backend.embedded_postgres import EmbeddedPostgresError
from dialogue.demo import database, filling, keys
from dialogue.demo.address import Address
from dialogue.demo.failure import FRESH, DemoError, told
from dialogue.demo.replay import StoryError
from dialogue.demo.serving import Serving


class Command(BaseCommand):
    help = (
        "Run all of Birge from nothing: database, migrations, believable content in three languages, worker and server. "
        "Prints the address, the demo people and their password. Safe to repeat; Ctrl-C stops all of it."
    )
    requires_system_checks = []  # every page answers for itself; a demonstration should start at once

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (0.0.0.0: all of this machine's)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (8000)")
        parser.add_argument(
            "--fresh", action="store_true",
            help="drop everything and fill again; only the embedded database, or one that `demo` filled",
        )  # fmt: skip
        parser.add_argument("--no-serve", action="store_true", help="fill the database and exit")

    def handle(self, *args: Any, host: str, port: int, fresh: bool, no_serve: bool, **options: Any) -> None:
        try:
            with self._alone_in_the_terminal():
                self._run(None if no_serve else Address.of(host, port), fresh)
        except DemoError as failure:
            self._fail(str(failure))
        except InconsistentMigrationHistory:
            self._fail(f"This database was made by another version of Birge. To go on, empty it with {FRESH}.")
        except (DatabaseError, EmbeddedPostgresError, OSError) as error:
            self._fail(told(error, database.place()))
        except StoryError as error:
            self._fail(f"The demonstration does not fit the rules today: {error}")

    def _run(self, address: Address | None, fresh: bool) -> None:
        if address:
            address.check_free()
        try:
            self._prepare(fresh)
        except KeyboardInterrupt:
            self.stdout.write("\nStopped before the database was filled; start again whenever you like.")
            sys.exit(130)
        if address:
            self._serve(address)
        else:
            self._introduce([])

    def _prepare(self, fresh: bool) -> None:
        """Database, migrations, content, password."""
        bar = Bar(sys.stdout, "Database")
        connection.ensure_connection()
        bar.end(database.name())
        with database.prepared_by_us_alone():
            if fresh:
                database.check_may_be_emptied()
                database.empty()
            database.check_ours()
            self._migrate()
            self._fill()
        password = keys.password()
        filling.set_password(password)
        self._people = filling.named_people()
        self._password = password

    def _migrate(self) -> None:
        executor = MigrationExecutor(connection)
        steps = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        bar = Bar(sys.stdout, "Migrations")
        call_command("migrate", interactive=False, stdout=_Counting(bar, steps), skip_checks=True)
        bar.end(f"{steps} applied" if steps else "up to date")

    def _fill(self) -> None:
        bar = Bar(sys.stdout, "Content")
        if filling.is_filled():
            bar.end("there already")
            return
        filling.fill(timezone.now(), bar)
        bar.end("people, NGOs and issues in three languages")

    def _serve(self, address: Address) -> None:
        connection.close()
        address.check_free()  # again: filling took a while
        serving = Serving(address, keys.secret_key(), _log(address))
        try:
            bar = Bar(sys.stdout, "Server")
            serving.start()
            bar.end("up, with a worker")
            self._introduce(_whereabouts(address))
            serving.until_one_ends()
        except KeyboardInterrupt:
            self.stdout.write("\nStopping ...")
        finally:
            _deaf_to_signals()
            serving.stop()
        self.stdout.write("Stopped.")

    def _introduce(self, whereabouts: list[str]) -> None:
        """The address, the people, their password."""
        lines = ["", *whereabouts, f"  password   {self._password}", ""]
        lines += [f"  {email:<24} {what}" for email, what in self._people]
        self.stdout.write("\n".join([*lines, ""]))
        self.stdout.flush()

    def _fail(self, words: str) -> None:
        self.stdout.flush()
        self.stderr.write(words)
        sys.exit(1)

    @contextlib.contextmanager
    def _alone_in_the_terminal(self) -> Iterator[None]:
        """From the command line: signals stop us in order, and an embedded server that nobody else uses stops too."""
        with translation.override("en"):
            if not getattr(self, "_called_from_command_line", False):
                yield
                return
            _stop_on_signals()
            try:
                yield
            finally:
                _deaf_to_signals()
                connection.close()
                if database.is_embedded():
                    embedded_postgres.stop(if_unused=True)


def _whereabouts(address: Address) -> list[str]:
    lines = ["Birge is running. Ctrl-C stops it.", ""]
    lines += [f"  {name:<10} {address.url}/{code}/" for code, name in settings.LANGUAGES]
    if address.is_everywhere:
        lines += ["  (and the same on every other address of this machine)"]
    log = _log(address).relative_to(settings.BASE_DIR)
    return [*lines, "", f"Mail is shown here, errors are in {log}. Sign in as one of those below.", ""]


def _log(address: Address) -> Path:
    """Errors of server and worker; one for each port, as several demonstrations may run."""
    return Path(settings.VAR_DIR) / f"demo-{address.port}.log"


class _Counting(io.TextIOBase):
    """Turns the lines of `migrate` into a bar."""

    def __init__(self, bar: Bar, steps: int) -> None:
        self.bar, self.steps, self.done = bar, steps, 0

    def write(self, text: str) -> int:
        self.done += text.count("  Applying ")
        self.bar(self.done, self.steps)
        return len(text)


def _stop_on_signals() -> None:
    """SIGTERM, and a closed terminal, are as good as Ctrl-C."""
    # A shell that starts us in the background makes us deaf to Ctrl-C; we are asked to stop all the same.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:  # nohup
            signal.signal(number, signal.default_int_handler)


def _deaf_to_signals() -> None:
    """Stopping is not interrupted; it takes seconds at most."""
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        with contextlib.suppress(ValueError):  # not the main thread
            signal.signal(number, signal.SIG_IGN)
