"""Statements that PostgreSQL parses and plans once on each connection (PREPARE), and then only executes.

Planning a question of two joins takes it longer than answering. The names live as long as the connection: what stands between
keeps one of its own for one of ours, as LISTEN and the locks of a session want too (PgBouncer by session, not by transaction).
"""

import re
from collections.abc import Collection, Sequence
from hashlib import blake2s
from typing import Any
from weakref import WeakKeyDictionary

import psycopg

_known: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()
"""By connection: the names of what is prepared there."""

_DOES = re.compile(r'^\w+|(?<=FROM ")\w+|(?<=INTO ")\w+|(?<=UPDATE ")\w+')
_PLACE = re.compile("%s|%%")


class Plan:
    """A statement with `$1`, `$2` ... for its values; `said` executes it, with `%s` for each."""

    def __init__(self, sql: str, values: int) -> None:
        self._sql = sql
        digest = blake2s(sql.encode(), digest_size=8).hexdigest()
        self._name = f"{'_'.join(_DOES.findall(sql)[:2]).lower()}_{digest}"[-63:]  # told apart in a log of queries
        given = ", ".join(["%s"] * values)
        self.said = f"EXECUTE {self._name}({given})" if values else f"EXECUTE {self._name}"

    def prepare(self, connection: Any) -> None:
        """To be called before `said` is executed there; no query after the first time, and that one no transaction rolls back."""
        connection.close_if_health_check_failed()
        connection.ensure_connection()
        names = _known.setdefault(connection.connection, set())
        if self._name not in names:
            connection.validate_no_broken_transaction()
            with connection.wrap_database_errors, connection.connection.cursor() as cursor:
                cursor.execute(f"PREPARE {self._name} AS {self._sql}")
            names.add(self._name)


def plan_of(sql: str, values: Sequence[Any], vary: Collection[int], connection: Any) -> Plan:
    """Of SQL as Django writes it, with its values in it for good, all but those at the places that `vary`."""
    connection.ensure_connection()
    cursor = psycopg.ClientCursor(connection.connection)
    place = number = -1

    def put(found: re.Match[str]) -> str:
        nonlocal place, number
        if found[0] == "%%":
            return "%"
        place += 1
        if place not in vary:
            return cursor.mogrify("%s", [values[place]])
        number += 1
        return f"${number + 1}"

    return Plan(_PLACE.sub(put, sql), len(vary))
