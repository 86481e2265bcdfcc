"""Questions that are asked so often that writing their SQL costs more than the answer: written once, then only given other values.

Building a query of two joins takes Django a millisecond, five times what PostgreSQL takes for it, which plans it once (`plans`).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import update_wrapper
from typing import Any, cast
from uuid import UUID

from django.db import connections
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from backend.core.plans import Plan, plan_of

LIKE: dict[type, Callable[[int], Any]] = {
    int: lambda n: 1_999_990_000 + n,
    str: lambda n: f"prepared value {n}",
    UUID: lambda n: UUID(int=(0x1DEA << 112) + n),
    datetime: lambda n: datetime(9000, 1, 1, tzinfo=timezone.get_default_timezone()) + timedelta(minutes=n),
}
"""Values that stand in the written question for those to come, no two alike; nothing else in a question looks like them."""

type Places = list[tuple[int, Callable[[Any], Any]]]
"""For each parameter of the plan: which value it is, and as what the field hands it on (`Int4`, say)."""


class _Written(SQLCompiler):
    """A compiler that has written its SQL already, on the connection of the asking thread."""

    def __init__(self, first: SQLCompiler, plan: Plan, values: tuple[Any, ...]) -> None:
        vars(self).update(vars(first))
        self._first = first
        self.connection = connections[cast("str", first.using)]
        self._plan, self._values = plan, values
        self.rows: list[Any] | None = None  # of `ask_together`

    def as_sql(self, with_limits: bool = True, with_col_aliases: bool = False) -> Any:
        if self.query.select_for_update and self.connection.get_autocommit():
            raise TransactionManagementError("select_for_update cannot be used outside of a transaction.")
        self._plan.prepare(self.connection)
        return self._plan.said, self._values

    def get_converters(self, expressions: Any) -> Any:
        """Of the same columns, the same."""
        kept = vars(self._first)
        if "converters" not in kept:
            kept["converters"] = super().get_converters(expressions)
        return kept["converters"]

    def has_composite_fields(self, expressions: Any) -> bool:
        kept = vars(self._first)
        if "is_composite" not in kept:
            kept["is_composite"] = super().has_composite_fields(expressions)
        return bool(kept["is_composite"])

    def execute_sql(self, *args: Any, **kwargs: Any) -> Any:
        return super().execute_sql(*args, **kwargs) if self.rows is None else [self.rows]


class Prepared[Asked: QuerySet[Any, Any]]:
    """Called with values of the given types, it is a fresh queryset that asks the same for them; none of them may be None, since
    SQL is another then. It can be iterated, or asked by `list()`; filtered further it would be another question, which it refuses.
    """

    def __init__(self, ask: Callable[..., Asked], types: tuple[type, ...]) -> None:
        self._ask, self._types = ask, types
        self._written: tuple[Asked, SQLCompiler, Plan, Places] | None = None
        update_wrapper(self, ask)

    def __call__(self, *values: Any) -> Asked:
        if len(values) != len(self._types) or not all(map(isinstance, values, self._types)):
            raise TypeError(f"{self._types} wanted, {values} given")
        self._written = self._written or self._write()
        first, compiler, plan, places = self._written
        written = _Written(compiler, plan, tuple([made(values[number]) for number, made in places]))
        asked = cast("Any", first)._chain()
        asked.query.get_compiler = lambda *_, **__: written
        asked.query.chain = asked.query.clone = _refuse
        return cast("Asked", asked)

    def _write(self) -> tuple[Asked, SQLCompiler, Plan, Places]:
        stand_ins = [LIKE[kind](n) for n, kind in enumerate(self._types)]
        first = self._ask(*stand_ins)
        compiler = first.query.get_compiler(using=first.db)
        sql, values = compiler.as_sql()
        places = {
            place: (number, type(value) if type(value) is not type(stand_in) else _as_given)
            for place, value in enumerate(values)
            for number, stand_in in enumerate(stand_ins)
            if isinstance(value, type(stand_in)) and value == stand_in
        }
        if missing := set(range(len(stand_ins))) - {number for number, _made in places.values()}:
            raise TypeError(f"Values {missing} of {self._ask.__qualname__} are nowhere in its SQL as they were given")
        plan = plan_of(sql, values, places, connections[first.db])
        return first, compiler, plan, list(places.values())


def prepared[Asked: QuerySet[Any, Any]](*types: type) -> Callable[[Callable[..., Asked]], Prepared[Asked]]:
    """Decorates a function of so many values that answers a queryset, always of the same shape."""
    return lambda ask: Prepared(ask, types)


def ask_together(*asked: QuerySet[Any, Any]) -> None:
    """Prepared questions in one round trip, one after the other: each sees what came while the one before it waited for a lock."""
    written = [cast("_Written", each.query.get_compiler()) for each in asked]
    said = [each.as_sql() for each in written]
    with written[0].connection.cursor() as cursor:
        cursor.execute(";\n".join(sql for sql, _values in said), [value for _sql, values in said for value in values])
        for each in written:
            each.rows = cursor.fetchall()
            cursor.nextset()


def _as_given(value: Any) -> Any:
    return value


def _refuse(*_: Any, **__: Any) -> Any:
    raise TypeError("A prepared question is asked as it was written")
