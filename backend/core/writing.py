"""Rows of several tables written in one round trip."""

from collections.abc import Sequence
from enum import Enum, auto
from functools import cache, partial
from itertools import count
from types import NoneType
from typing import Any, cast
from uuid import UUID

from django.db import connections, models, router

from backend.core.plans import Plan
from backend.core.postgres.base import DatabaseWrapper


class Send(Enum):
    """When rows leave. But for NOW only in a transaction; the keys come, and what is refused is raised, with what comes next."""

    NOW = auto()
    AHEAD = auto()
    """At once, and nobody waits: the server writes while we go on."""
    LATE = auto()
    """With what comes next: as the last act of a transaction, with what ends it."""


def write_together(
    *new: models.Model, changed: models.Model | None = None, columns: Sequence[str] = (), send: Send = Send.NOW
) -> None:
    """Insert rows in their order, then update `columns` of a row that is there. As `bulk_create`, it sends no signals.

    A new row may refer to a new row before it, the only one of its table: both keys are set when they have come. One query;
    whatever the database refuses is raised, and in a transaction nothing is written.
    """
    connection = cast("DatabaseWrapper", connections[router.db_for_write(type(new[0]))])
    values: list[Any] = []
    plans = [_insert(row, new, connection, values) for row in new]
    if changed is not None:
        plans.append(_update(changed, columns, connection, values))
    for plan in plans:
        plan.prepare(connection)
    said = "; ".join([plan.said for plan in plans])
    written = [partial(_is_written, row, new, connection.alias) for row in new]
    if send is not Send.NOW:
        execute = connection.execute_ahead if send is Send.AHEAD else connection.execute_late
        execute(said, values, [*written, *[None] * (changed is not None)])
        return
    with connection.cursor() as cursor:
        cursor.execute(said, values)
        for take in written:
            take(cursor.fetchone()[0])
            cursor.nextset()


def _is_written(row: models.Model, new: Sequence[models.Model], alias: str, key: int) -> None:
    row.pk = key
    row._state.adding, row._state.db = False, alias
    for other in new:
        for field in _foreign(type(other)):
            if field.get_cached_value(other, None) is row:
                setattr(other, field.attname, key)


def _insert(row: models.Model, new: Sequence[models.Model], connection: Any, values: list[Any]) -> Plan:
    before = []
    for field in _columns(type(row)):
        named = cast("Any", field).get_cached_value(row, None) if field.is_relation else None
        if named is not None and named.pk is None and any(named is each for each in new):
            before.append(field)
        else:
            values.append(_saved(field, row, connection, add=True))
    return _inserting(type(row), tuple(before))


def _saved(field: "models.Field[Any, Any]", row: models.Model, connection: Any, *, add: bool) -> Any:
    """As Django hands a field on to be written; the commonest without asking the field."""
    value = vars(row).get(field.attname, row)
    return (
        value if type(value) in _as_it_is(field) else field.get_db_prep_save(field.pre_save(row, add=add), connection)
    )


@cache
def _as_it_is(field: Any) -> frozenset[type]:
    """The types of which a field hands every value on unchanged."""
    while field.is_relation:  # written as the key it names
        field = field.target_field
    if type(field) is models.DateTimeField:
        return frozenset() if field.auto_now or field.auto_now_add else frozenset({NoneType})
    return frozenset({NoneType, _UNCHANGED[type(field)]}) if type(field) in _UNCHANGED else frozenset()


_UNCHANGED: dict[type, type] = {
    models.CharField: str, models.TextField: str, models.BinaryField: bytes, models.UUIDField: UUID,
    models.PositiveIntegerField: int, models.PositiveSmallIntegerField: int, models.BigAutoField: int,
}  # fmt: skip


def _update(row: models.Model, columns: Sequence[str], connection: Any, values: list[Any]) -> Plan:
    fields = [cast("models.Field[Any, Any]", row._meta.get_field(name)) for name in columns]
    values += [_saved(field, row, connection, add=False) for field in fields]
    values.append(row.pk)
    return _updating(type(row), tuple(columns))


@cache
def _inserting(model: type[models.Model], before: tuple[Any, ...]) -> Plan:
    """`before`: those of its columns that refer to the new row before it."""
    meta, places, number = model._meta, [], count(1)
    for field in _columns(model):
        if field in before:
            other = field.related_model._meta  # type: ignore[union-attr]
            places.append(f"currval(pg_get_serial_sequence('{other.db_table}', '{other.pk.column}'))")
        else:
            places.append(f"${next(number)}")
    columns = ", ".join(f'"{field.column}"' for field in _columns(model))
    assert meta.pk is not None
    sql = f'INSERT INTO "{meta.db_table}" ({columns}) VALUES ({", ".join(places)}) RETURNING "{meta.pk.column}"'  # noqa: S608
    return Plan(sql, len(places) - len(before))


@cache
def _updating(model: type[models.Model], columns: tuple[str, ...]) -> Plan:
    meta = model._meta
    assert meta.pk is not None
    fields = [cast("models.Field[Any, Any]", meta.get_field(name)) for name in columns]
    given = ", ".join(f'"{field.column}" = ${n}' for n, field in enumerate(fields, 1))
    sql = f'UPDATE "{meta.db_table}" SET {given} WHERE "{meta.pk.column}" = ${len(fields) + 1}'  # noqa: S608
    return Plan(sql, len(fields) + 1)


@cache
def _columns(model: type[models.Model]) -> "list[models.Field[Any, Any]]":
    return [field for field in model._meta.concrete_fields if not field.primary_key]


@cache
def _foreign(model: type[models.Model]) -> list[Any]:
    return [field for field in _columns(model) if field.is_relation]
