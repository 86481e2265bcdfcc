"""Django's PostgreSQL backend, with fewer round trips around a transaction: what begins it comes with its first questions, and
hints leave with its COMMIT.
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.utils import debug_transaction
from psycopg import errors, generators, pq

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
    @contextmanager
    def beginning(self) -> Iterator[str]:
        """What to put before the statements executed within, or ''. If something, their first set of results is its own."""
        raw = self.connection
        begins = not raw.autocommit and raw.info.transaction_status == pq.TransactionStatus.IDLE
        if not begins or raw.isolation_level is not None:
            yield ""
            return
        raw._autocommit = True  # else psycopg sends a BEGIN of its own before them; did it so, that would be a warning
        try:
            yield "BEGIN;\n"
        finally:
            raw._autocommit = False

    def _commit(self) -> None:
        raw = self.connection
        hints = dict.fromkeys(act for _sids, act, *_ in self.run_on_commit if isinstance(act, Notify))
        if not hints or raw is None or raw.info.transaction_status == pq.TransactionStatus.IDLE:
            super()._commit()  # type: ignore[misc]  # missing in the stubs
            return
        with debug_transaction(self, "COMMIT"), self.wrap_database_errors:
            _commit_and_notify(raw, hints)
        self.run_on_commit = [each for each in self.run_on_commit if each[1] not in hints]


def _commit_and_notify(raw: Any, hints: Iterable[Notify]) -> None:
    """Raises what the COMMIT raises: on what comes after it, the transaction does not hang."""
    quoted = pq.Escaping(raw.pgconn).escape_literal
    calls = [b"pg_notify(%b, %b)" % (quoted(each.channel.encode()), quoted(each.payload.encode())) for each in hints]
    with raw.lock:
        raw.pgconn.send_query(b"COMMIT; SELECT " + b", ".join(calls))
        committed, *notified = raw.wait(generators.execute(raw.pgconn))
    if committed.status != pq.ExecStatus.COMMAND_OK:
        raise errors.error_from_result(committed, encoding=raw.info.encoding)
    for result in notified:
        if result.status != pq.ExecStatus.TUPLES_OK:
            logger.warning("No hint: %s", result.error_message)
