"""Django's PostgreSQL backend, with fewer round trips: a BEGIN, savepoints and what may come late leave with the next statement or
the COMMIT (`late`), hints with the COMMIT, and that a connection still lives is seen without asking the server.
"""

import logging
import select
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.utils import debug_transaction
from django.db.transaction import TransactionManagementError
from psycopg import generators, pq

from backend.core.postgres.late import (
    IDLE,
    Cursor,
    Late,
    Taken,
    arrived,
    begins,
    first_value,
    given_up,
    is_ahead,
    send_ahead,
    waiting_on,
    written,
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Notify:
    """Given to `transaction.on_commit`, robust: NOTIFY after the COMMIT, in one round trip with it and a transaction of its own,
    so that no writer waits for another's (D3). One that is lost is logged. The same twice is sent once.
    """

    channel: str
    payload: str

    def __call__(self) -> None:
        """Alone, where no transaction was to be committed."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [self.channel, self.payload])


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        raw = super().get_new_connection(conn_params)
        raw.cursor_factory = Cursor
        return raw

    def create_cursor(self, name: str | None = None) -> Any:
        if name and self.connection is not None and (waiting_on(self.connection) or is_ahead(self.connection)):
            with self.connection.cursor() as cursor:
                cursor.send()
        return super().create_cursor(name)

    def is_usable(self) -> bool:
        """A server that ended, or ended the connection, has said so: there is something to be read. Only then it is asked."""
        try:
            socket = self.connection.pgconn.socket
        except (AttributeError, self.Database.Error):
            return False
        poll = select.poll()
        poll.register(socket, select.POLLIN)
        return not poll.poll(0) or super().is_usable()

    def execute_late(self, sql: str, values: Sequence[Any], taken: Sequence[Taken]) -> None:
        """Statements of a transaction that leave in the round trip of whatever comes next: another statement, the end of a
        savepoint, the COMMIT; there they fail if they fail. What rolls back before has them forgotten.
        """
        raw = self._in_transaction()
        waiting_on(raw).append(Late(written(raw, sql, values), taken, writes=True))

    def execute_ahead(self, sql: str, values: Sequence[Any], taken: Sequence[Taken]) -> None:
        """Statements of a transaction that are sent now, while we go on. What comes next waits for them, and there they fail
        if they fail.
        """
        raw = self._in_transaction()
        with self.wrap_database_errors:
            arrived(raw)
        late, waiting_on(raw)[:] = waiting_on(raw)[:], []
        late.append(Late(written(raw, sql, values), taken, writes=True))
        if begins(raw):
            late.insert(0, Late("BEGIN"))
        with debug_transaction(self, ";\n".join([each.sql for each in late])), self.wrap_database_errors:
            send_ahead(raw, late)

    def _in_transaction(self) -> Any:
        self.validate_no_broken_transaction()
        if self.connection is None or self.get_autocommit():
            raise TransactionManagementError("It belongs to a transaction, and there is none.")
        return self.connection

    def _savepoint(self, sid: str) -> None:
        waiting_on(self.connection).append(Late(self.ops.savepoint_create_sql(sid), savepoint=sid))

    def _savepoint_commit(self, sid: str) -> None:
        """Nothing, of one that nothing came after; what was written in it fails in it."""
        waiting = waiting_on(self.connection)
        if waiting and waiting[-1].savepoint == sid:
            waiting.pop()
        elif is_ahead(self.connection) or any(each.writes for each in waiting):
            super()._savepoint_commit(sid)  # type: ignore[misc]
        else:
            waiting.append(Late(self.ops.savepoint_commit_sql(sid)))

    def _savepoint_rollback(self, sid: str) -> None:
        """All that waits came after it, if it has been sent."""
        waiting = waiting_on(self.connection)
        place = next((n for n, each in enumerate(waiting, 1) if each.savepoint == sid), None)
        if place is not None:
            del waiting[place:]
            return
        waiting.clear()
        given_up(self.connection)
        super()._savepoint_rollback(sid)  # type: ignore[misc]

    def _rollback(self) -> None:
        if self.connection is not None:
            waiting_on(self.connection).clear()
            given_up(self.connection)
        super()._rollback()  # type: ignore[misc]

    def _commit(self) -> None:
        raw = self.connection
        waiting = waiting_on(raw) if raw is not None else []
        hints = dict.fromkeys(act for _sids, act, *_ in self.run_on_commit if isinstance(act, Notify))
        if raw is not None:
            with self.wrap_database_errors:
                arrived(raw)
        if raw is None or not (waiting or hints) or raw.pgconn.transaction_status == IDLE:
            if any(each.writes for each in waiting):
                with raw.cursor() as cursor:
                    cursor.send()
            waiting.clear()
            super()._commit()  # type: ignore[misc]
            return
        late, waiting[:] = waiting[:], []
        with debug_transaction(self, ";\n".join([*(each.sql for each in late), "COMMIT"])), self.wrap_database_errors:
            _commit(raw, late, [*hints])
        self.run_on_commit = [each for each in self.run_on_commit if each[1] not in hints]


def _commit(raw: Any, late: Sequence[Late], hints: Sequence[Notify]) -> None:
    """Raises what is raised up to the COMMIT: on the hints, which come after it, the transaction does not hang."""
    quoted = pq.Escaping(raw.pgconn).escape_literal
    calls = [b"pg_notify(%b, %b)" % (quoted(each.channel.encode()), quoted(each.payload.encode())) for each in hints]
    said = [*(each.sql.encode() for each in late), b"COMMIT", *([b"SELECT " + b", ".join(calls)] if calls else [])]
    with raw.lock:
        raw.pgconn.send_query(b";\n".join(said))
        results = iter(raw.wait(generators.execute(raw.pgconn)))
    for taken in [*(each for one in late for each in one.taken), None]:  # and of the COMMIT
        value = first_value(next(results), raw)
        if taken is not None:
            taken(value)
    for result in results:
        if result.status != pq.ExecStatus.TUPLES_OK:
            logger.warning("No hint: %s", result.error_message)
