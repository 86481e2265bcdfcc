"""Statements that wait for the next one of their connection, to be sent in one round trip with it: a BEGIN, savepoints, what is
written last. Sending wakes up another process and its answer ours, which takes longer than most statements do. And statements
that are sent at once, and whose answers wait: the server writes while we go on.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import singledispatch
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import psycopg
from django.db.backends.postgresql import base
from psycopg import errors, generators, pq
from psycopg.types.json import Jsonb

IDLE = pq.TransactionStatus.IDLE

type Taken = Callable[[Any], None] | None
"""Gets the first value of a statement's first row; None for a statement without one."""


@dataclass(frozen=True, slots=True)
class Late:
    """Statements with their values in them, `taken` for each. `savepoint`: the one it begins; `writes`: it may fail."""

    sql: str
    taken: Sequence[Taken] = (None,)
    savepoint: str = ""
    writes: bool = False


_waiting: WeakKeyDictionary[Any, list[Late]] = WeakKeyDictionary()
"""By psycopg's connection."""


def waiting_on(raw: Any) -> list[Late]:
    """Those of the connection, to be changed in place."""
    return _waiting.setdefault(raw, [])


_ahead: WeakKeyDictionary[Any, list[Late]] = WeakKeyDictionary()
"""By psycopg's connection: what was sent, and nobody looked yet what became of it."""


def is_ahead(raw: Any) -> bool:
    return raw in _ahead


def send_ahead(raw: Any, late: Sequence[Late]) -> None:
    """In a transaction that has begun. Nothing but `arrived` and `given_up` may use the connection then."""
    with raw.lock:
        raw.pgconn.send_query(";\n".join([each.sql for each in late]).encode())
        raw.pgconn.flush()  # what the socket does not take now leaves when the answers are asked for
    _ahead[raw] = [*late]


def arrived(raw: Any) -> None:
    """Waits for what was sent ahead; raises what is raised."""
    if (late := _ahead.pop(raw, None)) is None:
        return
    results = iter(_answers(raw))
    for taken in [each for one in late for each in one.taken]:
        value = first_value(next(results), raw)
        if taken is not None:
            taken(value)


def given_up(raw: Any) -> None:
    """It is to be rolled back, whatever became of it."""
    if _ahead.pop(raw, None) is not None:
        _answers(raw)


def _answers(raw: Any) -> list[Any]:
    with raw.lock:
        return list(raw.wait(generators.execute(raw.pgconn)))


def first_value(result: Any, raw: Any) -> int | None:
    """Of a statement's first row, a number. Raises what the server refused."""
    if result.status not in (pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK):
        raise errors.error_from_result(result, encoding=raw.info.encoding)
    value = result.get_value(0, 0) if result.ntuples else None
    return None if value is None else int(value)


def begins(raw: Any) -> bool:
    """Whether the next statement is the first one of a transaction."""
    return not raw.autocommit and raw.pgconn.transaction_status == IDLE


_DjangosCursor: Any = base.Cursor  # the stubs know it as an empty class


class Cursor(_DjangosCursor):  # type: ignore[misc]
    """Django's cursor, which sends what waits before each statement. An error may so be one of what waited."""

    def execute(self, query: Any, params: Any = None, **more: Any) -> Any:
        raw = self.connection
        arrived(raw)
        late, begin = _waiting.pop(raw, []), begins(raw)
        if not (late or begin):
            return super().execute(query, params, **more)
        try:
            self._execute(raw, late, begin, query, params, more)
        except BaseException:
            if raw.pgconn.transaction_status != pq.TransactionStatus.INERROR:  # what is left was not sent
                _waiting[raw] = late
            raise
        return self

    def _execute(self, raw: Any, late: list[Late], begin: bool, query: Any, params: Any, more: dict[str, Any]) -> None:
        if not isinstance(query, str) or raw.isolation_level is not None:
            while late:
                super().execute(late[0].sql)
                self._take([late.pop(0)])
            super().execute(query, params, **more)
            return
        before = "".join([f"{each.sql};\n" for each in late])
        if params is not None:
            before = before.replace("%", "%%")
        if not begin:
            super().execute(before + query, params, **more)
        else:
            raw._autocommit = True  # else psycopg sends a BEGIN of its own; if it came to that, it would be a warning
            try:
                super().execute(f"BEGIN;\n{before}{query}", params, **more)
            finally:
                raw._autocommit = False
            self.nextset()
        sent, late[:] = late[:], []
        self._take(sent)

    def executemany(self, query: Any, *args: Any, **more: Any) -> Any:
        self.send()
        return super().executemany(query, *args, **more)

    def copy(self, *args: Any, **more: Any) -> Any:
        self.send()
        return super().copy(*args, **more)

    def send(self) -> None:
        """What waits, without anything to come behind it."""
        arrived(self.connection)
        if _waiting.get(self.connection):
            self.execute("SELECT 1")

    def _take(self, late: Sequence[Late]) -> None:
        for each in late:
            for taken in each.taken:
                if taken is not None:
                    taken(self.fetchone()[0])
                self.nextset()


def written(raw: Any, sql: str, values: Sequence[Any]) -> str:
    """The statements with their values in them, `%s` for each."""
    return sql % tuple([_literal(value, raw) for value in values])


@singledispatch
def _literal(value: Any, raw: Any) -> str:
    """As psycopg writes it; the commonest are written here, without its cursor made for each."""
    return psycopg.ClientCursor(raw).mogrify("%s", [value])


@_literal.register
def _null(value: None, raw: Any) -> str:
    return "NULL"


@_literal.register
def _text(value: str, raw: Any) -> str:
    if "\0" in value:
        raise psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
    return pq.Escaping(raw.pgconn).escape_literal(value.encode()).decode()


@_literal.register
def _number(value: int, raw: Any) -> str:
    return f" {int.__repr__(value)}"  # a minus is not one of two


@_literal.register
def _truth(value: bool, raw: Any) -> str:
    return "true" if value else "false"


@_literal.register
def _moment(value: datetime, raw: Any) -> str:
    return f"'{value}'::timestamp{'' if value.tzinfo is None else 'tz'}"


@_literal.register
def _bytes(value: bytes, raw: Any) -> str:
    return f"'\\x{value.hex()}'::bytea"


@_literal.register
def _uuid(value: UUID, raw: Any) -> str:
    return f"'{value.hex}'::uuid"


@_literal.register
def _json(value: Jsonb, raw: Any) -> str:
    said = (value.dumps or json.dumps)(value.obj)
    return f"{_text(said if isinstance(said, str) else said.decode(), raw)}::jsonb"
