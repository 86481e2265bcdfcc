"""What a migrated database holds before anybody acted: set aside once, put back after each test that committed its rows.

A flush by TRUNCATE makes every table and index anew, 400 files; here only tables with rows are emptied.
"""

import pgtrigger
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

SCHEMA = "baseline"


def set_aside() -> None:
    """Of the connection's database: a copy of each table that has rows, in a schema of its own."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {SCHEMA}")
        for table in _with_rows(cursor, connection.introspection.table_names(cursor)):
            cursor.execute(f'CREATE TABLE {SCHEMA}."{table}" AS TABLE "{table}"')


def put_back() -> None:
    """Every table as it was set aside, sequences left where they are. Waits for whoever still writes, and then may meet a
    deadlock (OperationalError). Under twenty milliseconds where little was written.
    """
    with pgtrigger.ignore(), transaction.atomic(), connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        cursor.execute(f"LOCK TABLE {', '.join(map(connection.ops.quote_name, tables))} IN EXCLUSIVE MODE")
        for table in _with_rows(cursor, tables):
            cursor.execute(f'DELETE FROM "{table}"')
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [SCHEMA])
        for (table,) in cursor.fetchall():
            columns = _written(cursor, table)
            cursor.execute(f'INSERT INTO "{table}" ({columns}) SELECT {columns} FROM {SCHEMA}."{table}"')


def _with_rows(cursor: CursorWrapper, tables: list[str]) -> list[str]:
    asked = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM \"{table}\")" for table in tables)
    cursor.execute(asked)
    return [table for (table,) in cursor.fetchall()]


def _written(cursor: CursorWrapper, table: str) -> str:
    """The columns that are written, not computed by the database."""
    cursor.execute(
        "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
        [table],
    )
    (columns,) = cursor.fetchone()
    return str(columns)
