"""Keeping the counts: in the transaction of each event, summed up later by the worker, proved by a recount."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction

_CELL = "measure, day, x, body_id, region_id, topic_id, language"
_FOLDING = 734_201  # the number of the lock under which one process at a time sums up

_touched: ContextVar[set[int] | None] = ContextVar("touched", default=None)


@contextmanager
def counted() -> Iterator[None]:
    """Whatever events are entered within, their issues are counted anew at its end, in the same transaction: one query. Inside
    another such block that one counts.
    """
    if _touched.get() is not None:
        yield
        return
    token = _touched.set(set())
    try:
        yield
        count(_touched.get() or ())
    finally:
        _touched.reset(token)


def touch(issue: int) -> None:
    """An event of this issue was entered."""
    if (touched := _touched.get()) is not None:
        touched.add(issue)


def count(issues: Iterable[int]) -> None:
    """What these issues add to the numbers is as their rows say now. One query, no lock but on their own cells."""
    if ids := sorted(issues):
        with connection.cursor() as cursor:
            cursor.execute("SELECT issues_count(%s)", [ids])


# Each cell once for all, and once for each thing, or two things, it can be filtered by (`Dimension`): of months, and for all and
# by language of days.
_EXPANDED = """
    SELECT d.dimension, d.value, d.is_month, c.measure,
           CASE WHEN d.is_month THEN date_trunc('month', c.day)::date ELSE c.day END AS day, c.x, sum(c.n)::int AS n
    FROM {cells} c CROSS JOIN LATERAL (VALUES
        (0, '', true), (0, '', false), (1, c.body_id::text, true), (2, c.region_id::text, true),
        (3, c.topic_id::text, true), (4, c.language, true), (4, c.language, false),
        (5, c.body_id || '/' || c.topic_id, true), (6, c.body_id || '/' || c.language, true),
        (7, c.topic_id || '/' || c.language, true), (8, c.region_id || '/' || c.language, true)
    ) d(dimension, value, is_month)
    GROUP BY 1, 2, 3, 4, 5, 6
"""
_ROOM = "SET LOCAL work_mem = '128MB'"  # where all cells are sorted or summed up; PostgreSQL takes what it needs of it
_COLUMNS = "dimension, value, is_month, measure, day, x, n"


def sum_up() -> int:
    """Add what changed to the sums; how many changes there were. By the worker; one at a time, writers go on meanwhile."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_FOLDING])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(
            f"""WITH taken AS (DELETE FROM issues_metricchange RETURNING {_CELL}, n),
                added AS ({_EXPANDED.format(cells="taken")}),
                written AS (
                    INSERT INTO issues_metricsum ({_COLUMNS}) SELECT {_COLUMNS} FROM added WHERE n <> 0
                    ON CONFLICT (dimension, value, is_month, measure, day, x)
                    DO UPDATE SET n = issues_metricsum.n + excluded.n RETURNING 1
                )
                SELECT count(*) FROM taken"""  # noqa: S608  (constants)
        )
        changes: int = cursor.fetchone()[0]
        if changes:
            cursor.execute("DELETE FROM issues_metricsum WHERE n = 0")
    return changes


def recount() -> None:
    """All counts anew, from the rows that the events fold into. Writers wait meanwhile."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ROOM)
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_FOLDING])
        cursor.execute(
            "LOCK TABLE issues_metriccell, issues_metricchange, issues_metricsum IN SHARE ROW EXCLUSIVE MODE"
        )
        for table in ("issues_metriccell", "issues_metricchange", "issues_metricsum"):
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608  (constants)
        cursor.execute(
            f"""INSERT INTO issues_metriccell (issue_id, ref, {_CELL})
                SELECT issue_id, ref, {_CELL} FROM issues_cells_now"""  # noqa: S608
        )
        cells = "(SELECT *, 1 AS n FROM issues_metriccell)"
        cursor.execute(f"INSERT INTO issues_metricsum ({_COLUMNS}) {_EXPANDED.format(cells=cells)}")


def differences() -> dict[str, int]:
    """How many cells, and how many sums with what changed since, are not as the rows say; empty where all are. At one moment."""
    wanted = f"SELECT issue_id, ref, {_CELL} FROM issues_cells_now"  # noqa: S608
    kept = f"SELECT issue_id, ref, {_CELL} FROM issues_metriccell"  # noqa: S608
    cells = f"(SELECT {_CELL}, 1 AS n FROM issues_cells_now)"  # noqa: S608
    changes = f"(SELECT {_CELL}, n FROM issues_metricchange)"  # noqa: S608
    sums = f"""SELECT dimension, value, is_month, measure, day, x, sum(n) FROM (
        SELECT {_COLUMNS} FROM issues_metricsum UNION ALL ({_EXPANDED.format(cells=changes)})
    ) s GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(n) <> 0"""  # noqa: S608
    pairs = {
        "cells": (f"issue_id, ref, {_CELL}", wanted, kept),
        "sums": (_COLUMNS, _EXPANDED.format(cells=cells), sums),
    }
    found = {}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ") if not connection.savepoint_ids else None
        cursor.execute(_ROOM)
        for name, (columns, one, other) in pairs.items():
            cursor.execute(
                f"""SELECT coalesce(sum(abs(more)), 0)::bigint FROM (
                    SELECT sum(side) AS more FROM (
                        SELECT 1 AS side, a.* FROM ({one}) a ({columns}) UNION ALL SELECT -1, b.* FROM ({other}) b ({columns})
                    ) sides GROUP BY {columns} HAVING sum(side) <> 0
                ) unequal"""  # noqa: S608
            )
            if n := cursor.fetchone()[0]:
                found[name] = n
    return found
