"""Indexes and references laid aside while very many rows are written, and made anew from all rows at once."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from django.db import connection, models, transaction

# Of constraints: references before the unique ones they might lean on. A primary key stays: ids are written in order.
_CONSTRAINTS = """
    SELECT c.conrelid::regclass::text, quote_ident(c.conname), pg_get_constraintdef(c.oid)
    FROM pg_constraint c WHERE c.conrelid = ANY(%s::regclass[]) AND c.contype IN ('f', 'u', 'x')
    ORDER BY c.contype <> 'f', c.oid
"""
_INDEXES = """
    SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
    FROM pg_index i WHERE i.indrelid = ANY(%s::regclass[]) AND NOT i.indisprimary
    AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('u', 'x'))
    ORDER BY i.indexrelid
"""
_ROOM = "SET LOCAL maintenance_work_mem = '512MB'"  # for sorting; PostgreSQL takes what it needs of it


@contextmanager
def laid_aside(tables: Iterable[type[models.Model]], tell: Callable[[int, int], None]) -> Iterator[None]:
    """Without the secondary indexes, the unique constraints and the references of these tables, whose rows are then checked
    all together: IntegrityError at the end where one breaks a rule. `tell` hears how many of them are back, and of how many.

    Commits. For a database that is filled for the first time: a process killed within leaves it without them.
    """
    names = [model._meta.db_table for model in tables]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_CONSTRAINTS, [names])
        constraints = cursor.fetchall()
        cursor.execute(_INDEXES, [names])
        indexes = cursor.fetchall()
        for table, name, _ in constraints:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
    made_anew = [definition for _, definition in indexes]
    made_anew += [f"ALTER TABLE {table} ADD CONSTRAINT {name} {rule}" for table, name, rule in reversed(constraints)]
    try:
        yield
    finally:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_ROOM)
            for done, statement in enumerate(made_anew, start=1):
                cursor.execute(statement)
                tell(done, len(made_anew))
