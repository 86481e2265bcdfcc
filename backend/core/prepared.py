"""Questions that are asked so often that writing their SQL costs more than the answer: written once, then only given other values.

Building a query of two joins takes Django a millisecond, five times what PostgreSQL takes for it, which plans it once (`plans`).
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import update_wrapper
from typing import Any, cast
from uuid import UUID

from django.db import connections
from django.db.models import QuerySet
from django.db.models.query import ModelIterable
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from backend.core.instances import Instances
from backend.core.plans import plan_of

LIKE: dict[type, Callable[[int], Any]] = {
    int: lambda n: 1_999_990_000 + n,
    str: lambda n: f"prepared value {n}",
    UUID: lambda n: UUID(int=(0x1DEA << 112) + n),
    datetime: lambda n: datetime(9000, 1, 1, tzinfo=timezone.get_default_timezone()) + timedelta(minutes=n),
}
"""Values that stand in the written question for those to come, no two alike; nothing else in a question looks like them."""

type Places = list[tuple[int, Callable[[Any], Any]]]
"""For each parameter of the plan: which value it is, and as what the field hands it on (`Int4`, say)."""


class Asked[Row]:
    """A prepared question with its values: asked once, when it is first gone through or by `ask_together`. It cannot be
    filtered further, which would be another question.
    """

    __slots__ = ("question", "rows", "values")

    def __init__(self, question: "_Question[Row]", values: tuple[Any, ...]) -> None:
        self.question, self.values = question, values
        self.rows: list[Row] | None = None

    def __iter__(self) -> Iterator[Row]:
        if self.rows is None:
            ask_together(self)
        return iter(self.rows or ())


class _Question[Row]:
    """Written: its plan, and what its rows become."""

    def __init__(self, written: QuerySet[Any, Row], stand_ins: Sequence[Any], name: str) -> None:
        self._written: Any = written
        self._compiler = written.query.get_compiler(using=written.db)
        sql, values = self._compiler.as_sql()
        places = {
            place: (number, type(value) if type(value) is not type(stand_in) else _as_given)
            for place, value in enumerate(values)
            for number, stand_in in enumerate(stand_ins)
            if isinstance(value, type(stand_in)) and value == stand_in
        }
        if missing := set(range(len(stand_ins))) - {number for number, _made in places.values()}:
            raise TypeError(f"Values {missing} of {name} are nowhere in its SQL as they were given")
        self._plan = plan_of(sql, values, places, connections[written.db])
        self._places: Places = list(places.values())
        self._converters = self._compiler.get_converters([column[0] for column in self._compiler.select])
        self._instances = _instances(written, self._compiler)

    def values(self, given: Sequence[Any]) -> tuple[Any, ...]:
        return tuple([made(given[number]) for number, made in self._places])

    def connection(self) -> Any:
        """The asking thread's."""
        return connections[self._written.db]

    def said(self, connection: Any) -> str:
        if self._written.query.select_for_update and connection.get_autocommit():
            raise TransactionManagementError("select_for_update cannot be used outside of a transaction.")
        self._plan.prepare(connection)
        return self._plan.said

    def found(self, rows: list[Any]) -> list[Row]:
        if self._instances is None:
            return self._found_by_django(rows)
        if self._converters:
            rows = list(self._compiler.apply_converters(rows, self._converters))
        made, db = self._instances.made, self._written.db
        return [made(row, db) for row in rows]

    def _found_by_django(self, rows: list[Any]) -> list[Row]:
        asked = self._written._chain()
        asked.query.get_compiler = lambda *_, **__: _Answered(self._compiler, rows)
        return list(asked)


def _instances(written: Any, compiler: SQLCompiler) -> Instances | None:
    """None where Django makes more of a row, or something else."""
    more = written._prefetch_related_lookups or written._known_related_objects
    if more or written._iterable_class is not ModelIterable:
        return None
    return Instances.selected(compiler, written._fetch_mode)


class _Answered(SQLCompiler):
    """A compiler whose question has been asked, on the connection of the asking thread."""

    def __init__(self, first: SQLCompiler, rows: list[Any]) -> None:
        vars(self).update(vars(first))
        self.connection = connections[cast("str", first.using)]
        self._rows = rows

    def execute_sql(self, *args: Any, **kwargs: Any) -> Any:
        return [self._rows]


class Prepared[Row]:
    """Called with values of the given types, it asks the same for them; none of them may be None, since SQL is another then."""

    def __init__(self, ask: Callable[..., QuerySet[Any, Row]], types: tuple[type, ...]) -> None:
        self._ask, self._types = ask, types
        self._question: _Question[Row] | None = None
        update_wrapper(self, ask)

    def __call__(self, *values: Any) -> Asked[Row]:
        if len(values) != len(self._types) or not all(map(isinstance, values, self._types)):
            raise TypeError(f"{self._types} wanted, {values} given")
        if self._question is None:
            stand_ins = [LIKE[kind](n) for n, kind in enumerate(self._types)]
            self._question = _Question(self._ask(*stand_ins), stand_ins, self._ask.__qualname__)
        return Asked(self._question, self._question.values(values))


def prepared[Row](*types: type) -> Callable[[Callable[..., QuerySet[Any, Row]]], Prepared[Row]]:
    """Decorates a function of so many values that answers a queryset, always of the same shape."""
    return lambda ask: Prepared(ask, types)


def ask_together(*asked: Asked[Any]) -> None:
    """Prepared questions in one round trip, one after the other: each sees what came while the one before it waited for a lock."""
    connection = asked[0].question.connection()
    said = ";\n".join([each.question.said(connection) for each in asked])
    with connection.cursor() as cursor:
        cursor.execute(said, [value for each in asked for value in each.values])
        for each in asked:
            each.rows = each.question.found(cursor.fetchall())
            cursor.nextset()


def _as_given(value: Any) -> Any:
    return value
