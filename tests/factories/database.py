"""The tests' database: migrated once for this state of the code, then copied for each process of the tests."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import ProgrammingError, connection
from django.db.backends.utils import CursorWrapper
from psycopg.errors import InsufficientPrivilege

from tests.factories import baseline

PROJECT = Path(__file__).resolve().parents[2]
PREFIX = "birge_tests_"
_LOCK = 0x42697267


@contextmanager
def tests_database() -> Iterator[None]:
    """Django's connections lead to a fresh copy of the template, which is dropped in the end whoever still uses it."""
    usual = connection.settings_dict["NAME"]
    with migrated_database(connection.settings_dict["TEST"]["NAME"] or f"test_{usual}") as ours, leading_to(ours):
        yield


@contextmanager
def migrated_database(name: str) -> Iterator[str]:
    """A copy of the template, gone afterwards whoever still uses it. Answers its name."""
    with _server() as server:
        template = _template(server)
        drop(server, name)
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        # Nothing of it need outlive the machine: no commit waits for the disk.
        server.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')
    try:
        yield name
    finally:
        with _server() as server:
            drop(server, name)


def drop(server: Any, name: str) -> None:
    """The database, whoever still uses it. Forced, it takes the clients' lines away, but is refused where the server's own
    housekeeping is there, which the plain command waits for.
    """
    try:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    except (InsufficientPrivilege, ProgrammingError):
        server.execute(f'DROP DATABASE IF EXISTS "{name}"')


@contextmanager
def leading_to(name: str) -> Iterator[None]:
    """Django's connection leads to this database, and back again."""
    usual = connection.settings_dict["NAME"]
    _lead_to(name)
    try:
        yield
    finally:
        _lead_to(usual)


def _template(server: CursorWrapper) -> str:
    """Made where this state of the code has none; it stays for the next run, and those of other states go."""
    server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
    present = {name for (name,) in server.fetchall()}
    name = PREFIX + _state_of_the_code()
    if name not in present:
        for old in present:
            drop(server, old)
        _migrate(server, f"{PREFIX}half_made")
        server.execute(f'ALTER DATABASE "{PREFIX}half_made" RENAME TO "{name}"')
    return name


def _migrate(server: CursorWrapper, name: str) -> None:
    usual = connection.settings_dict["NAME"]
    server.execute(f'CREATE DATABASE "{name}"')
    _lead_to(name)
    try:
        call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)
        baseline.set_aside()
    finally:
        _lead_to(usual)


def _state_of_the_code() -> str:
    """Of all that migrations, models and reference data can depend on: our code and data, and the packages' versions."""
    found = hashlib.sha256((PROJECT / "uv.lock").read_bytes() + Path(baseline.__file__).read_bytes())
    for app in ("backend", "issues", "dialogue"):
        for path in sorted((PROJECT / app).rglob("*")):
            if path.suffix in (".py", ".json", ".toml", ".sql"):
                found.update(f"{path.relative_to(PROJECT)}\0".encode() + path.read_bytes())
    return found.hexdigest()[:16]


@contextmanager
def _server() -> Iterator[CursorWrapper]:
    """Statements outside of any of these databases, by one process of the tests at a time."""
    with connection._nodb_cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        try:
            yield cursor
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def _lead_to(name: str) -> None:
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
