"""Statements that wait for the next one of their connection, to be sent in one round trip with it: a BEGIN, savepoints, what is
written last. Sending wakes up another process and its answer ours, which takes longer than most statements do.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from django.db.backends.postgresql import base
from psycopg import pq

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


def begins(raw: Any) -> bool:
    """Whether the next statement is the first one of a transaction."""
    return not raw.autocommit and raw.pgconn.transaction_status == IDLE


_DjangosCursor: Any = base.Cursor  # the stubs know it as an empty class


class Cursor(_DjangosCursor):  # type: ignore[misc]
    """Django's cursor, which sends what waits before each statement. An error may so be one of what waited."""

    def execute(self, query: Any, params: Any = None, **more: Any) -> Any:
        raw = self.connection
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
        if _waiting.get(self.connection):
            self.execute("SELECT 1")

    def _take(self, late: Sequence[Late]) -> None:
        for each in late:
            for taken in each.taken:
                if taken is not None:
                    taken(self.fetchone()[0])
                self.nextset()


def written(raw: Any, sql: str, values: Sequence[Any]) -> str:
    """The statements with their values in them."""
    return psycopg.ClientCursor(raw).mogrify(sql, values)
