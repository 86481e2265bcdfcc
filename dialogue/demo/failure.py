"""What goes wrong with a demonstration, told in one line a person can act on."""

import errno
from collections.abc import Iterator
from pathlib import Path

import psycopg
from django.db import DatabaseError

from backend.embedded_postgres import EmbeddedPostgresError
from backend.embedded_postgres.errors import is_disk_full

FRESH = "`manage.py demo --fresh`"


class DemoError(Exception):
    """`str(failure)` is one line: what went wrong, and what to do."""


def told(error: BaseException, place: Path | None = None) -> str:
    """One line for an error of the database or of the system; `place`: where the embedded database has its data."""
    words = next(filter(None, (_known(cause, place) for cause in _causes(error))), None)
    if words is None and isinstance(error, DatabaseError):
        words = f"The database refused: {_one_line(error)}"
    return words or (_system(error) if isinstance(error, OSError) else _one_line(error))


def _known(cause: BaseException, place: Path | None) -> str | None:
    match cause:
        case EmbeddedPostgresError():
            return _one_line(cause)
        case psycopg.errors.DiskFull():
            return f"The disk that holds the database is full: free some space and try again ({_one_line(cause)})."
        case psycopg.errors.LockNotAvailable():
            return "Another process is using this database: stop the other demo, server or worker first."
        case psycopg.OperationalError() if place and is_disk_full(place):  # no room is left even to say so
            return f"The disk that holds {place} is full: free some space and try again."
        case psycopg.OperationalError(sqlstate=None):
            return f"No connection to the database: {_one_line(cause)}"
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what it came from, the first cause first."""
    if error is not None:
        yield from _causes(error.__cause__)
        yield error


def _system(error: OSError) -> str:
    where = f" ({error.filename})" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk is full{where}: free some space and try again."
    return f"The system refused: {error.strerror or error}{where}."


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())
