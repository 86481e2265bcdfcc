"""Whose database this is: nobody's yet, ours, or somebody else's; and emptying ours."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.db import DatabaseError, connection, transaction

from backend.accounts.models import User
from backend.core.models import Mark
from backend.organisations.models import Organisation
from dialogue.demo.failure import FRESH, DemoError
from dialogue.demo.filling import is_filled
from issues.models import Issue

EMBEDDED = "backend.embedded_postgres.backend"
LOCK = 0x42697267  # "Birg": one process at a time prepares a database


def is_embedded() -> bool:
    return str(connection.settings_dict["ENGINE"]) == EMBEDDED


def place() -> Path | None:
    """The directory of the embedded database."""
    return Path(connection.settings_dict["EMBEDDED_DATA_DIR"]) if is_embedded() else None


def name() -> str:
    """The database as a person knows it, without its password. Connected."""
    if is_embedded():
        return "the embedded PostgreSQL under var/"
    info = connection.connection.info
    return f"{info.dbname} at {info.host} (DATABASE_URL)"


@contextmanager
def prepared_by_us_alone() -> Iterator[None]:
    """Two demonstrations started at once take turns; the second finds the work done. Lives with the connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        yield
    finally:
        with suppress(DatabaseError), connection.cursor() as cursor:  # what failed before is the news, not this
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def check_ours() -> None:
    """DemoError where a demonstration would come to lie among somebody else's tables, people or issues."""
    tables = set(connection.introspection.table_names())
    if _is_marked(tables):
        return
    way_out = f"empty it with {FRESH}" if is_embedded() else "unset DATABASE_URL, or name an empty database"
    if strange := sorted(each for each in tables - _known_tables() if not each.startswith("procrastinate_")):
        raise DemoError(f"This database is somebody else's: it has the table {strange[0]}. To go on, {way_out}.")
    for model, condition in ((User, ""), (Issue, ""), (Organisation, " WHERE kind = 'ngo'")):
        if model._meta.db_table in tables and _has_rows(model._meta.db_table, condition):
            raise DemoError(
                "This database has people or issues that `demo` did not make, and is not filled with invented ones. "
                f"To go on, {way_out}."
            )


def check_may_be_emptied() -> None:
    """DemoError unless the database is the embedded one, or was filled by us."""
    if not is_embedded() and not _is_marked(set(connection.introspection.table_names())):
        raise DemoError("`--fresh` empties only the embedded database, or one that `demo` filled: this is neither.")


def empty() -> None:
    """Drop all that is in it. Fails within ten seconds where somebody holds on to a table."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '10s'")
        cursor.execute("SELECT quote_ident(current_schema())")
        schema = cursor.fetchone()[0]
        cursor.execute(f"DROP SCHEMA {schema} CASCADE")
        cursor.execute(f"CREATE SCHEMA {schema}")


def _is_marked(tables: set[str]) -> bool:
    return Mark._meta.db_table in tables and is_filled()


def _known_tables() -> set[str]:
    return {*connection.introspection.django_table_names(include_views=True), "django_migrations"}


def _has_rows(table: str, condition: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT FROM {connection.ops.quote_name(table)}{condition})")  # noqa: S608
        return bool(cursor.fetchone()[0])
