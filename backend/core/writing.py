"""Rows of several tables written in one round trip."""

from collections.abc import Sequence
from functools import cache
from typing import Any, cast

from django.db import connections, models, router


def write_together(*new: models.Model, changed: models.Model | None = None, columns: Sequence[str] = ()) -> None:
    """Insert rows in their order, then update `columns` of a row that is there. As `bulk_create`, it sends no signals.

    A new row may refer to a new row before it, the only one of its table: both keys are set when they have come. One query;
    whatever the database refuses is raised, and in a transaction nothing is written.
    """
    connection = connections[router.db_for_write(type(new[0]))]
    values: list[Any] = []
    statements = [_insert(row, new, connection, values) for row in new]
    if changed is not None:
        statements.append(_update(changed, columns, connection, values))
    with connection.cursor() as cursor:
        cursor.execute(";\n".join(statements), values)
        for row in new:
            row.pk = cursor.fetchone()[0]
            row._state.adding, row._state.db = False, connection.alias
            cursor.nextset()
    for row in new:
        for field in _foreign(type(row)):
            if (named := field.get_cached_value(row, None)) in new:
                setattr(row, field.attname, named.pk)


def _insert(row: models.Model, new: Sequence[models.Model], connection: Any, values: list[Any]) -> str:
    meta = row._meta
    places = []
    for field in _columns(type(row)):
        named = cast("Any", field).get_cached_value(row, None) if field.is_relation else None
        if named is not None and named.pk is None and any(named is each for each in new):
            places.append(f"currval(pg_get_serial_sequence('{named._meta.db_table}', '{named._meta.pk.column}'))")
        else:
            places.append("%s")
            values.append(field.get_db_prep_save(field.pre_save(row, add=True), connection))
    assert meta.pk is not None
    return f'{_head(type(row))} VALUES ({", ".join(places)}) RETURNING "{meta.pk.column}"'


def _update(row: models.Model, columns: Sequence[str], connection: Any, values: list[Any]) -> str:
    fields = [cast("models.Field[Any, Any]", row._meta.get_field(name)) for name in columns]
    values += [field.get_db_prep_save(field.pre_save(row, add=False), connection) for field in fields]
    values.append(row.pk)
    assert row._meta.pk is not None
    given = ", ".join(f'"{field.column}" = %s' for field in fields)
    return f'UPDATE "{row._meta.db_table}" SET {given} WHERE "{row._meta.pk.column}" = %s'  # noqa: S608


@cache
def _columns(model: type[models.Model]) -> "list[models.Field[Any, Any]]":
    return [field for field in model._meta.concrete_fields if not field.primary_key]


@cache
def _foreign(model: type[models.Model]) -> list[Any]:
    return [field for field in _columns(model) if field.is_relation]


@cache
def _head(model: type[models.Model]) -> str:
    columns = ", ".join(f'"{field.column}"' for field in _columns(model))
    return f'INSERT INTO "{model._meta.db_table}" ({columns})'
